"""Looply: workflows that run, wait for a response, and are resumed."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.looply.envelope import authenticate, refuse, sign, values
from understudy.vendors.looply.handlers import HANDLERS, named
from understudy.vendors.looply.lifecycle import KINDS
from understudy.vendors.looply.records.declare import declare
from understudy.vendors.looply.records.entries import ENTRIES
from understudy.vendors.looply.records.populate import populate

VENDOR = Vendor(
    name="looply",
    title="Looply Workflow API",
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
        "triggerWorkflow",
        {
            "workflow_id": "be9439c2-16b9-4de2-bb1a-9154b85af065",
            "workflow_version": "2",
            "body": {"process_id": "order-1", "invoice": "INV-1", "amount": 120},
        },
    ),
    exports={"LOOPLY_URL": "url", "LOOPLY_API_KEY": "key"},
)
