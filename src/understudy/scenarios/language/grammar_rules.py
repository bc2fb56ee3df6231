"""The small parts of the grammar: texts, counts, times, patterns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.scenarios.language.grammar_timelines import SCHEDULE, STEP, TIMELINE
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


HEADERS = 100  # headers of one reply

WHOSE = text("a parameter's name, or credential", minLength=1, maxLength=200)

FAULT = closed(
    "a fault",
    {
        "lose": {"enum": ["request", "answer"], "description": "what is lost: request or answer"},
        "by": {"enum": ["reset", "close"], "description": "how: reset or close"},
        "hang": {"const": True, "description": "true: never answered"},
        "truncate": whole(0, "the bytes of the body that still arrive", 1 << 30),
        "malformed": {"const": True, "description": "true: the body is no JSON"},
        "content_type": text(
            "another content type, such as text/html",
            minLength=1,
            maxLength=200,
            pattern=r"^[\x20-\x7e]+$",
        ),
        "drip": closed(
            "a drip",
            {"bytes": whole(1, "bytes at a time"), "every": ref("duration")},
            "bytes",
            "every",
        ),
        "latency": {
            "title": "a latency",
            "description": "a duration, {min, max} or {median, p99}",
            "anyOf": [
                ref("duration"),
                closed("a range", {"min": ref("duration"), "max": ref("duration")}, "min", "max"),
                closed(
                    "a spread",
                    {"median": ref("duration"), "p99": ref("duration")},
                    "median",
                    "p99",
                ),
            ],
        },
        "virtual": {"type": "boolean", "description": "true: only the clock moves"},
        "limit": closed(
            "a limit",
            {
                "requests": whole(1, "how many requests"),
                "per": ref("duration"),
                "burst": whole(1, "how many at once"),
                "block": ref("duration"),
                "by": {
                    "title": "by",
                    "description": "a parameter each value of which has a quota of its own, "
                    "credential, or a list of such",
                    "anyOf": [
                        WHOSE,
                        {"type": "array", "minItems": 1, "maxItems": 8, "items": WHOSE},
                    ],
                },
                "count": {
                    "enum": ["calls", "items"],
                    "description": "calls, or items: a body that is a list counts by its length",
                },
            },
            "requests",
            "per",
            description="a quota; of several, a call that one refuses uses up no other",
        ),
    },
    minProperties=1,
    description="lose, hang, truncate, malformed, content_type, drip, latency or limit",
)

REPLY = {
    "title": "a reply",
    "description": "an answer's name, a status, or {status, headers, body, undocumented}",
    "anyOf": [
        text("an answer's name", minLength=1, maxLength=200),
        ref("status"),
        closed(
            "a written-out reply",
            {
                "status": ref("status"),
                "headers": {
                    "type": "object",
                    "maxProperties": HEADERS,
                    "additionalProperties": text("a header's value"),
                },
                "body": ref("json"),
                "undocumented": {
                    "type": "boolean",
                    "description": "true: an answer the contract does not have",
                },
            },
            "status",
        ),
    ],
}

PROGRESS = {
    "title": "progress",
    "description": "now, {after: 30s} or {reads: 3}",
    "anyOf": [
        {"const": "now"},
        closed("progress after a time", {"after": ref("duration")}, "after"),
        closed("progress after reads", {"reads": whole(1, "how many reads")}, "reads"),
    ],
}

WHEN = {
    "title": "conditions",
    "type": "object",
    "additionalProperties": ref("pattern"),
    "description": "parameters by name, body, record; path in a rule for all operations",
}
