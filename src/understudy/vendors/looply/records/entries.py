"""What an entry of a world file may say, as JSON Schema by collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendors.looply.records import (
    ACTIVE,
    AWAITING_RESPONSE,
    DRAFT,
    IN_PROGRESS,
    OVER,
    PAUSED,
    REQUEST,
    SCHEDULED,
)


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


_NAME = {"$ref": "#/$defs/name"}
_INSTANT = {"$ref": "#/$defs/instant"}
_OBJECT = {"type": "object", "description": "a mapping"}
_ID = _text("an id, a UUID of 36 characters at most", maxLength=36)
_VERSION = {"type": "integer", "minimum": 1, "maximum": 999_999_999, "description": "a version"}
_ORGANIZATION = _text("an organisation's id")

ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "credentials": _entry(
        "an API key",
        {
            "name": _NAME,
            "key": _text("what a client sends in x-api-key"),
            "organization": _ORGANIZATION,
            "user": _text("the user the key acts as"),
        },
        "name",
    ),
    "workflows": _entry(
        "a workflow version",
        {
            "name": _NAME,
            "id": _ID,
            "version": _VERSION,
            "status": _one_of(ACTIVE, DRAFT),
            "title": _text("the workflow's name"),
            "organization": _ORGANIZATION,
            "workspace": _text("a workspace's id"),
            "steps": {"$ref": "#/$defs/timeline"},
            "schedule": {"$ref": "#/$defs/schedule"},
            "schedule_state": _one_of(ACTIVE, PAUSED),
            "restart_window": {"$ref": "#/$defs/duration"},
            "schema": _OBJECT,
            "mock_payload": _OBJECT,
            "profiles": _OBJECT,
            "integrations": _OBJECT,
            "created": _INSTANT,
            "progress": {"$ref": "#/$defs/progress"},
        },
    ),
    "executions": _entry(
        "an execution",
        {
            "name": _NAME,
            "id": _ID,
            "workflow": _text("a workflow's name or id"),
            "version": _VERSION,
            "process_id": _text("the caller's name for it", maxLength=48),
            "state": _one_of(IN_PROGRESS, AWAITING_RESPONSE, *OVER),
            "step": _text("the step it is at"),
            "since": _INSTANT,
            "created": _INSTANT,
            "resumed": _INSTANT,
            "input": _OBJECT,
            "output": _OBJECT,
            "trigger": _one_of(REQUEST, SCHEDULED),
            "error": {"$ref": "#/$defs/json"},
        },
        "workflow",
    ),
    "installations": _entry(
        "an app of a user",
        {
            "name": _NAME,
            "email": _text("the user's address"),
            "app_id": _text("the app's id"),
            "installed": {"type": "boolean", "description": "true or false"},
            "organization": _ORGANIZATION,
        },
        "email",
        "app_id",
    ),
}
