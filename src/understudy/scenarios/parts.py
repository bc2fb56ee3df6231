"""The small parts of the grammar: texts, counts, times, patterns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.scenarios.timelines import SCHEDULE, STEP, TIMELINE
from understudy.simulation.clock import LENGTH

NAME = r"^[A-Za-z_][A-Za-z0-9_-]{0,63}$"


def ref(name: str) -> dict[str, str]:
    """A reference to one of the grammar's definitions."""
    return {"$ref": f"#/$defs/{name}"}


def closed(
    title: str, properties: Mapping[str, Any], *required: str, **more: Any
) -> dict[str, Any]:
    """A mapping that has these keys and no others."""
    return {
        "title": title,
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def whole(minimum: int, description: str, maximum: int = 1_000_000) -> dict[str, Any]:
    return {
        "type": "integer",
        "minimum": minimum,
        "maximum": maximum,
        "description": f"{description}: a whole number from {minimum} to {maximum}",
    }


SCALARS: dict[str, Any] = {
    "duration": {
        "title": "a duration",
        "type": ["string", "integer"],
        "pattern": f"^{LENGTH}$",
        "minimum": 0,
        "maximum": 0,
        "description": "a duration such as 300ms, 30s, 5m, 1h30m, 2d or 1w",
    },
    "moment": text(
        "an instant such as 2026-01-05T09:00:00Z",
        title="an instant",
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
        r"([Zz]|[+-][0-9]{2}:[0-9]{2})$",
    ),
    "instant": text(
        "an instant such as 2026-01-05T09:00:00Z, or an offset from the session's start: -10m",
        title="an instant",
        pattern=rf"^(-?{LENGTH}|" + r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]"
        r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2}))$",
    ),
    "json": {"title": "any JSON"},
    "pattern": {
        "title": "a pattern",
        "description": "a value to be equal to, part of a mapping, or $absent, $exactly, $matches, "
        "$max, $min, $not, $type and $.paths",
    },
    "schedule": SCHEDULE,
    "timeline": TIMELINE,
    "timeline_step": STEP,
    "name": text("a name of letters, digits, - and _", title="a name", pattern=NAME),
    "operation": text(
        "an operationId, or vendor.operationId", title="an operation", minLength=1, maxLength=200
    ),
    "status": whole(100, "an HTTP status", 599),
    "needs": {
        "title": "needs",
        "type": "array",
        "items": {"enum": ["world", "clock", "rules"]},
        "description": "a list of world, clock and rules",
    },
}
