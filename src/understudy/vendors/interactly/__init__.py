"""Interactly: runs of scripted conversations that stop for their user, driven by five commands."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.interactly.envelope import authenticate, refuse, sign, values
from understudy.vendors.interactly.handlers import HANDLERS, named
from understudy.vendors.interactly.lifecycle import KINDS
from understudy.vendors.interactly.records.declare import declare
from understudy.vendors.interactly.records.entries import ENTRIES
from understudy.vendors.interactly.records.populate import populate

VENDOR = Vendor(
    name="interactly",
    title="Interactly Workflows API",
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
        "startOrResumeWorkflow",
        {
            "body": {
                "command": "start",
                "workflow_id": "66f1a2b34c5d6e7f80910001",
                "dynamic_variables": {"visit": "V-1001"},
            }
        },
    ),
    exports={
        "INTERACTLY_BASE_URL": "url",
        "INTERACTLY_API_KEY": "key",
        "INTERACTLY_TEAM_ID": "tenant",
        "INTERACTLY_USER_ID": "user",
    },
)
