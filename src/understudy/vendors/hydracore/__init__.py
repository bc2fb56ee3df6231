"""HydraCore: a tenant's workflow records, which agents write and a dashboard watches."""

from __future__ import annotations

from understudy.vendor import Vendor
from understudy.vendors.hydracore.envelope import authenticate, refuse, sign, sign_for, values
from understudy.vendors.hydracore.handlers import HANDLERS, named
from understudy.vendors.hydracore.lifecycle import KINDS
from understudy.vendors.hydracore.records.entries import ENTRIES
from understudy.vendors.hydracore.records.populate import declare, populate

VENDOR = Vendor(
    name="hydracore",
    title="HydraCore Tenant Workflows API",
    kinds=KINDS,
    handlers=HANDLERS,
    named=named,
    authenticate=authenticate,
    refuse=refuse,
    values=values,
    sign=sign,
    sign_for=sign_for,
    entries=ENTRIES,
    populate=populate,
    declare=declare,
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
