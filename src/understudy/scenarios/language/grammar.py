"""The whole grammar of a scenario file as JSON Schema 2020-12, the vendors' entries included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.scenarios.language.grammar_clock import ADVANCE, CLOCK, SETTING
from understudy.scenarios.language.grammar_records import FIELDS, RECORD
from understudy.scenarios.language.grammar_rules import (
    FAULT,
    NAME,
    PROGRESS,
    REPLY,
    SCALARS,
    WHEN,
    closed,
    ref,
    text,
    whole,
)
from understudy.vendor import Vendor

RULES = 5_000  # rules of one file: all magic inputs of the largest vendor several times over
LISTED = 40  # operations of one rule or order: all of the largest vendor
STEPS = 10_000  # steps of one file; a replay of them takes seconds
TIMES = 10_000  # how often one step is played
ENTRIES = 20_000  # entries of one collection of a world
VARIABLES = 200  # variables and saved captures of one file

OPERATIONS = {
    "title": "operations",
    "description": "an operationId, vendor.operationId, or a list of them",
    "anyOf": [
        ref("operation"),
        {
            "type": "array",
            "minItems": 1,
            "maxItems": LISTED,
            "uniqueItems": True,
            "items": {
                "title": "an operation of a list",
                "description": "an operationId, or {operation, when}",
                "anyOf": [
                    ref("operation"),
                    closed(
                        "an operation of a list",
                        {"operation": ref("operation"), "when": WHEN},
                        "operation",
                        "when",
                    ),
                ],
            },
        },
    ],
}

THEN = closed(
    "then",
    {
        "event": text("an event of the record's lifecycle"),
        "change": {"type": "object", "minProperties": 1, "description": FIELDS},
    },
    minProperties=1,
    maxProperties=1,
    description="{event: NAME} or {change: {state: FAILED}}",
)

RULE = closed(
    "a rule",
    {
        "name": text("a name to find it by", maxLength=200),
        "operation": ref("operations"),
        "when": WHEN,
        "skip": whole(0, "how many matching calls are let by first"),
        "times": whole(1, "how often it acts"),
        "every": whole(1, "on which n-th matching call it acts"),
        "reply": ref("reply"),
        "fault": ref("fault"),
        "then": THEN,
        "progress": ref("progress"),
    },
    "operation",
)

EXPECT = closed(
    "an expectation",
    {
        "status": {
            "title": "a status",
            "description": "a status such as 409, or a pattern such as {$min: 500}",
            "anyOf": [ref("status"), {"title": "a pattern", "type": "object"}],
        },
        "body": ref("pattern"),
        "headers": {"type": "object", "additionalProperties": ref("pattern")},
        "lost": {"type": "boolean", "description": "true: the connection ends without an answer"},
    },
    minProperties=1,
    description="any of status, body, headers, lost",
)

CALL = closed(
    "a call",
    {
        "call": ref("operation"),
        "name": text("what to call this step", maxLength=200),
        "as": text("a credential of the world, or nobody", maxLength=200),
        "with": {
            "title": "with",
            "type": "object",
            "description": "parameters by name, body, raw, headers",
        },
        "expect": ref("expect"),
        "until": closed(
            "until",
            {"advance": ref("duration"), "at_most": whole(1, "how often at most", TIMES)},
            "advance",
        ),
        "times": whole(1, "how often, each time as expected", TIMES),
        "every": ref("duration"),
        "save": {
            "type": "object",
            "maxProperties": VARIABLES,
            "propertyNames": {"pattern": NAME},
            "additionalProperties": text("a JSONPath such as $.item.id", pattern=r"^\$"),
            "description": "names, each with a JSONPath of the answer's body",
        },
        "needs": ref("needs"),
    },
    "call",
)

COUNTED = {
    "operation": ref("operation"),
    "as": text("a credential of the world, or nobody", maxLength=200),
    "when": WHEN,
}
WITHIN = {**ref("duration"), "description": "how long to wait for calls to come, at most 20s"}

VERIFICATION = {
    "title": "a verification",
    "description": "{operation, as, when, times, within} or {order, within}",
    "anyOf": [
        closed(
            "a verification",
            {
                **COUNTED,
                "times": {
                    "title": "times",
                    "description": "how often exactly, or {$min: 1, $max: 3}; "
                    "at least once, if not said",
                    "anyOf": [
                        whole(0, "how often exactly"),
                        closed(
                            "a range",
                            {
                                "$min": whole(0, "how often at least"),
                                "$max": whole(0, "how often at most"),
                            },
                            minProperties=1,
                        ),
                    ],
                },
                "within": WITHIN,
            },
            "operation",
        ),
        closed(
            "an order of calls",
            {
                "order": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": LISTED,
                    "items": {
                        "title": "a call of an order",
                        "description": "an operationId, or {operation, as, when}",
                        "anyOf": [
                            ref("operation"),
                            closed("a call of an order", COUNTED, "operation"),
                        ],
                    },
                    "description": "a list of calls, each to come after the one before it",
                },
                "within": WITHIN,
            },
            "order",
        ),
    ],
}

VARIABLE = closed(
    "a variable",
    {"env": text("an environment variable", minLength=1), "default": text("what else")},
    minProperties=1,
    description="{env: NAME, default: TEXT}",
)


def definitions() -> dict[str, Any]:
    """The parts of the grammar that others refer to."""
    return {
        **SCALARS,
        "operations": OPERATIONS,
        "fault": FAULT,
        "reply": REPLY,
        "progress": PROGRESS,
        "rule": RULE,
        "expect": EXPECT,
        "step": {
            "title": "a step",
            "description": "a call, an advance, a change of the clock or of a record",
            "anyOf": [CALL, ADVANCE, SETTING, RECORD],
        },
        "verification": VERIFICATION,
    }


def schema(vendors: Sequence[Vendor]) -> dict[str, Any]:
    """The grammar, with the world's entries as these vendors describe them."""
    step = {"type": "array", "items": ref("step"), "maxItems": STEPS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": definitions(),
        **closed(
            "a scenario",
            {
                "understudy": {"const": 1, "description": "1, the version of this grammar"},
                "scenario": text("a title", maxLength=200),
                "vendor": {
                    "enum": [each.name for each in vendors],
                    "description": f"one of {', '.join(each.name for each in vendors)}",
                },
                "clock": CLOCK,
                "seed": whole(0, "a seed", (1 << 53) - 1),
                "world": closed(
                    "a world",
                    {each.name: world(each) for each in vendors},
                    description="the records that are there at the start, by vendor and collection",
                ),
                "rules": {
                    "type": "array",
                    "items": ref("rule"),
                    "maxItems": RULES,
                    "description": "a list of rules: when this call comes, answer that or fail so",
                },
                "steps": {**step, "description": "a list of calls and of time that passes"},
                "finally": {**step, "description": "a list of steps for the end, whatever came"},
                "verify": {
                    "type": "array",
                    "items": ref("verification"),
                    "maxItems": RULES,
                    "description": "a list of calls that must have come, and how often",
                },
                "variables": {
                    "type": "object",
                    "description": "values by name, from the environment or a default",
                    "maxProperties": VARIABLES,
                    "propertyNames": {"pattern": NAME},
                    "additionalProperties": VARIABLE,
                },
                "needs": ref("needs"),
            },
            "understudy",
        ),
    }


def world(vendor: Vendor) -> dict[str, Any]:
    """One vendor's section of a world: its base, and entries of its collections."""
    lists = {
        name: {"type": "array", "items": entry, "maxItems": ENTRIES}
        for name, entry in vendor.entries.items()
    }
    base = {"enum": ["default", "none"], "description": "default or none"}
    return closed(f"a world of {vendor.name}", {"base": base, **lists})
