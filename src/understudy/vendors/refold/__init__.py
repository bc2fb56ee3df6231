"""Refold: workflows that run for linked accounts, and answer at once or later."""

from __future__ import annotations

from understudy.vendors.refold import envelope, handlers, lifecycle
from understudy.vendors.refold.records import declare, entries, populate
from understudy.vendors.rooms import assembled

VENDOR = assembled(
    "refold",
    "Refold Workflow API",
    envelope,
    handlers,
    lifecycle,
    declare,
    entries,
    populate,
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
