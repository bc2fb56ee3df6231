"""What an entry of a world file may say, as JSON Schema by collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendors.looply.records import (
    ACTION_CONFLICTS,
    ACTIVE,
    AWAITING_RESPONSE,
    DRAFT,
    IN_PROGRESS,
    KEY_OF_FULL_PAGE,
    OVER,
    PAUSED,
    REQUEST,
    SCHEDULED,
)
from understudy.vendors.population import entry, one_of, readings, text

_NAME = {"$ref": "#/$defs/name"}
_INSTANT = {"$ref": "#/$defs/instant"}
_OBJECT = {"type": "object", "description": "a mapping"}
_ID = text("an id, a UUID of 36 characters at most", maxLength=36)
_VERSION = {"type": "integer", "minimum": 1, "maximum": 999_999_999, "description": "a version"}
_ORGANIZATION = text("an organisation's id")

ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "credentials": entry(
        "an API key",
        {
            "name": _NAME,
            "key": text("what a client sends in x-api-key"),
            "organization": _ORGANIZATION,
            "user": text("the user the key acts as"),
            "readings": readings(ACTION_CONFLICTS, KEY_OF_FULL_PAGE),
        },
        "name",
    ),
    "workflows": entry(
        "a workflow version",
        {
            "name": _NAME,
            "id": _ID,
            "version": _VERSION,
            "status": one_of(ACTIVE, DRAFT),
            "title": text("the workflow's name"),
            "organization": _ORGANIZATION,
            "workspace": text("a workspace's id"),
            "steps": {"$ref": "#/$defs/timeline"},
            "schedule": {"$ref": "#/$defs/schedule"},
            "schedule_state": one_of(ACTIVE, PAUSED),
            "restart_window": {"$ref": "#/$defs/duration"},
            "schema": _OBJECT,
            "mock_payload": _OBJECT,
            "profiles": _OBJECT,
            "integrations": _OBJECT,
            "created": _INSTANT,
            "progress": {"$ref": "#/$defs/progress"},
        },
    ),
    "executions": entry(
        "an execution",
        {
            "name": _NAME,
            "id": _ID,
            "workflow": text("a workflow's name or id"),
            "version": _VERSION,
            "process_id": text("the caller's name for it", maxLength=48),
            "state": one_of(IN_PROGRESS, AWAITING_RESPONSE, *OVER),
            "step": text("the step it is at"),
            "since": _INSTANT,
            "created": _INSTANT,
            "resumed": _INSTANT,
            "input": _OBJECT,
            "output": _OBJECT,
            "trigger": one_of(REQUEST, SCHEDULED),
            "error": {"$ref": "#/$defs/json"},
        },
        "workflow",
    ),
    "installations": entry(
        "an app of a user",
        {
            "name": _NAME,
            "email": text("the user's address"),
            "app_id": text("the app's id"),
            "installed": {"type": "boolean", "description": "true or false"},
            "organization": _ORGANIZATION,
        },
        "email",
        "app_id",
    ),
}
