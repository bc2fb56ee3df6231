"""What an entry of a world file may say, as JSON Schema by collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendors.hydracore.records import ROLES, STATUSES, TYPES


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": 200, "description": description, **more}


def _one_of(*words: str) -> dict[str, Any]:
    return {"enum": list(words), "description": " or ".join(words)}


def _entry(title: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _id(description: str) -> dict[str, Any]:
    return {"type": "string", "format": "uuid", "description": description}


_NAME = {"$ref": "#/$defs/name"}
_INSTANT = {"$ref": "#/$defs/instant"}
_OBJECT = {"type": "object", "description": "a mapping"}

ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "instances": _entry(
        "an instance",
        {"name": _NAME, "id": _id("a UUID"), "tenant": _id("a tenant's UUID")},
    ),
    "credentials": _entry(
        "a credential",
        {
            "name": _NAME,
            "key": _text("the key or token a client sends"),
            "role": _one_of(*ROLES),
            "tenant": _id("a tenant's UUID"),
            "instance": _text("whose a proxy key is: an instance's name or id"),
            "proxy_key": _text("what the same client sends to the internal surface"),
        },
        "name",
    ),
    "workflows": _entry(
        "a workflow record",
        {
            "name": _NAME,
            "id": _id("a UUID"),
            "instance": _text("an instance's name or id"),
            "customer_id": _id("a customer's UUID"),
            "workflow_type": _one_of(*TYPES),
            "status": _one_of(*STATUSES),
            "title": _text("a title"),
            "reference": _text("a reference of the client's"),
            "stage": _text("a stage"),
            "assigned_to": _text("who works on it"),
            "approver_id": _id("an approver's UUID"),
            "escalation_level": {"type": "integer", "description": "a whole number"},
            "workflow_state": _OBJECT,
            "created": _INSTANT,
            "since": _INSTANT,
            "expires_at": _INSTANT,
            "next_action_at": _INSTANT,
            "step": _text("the step it is suspended at", maxLength=100),
            "payload": _OBJECT,
        },
    ),
}
