"""The grammar as a JSON Schema that anybody's editor can use."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.scenarios.shop_vendor import SHOP
from understudy.scenarios.stories.model import schema
from understudy.simulation.timeline import parse

GRAMMAR = schema((SHOP,))
VALID = Draft202012Validator(GRAMMAR)


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(GRAMMAR)


def test_every_reference_leads_somewhere() -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [ref for each in value.values() for ref in references(each)]
        if isinstance(value, list):
            return [ref for each in value for ref in references(each)]
        return []

    named = {f"#/$defs/{name}" for name in GRAMMAR["$defs"]}
    assert set(references(GRAMMAR)) <= named


WHOLE = {
    "understudy": 1,
    "scenario": "Everything the grammar has",
    "vendor": "shop",
    "clock": {"at": "2026-01-05T09:00:00Z", "speed": 0, "each_call": "30s"},
    "seed": 7,
    "needs": ["world", "clock", "rules"],
    "variables": {"key": {"env": "KEY", "default": "x"}},
    "world": {"shop": {"base": "none", "orders": [{"state": "OPEN", "since": "-10m"}]}},
    "rules": [
        {"operation": "*", "fault": {"limit": {"requests": 20, "per": "1s", "burst": 5}}},
        {"operation": "a", "fault": {"latency": {"median": "20ms", "p99": "2s"}, "virtual": True}},
        {"operation": "a", "fault": {"latency": {"min": "20ms", "max": "2s"}}},
        {"operation": "a", "fault": {"latency": "300ms"}},
        {"operation": "a", "fault": {"drip": {"bytes": 10, "every": "1s"}}},
        {"operation": "a", "fault": {"truncate": 10}},
        {"operation": "a", "fault": {"malformed": True}},
        {"operation": "a", "fault": {"hang": True}},
        {"operation": "a", "fault": {"content_type": "text/html"}},
        {"operation": "a", "fault": {"lose": "answer", "by": "close"}},
        {"operation": "a", "reply": 409, "then": {"event": "close"}, "skip": 1, "every": 5},
        {"operation": "a", "progress": {"reads": 3}},
        {"operation": "a", "progress": "now"},
        {"operation": "a", "progress": {"after": "30s"}, "times": 1},
        {
            "name": "gateway",
            "operation": "a",
            "when": {"x": 1, "body": {"$.a": {"$min": 1}}, "record": {"state": "OPEN"}},
            "reply": {"status": 502, "headers": {"a": "b"}, "body": "x", "undocumented": True},
        },
    ],
    "steps": [
        {
            "call": "a",
            "name": "n",
            "as": "default",
            "with": {"x": 1, "raw": "x", "headers": {"a": None}},
            "until": {"advance": "1m", "at_most": 10},
            "expect": {"status": {"$min": 200}, "body": {}, "headers": {"a": "b"}},
            "save": {"a": "$.a"},
            "needs": ["clock"],
        },
        {"call": "a", "expect": {"lost": True}},
        {"advance": {"by": "6m"}},
        {"advance": {"to": "2026-01-05T09:00:00Z"}, "needs": ["clock"]},
        {"advance": "next"},
        {"advance": "idle"},
    ],
    "finally": [{"call": "a"}],
    "verify": [{"operation": "a", "when": {"x": 1}, "times": 0}],
}


def test_the_whole_grammar_is_in_it() -> None:
    assert [error.message for error in VALID.iter_errors(WHOLE)] == []


TIMELINE: list[dict[str, Any]] = [
    {
        "do": "check",
        "takes": "30s",
        "output": {"valid": True},
        "events": [{"kind": "seen"}],
        "fails": {"times": 2, "error": "broken"},
        "retry": {"limit": 3, "delay": "5s", "backoff": "exponential"},
        "timeout": "10m",
        "rollback": {"takes": "1s", "fails": True},
    },
    {"sleep": "1h", "name": "nap"},
    {"wait": "manager", "event": "approved", "timeout": "2d"},
    {"group": [{"do": "a"}, {"sleep": "1s"}], "times": 3},
    {"parallel": [{"do": "b", "takes": "1s"}, {"do": "c", "takes": 0}]},
    {"reply": {"done": True}, "status": 202},
    {"outcome": "failed", "error": {"code": 1}},
]


@pytest.mark.parametrize("step", TIMELINE, ids=lambda step: str(next(iter(step))))
def test_what_the_grammar_takes_a_timeline_understands(step: dict[str, Any]) -> None:
    world = {"shop": {"orders": [{"state": "OPEN", "steps": [step]}]}}
    assert VALID.is_valid({"understudy": 1, "world": world})
    assert len(parse([step])) >= 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "a", "sleep": "1s"},
        {"do": "a", "takes": "-1s"},
        {"do": "a", "takes": 5},
        {"wait": ""},
        {"group": {"do": "a"}},
        {"retry": {"limit": 1}},
        {"do": "a", "retry": {"backoff": "random"}},
    ],
)
def test_what_is_no_step_of_a_timeline_is_not_taken(wrong: dict[str, Any]) -> None:
    world = {"shop": {"orders": [{"state": "OPEN", "steps": [wrong]}]}}
    assert not VALID.is_valid({"understudy": 1, "world": world})
