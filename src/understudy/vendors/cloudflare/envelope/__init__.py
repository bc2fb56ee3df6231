"""Who asks, how a refusal is told, and what every answer says of the quota."""

from __future__ import annotations

from understudy.vendors.cloudflare.envelope.credentials import authenticate, sign
from understudy.vendors.cloudflare.envelope.quota import stamp
from understudy.vendors.cloudflare.envelope.refusals import refuse
from understudy.vendors.cloudflare.wire.leaves import values

__all__ = ["authenticate", "refuse", "sign", "stamp", "values"]
