"""Cloudflare: workflows whose instances run step by step, wait for events, and are kept a while."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.cloudflare import envelope, handlers, lifecycle
from understudy.vendors.cloudflare.records import entry_schemas, missing_entries, populate

VENDOR = Vendor(
    name="cloudflare",
    title="Cloudflare Workflows API",
    kinds=lifecycle.KINDS,
    handlers=handlers.HANDLERS,
    named=handlers.named,
    about=handlers.ABOUT,
    authenticate=envelope.authenticate,
    refuse=envelope.refuse,
    values=envelope.values,
    sign=envelope.sign,
    stamp=envelope.stamp,
    entries=entry_schemas.ENTRIES,
    populating=populate.populating,
    declare=missing_entries.declare,
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
