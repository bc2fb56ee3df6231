"""HydraCore: a tenant's workflow records, which agents write and a dashboard watches."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.hydracore import envelope, handlers, lifecycle
from understudy.vendors.hydracore.records import entry_schemas, missing_entries, populate

VENDOR = Vendor(
    name="hydracore",
    title="HydraCore Tenant Workflows API",
    kinds=lifecycle.KINDS,
    handlers=handlers.HANDLERS,
    named=handlers.named,
    about=handlers.ABOUT,
    authenticate=envelope.authenticate,
    refuse=envelope.refuse,
    values=envelope.values,
    sign=envelope.sign,
    sign_for=envelope.sign_for,
    entries=entry_schemas.ENTRIES,
    populating=populate.populating,
    declare=missing_entries.declare,
    first_call=(
        "createWorkflow",
        {
            "instance_id": "bbbbbbbb-0000-4000-8000-000000000001",
            "body": {
                "customer_id": "cccccccc-0000-4000-8000-000000000001",
                "workflow_type": "maintenance",
                "title": "Boiler does not start",
            },
        },
    ),
    exports={
        "HYDRACORE_URL": "url",
        "HYDRACORE_API_KEY": "key",
        "HYDRACORE_PROXY_KEY": "proxy_key",
    },
)
