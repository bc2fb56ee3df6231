"""What an entry of a world file may say, as JSON Schema by collection."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from understudy.vendors.cloudflare.records import (
    ACCOUNT,
    ANY_SCRIPT,
    EVENT_WAIT_IS_WAITING,
    FREE,
    GLOBAL_KEY,
    JURISDICTIONS,
    PAID,
    QUOTA_UNENFORCED,
    READ,
    STATUSES,
    USER,
    WRITE,
)
from understudy.vendors.population import entry, one_of, readings, text

_NAME = {"$ref": "#/$defs/name"}
_INSTANT = {"$ref": "#/$defs/instant"}
_DURATION = {"$ref": "#/$defs/duration"}
_JSON = {"$ref": "#/$defs/json"}
_STEPS = {"$ref": "#/$defs/timeline"}
_OBJECT = {"type": ["object", "null"], "description": "a mapping"}
_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_WORD = "^[a-zA-Z0-9_][a-zA-Z0-9_-]*$"
_AMOUNT = {"type": "integer", "minimum": 1, "maximum": 1_000_000, "description": "a whole number"}

_text = partial(text, maxLength=255)


def _closed(title: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {**entry(title, properties, *required), "description": ", ".join(properties)}


_ID = _text("a UUID", pattern=_UUID)
_ACCOUNT = _text("an account's name or id")
_RETENTION = _closed("a retention", {"success_retention": _DURATION, "error_retention": _DURATION})
_NAMES = {
    "type": "array",
    "items": _text("a step's name"),
    "maxItems": 1_000,
    "description": "a list of names of steps that work",
}
_DEFAULTS: dict[str, Any] = {
    "limits": _closed("limits", {"steps": _AMOUNT}, "steps"),
    "concurrency": _closed("a concurrency", {"limit": _AMOUNT}, "limit"),
    "default_retention": _RETENTION,
    "steps": _STEPS,
    "output": _JSON,
    "sensitive": _NAMES,
    "streams": _NAMES,
}
_VERSION = _closed(
    "a version",
    {
        "id": _ID,
        "created": _INSTANT,
        "language": one_of("javascript", "python"),
        **_DEFAULTS,
        "dag": _OBJECT,
        "graph": _OBJECT,
    },
)
_TRIGGER = one_of("api", "binding", "cron", "event", "unknown")

ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "accounts": _closed(
        "an account",
        {
            "name": _NAME,
            "id": _text(
                "the account's id: up to 64 letters, digits, _ and -",
                maxLength=64,
                pattern="^[0-9A-Za-z_-]+$",
            ),
            "settings": _closed(
                "settings",
                {
                    "plan": one_of(FREE, PAID),
                    "default_retention": _RETENTION,
                    "running": _AMOUNT,
                    "queued": _AMOUNT,
                },
            ),
        },
        "id",
    ),
    "credentials": _closed(
        "a credential",
        {
            "name": _NAME,
            "token": _text("an API token"),
            "email": _text("the address that a global key belongs to"),
            "key": _text(
                "the global key of an address, 32 hex digits or more", pattern=f"^{GLOBAL_KEY}$"
            ),
            "account": _ACCOUNT,
            "accounts": {
                "type": "array",
                "items": _ACCOUNT,
                "maxItems": 1_000,
                "description": "a list of accounts it reaches beside its own",
            },
            "role": one_of(READ, WRITE),
            "owner": one_of(USER, ACCOUNT),
            "readings": readings(ANY_SCRIPT, EVENT_WAIT_IS_WAITING, QUOTA_UNENFORCED),
        },
        "name",
    ),
    "scripts": _closed(
        "a deployed script",
        {
            "name": _text("the script's name"),
            "account": _ACCOUNT,
            "classes": {
                "type": "array",
                "items": _text("a class"),
                "maxItems": 1_000,
                "description": "a list of its classes that are workflows; without it any class is",
            },
        },
        "name",
    ),
    "triggers": _closed(
        "the event triggers of a script",
        {
            "script_name": _text("the script"),
            "account": _ACCOUNT,
            "events": {
                "type": "array",
                "items": _closed(
                    "an event trigger",
                    {
                        "type": _text("the event's type"),
                        "filter": {"type": "object", "description": "which of them, a mapping"},
                        "workflows": {
                            "type": "array",
                            "items": _text("a workflow's name"),
                            "minItems": 1,
                            "maxItems": 100,
                            "description": "a list of names of workflows to start",
                        },
                    },
                    "type",
                    "workflows",
                ),
                "minItems": 1,
                "maxItems": 100,
                "description": "a list of event triggers",
            },
        },
        "script_name",
        "events",
    ),
    "workflows": _closed(
        "a workflow",
        {
            "name": _text(
                "the workflow's name: up to 64 letters, digits, _ and -, the first no -",
                maxLength=64,
                pattern=_WORD,
            ),
            "id": _ID,
            "account": _ACCOUNT,
            "script_name": _text("the deployed script"),
            "class_name": _text("its class that is the workflow"),
            "created": _INSTANT,
            "triggered": _INSTANT,
            "script_deleted": {"type": "boolean", "description": "true or false"},
            "jurisdiction": one_of(*JURISDICTIONS),
            "schedules": {
                "type": "array",
                "items": {"$ref": "#/$defs/schedule"},
                "maxItems": 200,
                "description": "a list of schedules",
            },
            **_DEFAULTS,
            "versions": {
                "type": "array",
                "items": _VERSION,
                "maxItems": 1_000,
                "description": "a list of versions, the oldest first; [] = nothing is deployed",
            },
            "progress": {"$ref": "#/$defs/progress"},
        },
        "name",
    ),
    "instances": _closed(
        "an instance",
        {
            "name": _NAME,
            "id": _text("the instance's id", maxLength=271),
            "workflow": _text("a workflow's name or id"),
            "account": _ACCOUNT,
            "version": {
                "type": ["integer", "string"],
                "description": "a version's number, from 1, or its id",
            },
            "state": one_of(*STATUSES),
            "step": _text("the step it is at"),
            "attempt": _AMOUNT,
            "since": _INSTANT,
            "created": _INSTANT,
            "started": _INSTANT,
            "params": _JSON,
            "trigger": _TRIGGER,
            "schedule": _closed(
                "what schedule made it",
                {
                    "cron": _text("the expression"),
                    "scheduledTime": {"type": "integer", "description": "epoch milliseconds"},
                },
                "cron",
                "scheduledTime",
            ),
            "events": {
                "type": "array",
                "items": _closed(
                    "an event",
                    {
                        "type": _text(
                            "its type: up to 100 letters, digits, _ and -",
                            maxLength=100,
                            pattern=_WORD,
                        ),
                        "payload": _JSON,
                        "at": _INSTANT,
                    },
                    "type",
                ),
                "maxItems": 1_000,
                "description": "a list of events, the oldest first",
            },
            "output": _JSON,
            "error": _JSON,
            "retention": _RETENTION,
            "rollback": _closed(
                "how a rollback went",
                {"outcome": one_of("complete", "failed"), "error": _JSON},
                "outcome",
            ),
        },
        "workflow",
    ),
}
