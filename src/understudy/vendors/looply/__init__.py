"""Looply: workflows that run, wait for a response, and are resumed."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.looply import envelope, handlers, lifecycle
from understudy.vendors.looply.records import entry_schemas, missing_entries, populate

VENDOR = Vendor(
    name="looply",
    title="Looply Workflow API",
    kinds=lifecycle.KINDS,
    handlers=handlers.HANDLERS,
    named=handlers.named,
    about=handlers.ABOUT,
    authenticate=envelope.authenticate,
    refuse=envelope.refuse,
    values=envelope.values,
    sign=envelope.sign,
    entries=entry_schemas.ENTRIES,
    populating=populate.populating,
    declare=missing_entries.declare,
    first_call=(
        "triggerWorkflow",
        {
            "workflow_id": "be9439c2-16b9-4de2-bb1a-9154b85af065",
            "workflow_version": "2",
            "body": {"process_id": "order-1", "invoice": "INV-1", "amount": 120},
        },
    ),
    exports={"LOOPLY_URL": "url", "LOOPLY_API_KEY": "key"},
)
