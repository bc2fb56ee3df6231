"""The grammar of timelines and schedules, the same for all vendors."""

from __future__ import annotations

from typing import Any

STEPS = 2_000  # steps written out in one timeline

_DURATION = {"$ref": "#/$defs/duration"}
_JSON = {"$ref": "#/$defs/json"}
_TIMELINE = {"$ref": "#/$defs/timeline"}
_NAME = {"type": "string", "minLength": 1, "maxLength": 200, "description": "a step's name"}


def _step(title: str, properties: dict[str, Any]) -> dict[str, Any]:
    """A kind of step; its first key says that it is one."""
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": [next(iter(properties))],
        "additionalProperties": False,
    }


def _part(title: str, **properties: Any) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


_COUNT = {"type": "integer", "minimum": 0, "maximum": 1_000_000, "description": "a whole number"}

DO = _step(
    "a step `do`",
    {
        "do": _NAME,
        "takes": _DURATION,
        "output": _JSON,
        "events": {"type": "array", "items": _JSON, "maxItems": STEPS},
        "fails": _part("a failure", times=_COUNT, error=_JSON),
        "retry": _part(
            "a retry",
            limit=_COUNT,
            delay=_DURATION,
            backoff={
                "enum": ["constant", "linear", "exponential"],
                "description": "constant, linear or exponential",
            },
        ),
        "timeout": _DURATION,
        "rollback": _part(
            "a rollback",
            takes=_DURATION,
            fails={"type": "boolean", "description": "true or false"},
        ),
    },
)
SLEEP = _step("a sleep", {"sleep": _DURATION, "name": _NAME})
WAIT = _step("a wait", {"wait": _NAME, "event": _NAME, "timeout": _DURATION})
GROUP = _step(
    "a group",
    {"group": _TIMELINE, "times": {**_COUNT, "minimum": 1, "maximum": 10_000}},
)
PARALLEL = _step("parallel work", {"parallel": {"type": "array", "items": DO, "maxItems": 100}})
RESPOND = _step(
    "a reply",
    {"reply": _JSON, "status": {"type": "integer", "minimum": 100, "maximum": 599}},
)
OUTCOME = _step("an outcome", {"outcome": _NAME, "error": _JSON})

STEP = {
    "title": "a step of a timeline",
    "description": "do, sleep, wait, group, parallel, reply or outcome",
    "anyOf": [DO, SLEEP, WAIT, GROUP, PARALLEL, RESPOND, OUTCOME],
}
TIMELINE = {
    "title": "a timeline",
    "type": "array",
    "items": {"$ref": "#/$defs/timeline_step"},
    "maxItems": STEPS,
    "description": "a list of steps",
}
SCHEDULE = {
    "title": "a schedule",
    "type": "string",
    "minLength": 9,
    "maxLength": 100,
    "description": 'a cron line such as "0 9 * * 1-5"',
}
