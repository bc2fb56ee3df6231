"""Refold: workflows that run for linked accounts, and answer at once or later."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.refold import envelope, handlers, lifecycle
from understudy.vendors.refold.records import entry_schemas, missing_entries, populate

VENDOR = Vendor(
    name="refold",
    title="Refold Workflow API",
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
        "executeWorkflow",
        {
            "workflow_id": "create-task",
            "slug": "asana",
            "linked_account_id": "ada@northwind.example",
            "sync_execution": "true",
            "body": {"Task Name": "Order paper", "Assigned to": "ada@northwind.example"},
        },
    ),
    exports={"REFOLD_URL": "url", "REFOLD_API_KEY": "key"},
)
