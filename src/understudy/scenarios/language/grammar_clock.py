"""The grammar of a scenario's clock: how it is set, and how a step moves it."""

from __future__ import annotations

from understudy.scenarios.language.grammar_rules import closed, ref, text

CLOCK = closed(
    "a clock",
    {
        "at": ref("moment"),
        "speed": {
            "type": "number",
            "minimum": 0,
            "maximum": 1_000_000,
            "description": "how fast it runs: 0 is frozen, 60 a minute each second",
        },
        "each_call": {
            **ref("duration"),
            "description": "how far each call moves it; a clock that is moved so is frozen",
        },
    },
    minProperties=1,
    description="any of at, speed, each_call",
)

SETTING = closed(
    "a change of the clock",
    {
        "clock": CLOCK,
        "name": text("what to call this step", maxLength=200),
        "needs": ref("needs"),
    },
    "clock",
)

HOW_FAR = "{by: 6m}, {to: 2026-01-05T09:00:00Z}, next or idle"

ADVANCE = closed(
    "an advance",
    {
        "advance": {
            "title": "how far",
            "description": HOW_FAR,
            "anyOf": [
                {"enum": ["next", "idle"]},
                closed(
                    "how far",
                    {
                        "by": ref("duration"),
                        "to": ref("moment"),
                        "next": {"const": True, "description": "true: to the next event"},
                        "idle": {"const": True, "description": "true: until nothing is pending"},
                    },
                    minProperties=1,
                    maxProperties=1,
                    description=HOW_FAR,
                ),
            ],
        },
        "name": text("what to call this step", maxLength=200),
        "needs": ref("needs"),
    },
    "advance",
)
