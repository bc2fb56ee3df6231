"""Interactly: runs of scripted conversations that stop for their user, driven by five commands."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.interactly import envelope, handlers, lifecycle
from understudy.vendors.interactly.records import entry_schemas, missing_entries, populate

VENDOR = Vendor(
    name="interactly",
    title="Interactly Workflows API",
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
