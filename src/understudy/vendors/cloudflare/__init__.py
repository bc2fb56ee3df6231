"""Cloudflare: workflows whose instances run step by step, wait for events, and are kept a while."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.cloudflare.envelope import authenticate, refuse, sign, stamp, values
from understudy.vendors.cloudflare.handlers import ABOUT, HANDLERS, named
from understudy.vendors.cloudflare.lifecycle import KINDS
from understudy.vendors.cloudflare.records.declare import declare
from understudy.vendors.cloudflare.records.entries import ENTRIES
from understudy.vendors.cloudflare.records.populate import populate

VENDOR = Vendor(
    name="cloudflare",
    title="Cloudflare Workflows API",
    kinds=KINDS,
    handlers=HANDLERS,
    named=named,
    about=ABOUT,
    authenticate=authenticate,
    refuse=refuse,
    values=values,
    sign=sign,
    stamp=stamp,
    entries=ENTRIES,
    populate=populate,
    declare=declare,
    first_call=(
        "createInstance",
        {
            "account_id": "6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01",
            "workflow_name": "order-approval",
            "body": {"params": {"order": 2001, "amount": 129}},
        },
    ),
    exports={
        "CLOUDFLARE_API_BASE_URL": "url",
        "CLOUDFLARE_BASE_URL": "url",
        "CLOUDFLARE_API_TOKEN": "key",
        "CLOUDFLARE_ACCOUNT_ID": "tenant",
    },
)
