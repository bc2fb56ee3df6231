"""What an entry of a world file may say, as JSON Schema by collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendors.hydracore.records import CREATED_IS_200, ROLES, STATUSES, TYPES
from understudy.vendors.population import entry, one_of, readings, text


def _id(description: str) -> dict[str, Any]:
    return {"type": "string", "format": "uuid", "description": description}


_NAME = {"$ref": "#/$defs/name"}
_INSTANT = {"$ref": "#/$defs/instant"}
_OBJECT = {"type": "object", "description": "a mapping"}

ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "instances": entry(
        "an instance",
        {"name": _NAME, "id": _id("a UUID"), "tenant": _id("a tenant's UUID")},
    ),
    "credentials": entry(
        "a credential",
        {
            "name": _NAME,
            "key": text("the key or token a client sends"),
            "role": one_of(*ROLES),
            "tenant": _id("a tenant's UUID"),
            "instance": text("whose a proxy key is: an instance's name or id"),
            "proxy_key": text("what the same client sends to the internal surface"),
            "readings": readings(CREATED_IS_200),
        },
        "name",
    ),
    "workflows": entry(
        "a workflow record",
        {
            "name": _NAME,
            "id": _id("a UUID"),
            "instance": text("an instance's name or id"),
            "customer_id": _id("a customer's UUID"),
            "workflow_type": one_of(*TYPES),
            "status": one_of(*STATUSES),
            "title": text("a title"),
            "reference": text("a reference of the client's"),
            "stage": text("a stage"),
            "assigned_to": text("who works on it"),
            "approver_id": _id("an approver's UUID"),
            "escalation_level": {"type": "integer", "description": "a whole number"},
            "workflow_state": _OBJECT,
            "created": _INSTANT,
            "since": _INSTANT,
            "expires_at": _INSTANT,
            "next_action_at": _INSTANT,
            "step": text("the step it is suspended at", maxLength=100),
            "payload": _OBJECT,
        },
    ),
}
