"""What an entry of a world file may say, as JSON Schema by collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendors.interactly.records import (
    ASYNC,
    BLOCKING,
    EXECUTION_ERROR,
    REPEATS,
    RUNNING,
    STALE,
    STATES,
    WAITING,
)
from understudy.vendors.population import entry, one_of, readings, text

_NAME = {"$ref": "#/$defs/name"}
_INSTANT = {"$ref": "#/$defs/instant"}
_ID = text("an id of 24 lower-case hex digits", pattern="^[0-9a-f]{24}$")
_TEAM = text("a team's id")

ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "credentials": entry(
        "an API key",
        {
            "name": _NAME,
            "key": text("what a client sends as bearer token"),
            "team": _TEAM,
            "user": text("the id of the user the key acts as"),
            "readings": readings(REPEATS),
        },
        "name",
    ),
    "workflows": entry(
        "a workflow",
        {
            "name": _NAME,
            "id": _ID,
            "title": text("what people call it"),
            "team": _TEAM,
            "steps": {"$ref": "#/$defs/timeline"},
            "mode": one_of(BLOCKING, ASYNC),
            "reaper": {"$ref": "#/$defs/duration"},
            "created": _INSTANT,
            "progress": {"$ref": "#/$defs/progress"},
        },
    ),
    "runs": entry(
        "a run",
        {
            "name": _NAME,
            "id": _ID,
            "workflow": text("a workflow's name or id"),
            "state": one_of(*STATES),
            "step": text("the step it is at, or was at when it ended"),
            "turns": {
                "type": "integer",
                "minimum": 1,
                "maximum": 10_000,
                "description": "how many segments it has run: a whole number from 1",
            },
            "resumes_to": one_of(WAITING, RUNNING),
            "since": _INSTANT,
            "created": _INSTANT,
            "dynamic_variables": {"type": "object", "description": "a mapping"},
            "error": {"$ref": "#/$defs/json"},
            "termination_source": one_of(EXECUTION_ERROR, STALE, "finally_safety_net"),
            "run_by": text("who its start said it was run by"),
            "version": {
                "type": "integer",
                "minimum": 0,
                "maximum": 999_999_999,
                "description": "the version its start asked for",
            },
        },
        "workflow",
        "state",
    ),
}
