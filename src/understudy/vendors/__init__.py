"""The vendors we stand in for."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.cloudflare import VENDOR as CLOUDFLARE
from understudy.vendors.hydracore import VENDOR as HYDRACORE
from understudy.vendors.interactly import VENDOR as INTERACTLY
from understudy.vendors.looply import VENDOR as LOOPLY
from understudy.vendors.refold import VENDOR as REFOLD

VENDORS: tuple[Vendor, ...] = (LOOPLY, REFOLD, CLOUDFLARE, INTERACTLY, HYDRACORE)
