"""The grammar of what a rule does: replies, faults, progress."""

from __future__ import annotations

from understudy.scenarios.parts import closed, ref, text, whole

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
