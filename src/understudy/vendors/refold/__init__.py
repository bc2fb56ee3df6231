"""Refold: workflows that run for linked accounts, and answer at once or later."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.refold.envelope import authenticate, refuse, sign, values
from understudy.vendors.refold.handlers import HANDLERS, named
from understudy.vendors.refold.lifecycle import KINDS
from understudy.vendors.refold.records.declare import declare
from understudy.vendors.refold.records.entries import ENTRIES
from understudy.vendors.refold.records.populate import populate

VENDOR = Vendor(
    name="refold",
    title="Refold Workflow API",
    kinds=KINDS,
    handlers=HANDLERS,
    named=named,
    authenticate=authenticate,
    refuse=refuse,
    values=values,
    sign=sign,
    entries=ENTRIES,
    populate=populate,
    declare=declare,
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
