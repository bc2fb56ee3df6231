"""The vendors we stand in for."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.hydracore import VENDOR as HYDRACORE
from understudy.vendors.looply import VENDOR as LOOPLY

VENDORS: tuple[Vendor, ...] = (LOOPLY, HYDRACORE)
