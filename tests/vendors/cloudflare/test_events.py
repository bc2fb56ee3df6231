"""Events: matched by type, the oldest first, kept until somebody waits, timed out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.vendors.cloudflare.harness import Harness, at
from understudy.vendors.cloudflare.handlers.changes import EVENTS


def waits(*types: str, **more: Any) -> Harness:
    one = Harness([{"wait": f"for {each}", "event": each, **more} for each in types])
    one.create()
    one.status()
    return one


def outputs(one: Harness) -> list[Any]:
    return [each.get("output") for each in one.describe()["steps"]]


def test_events_of_a_type_are_taken_in_the_order_they_came() -> None:
    one = Harness([{"do": "prepare", "takes": "1m"}, *[{"wait": "w", "event": "go"}] * 3])
    one.create()
    for number in range(3):
        one.send("go", number)
    assert one.after("1m").status() == "complete"
    assert outputs(one) == [None, "0", "1", "2"]
    assert one.record().inbox == ()


def test_events_of_another_type_wait_for_their_own() -> None:
    one = waits("a", "b", "a")
    one.send("b", "B")
    assert one.by_the_types().status() == "waiting"
    one.send("a", "A1")
    assert outputs(one) == ['"A1"', '"B"', None]
    assert one.by_the_types().status() == "waiting"
    one.send("a", "A2")
    assert (one.status(), outputs(one)) == ("complete", ['"A1"', '"B"', '"A2"'])


@pytest.mark.parametrize(
    ("raw", "payload"),
    [
        (b"null", "null"),
        (b'{"a": [1, 2.5]}', '{"a":[1,2.5]}'),
        (b'"text"', '"text"'),
        (b"7", "7"),
        (b"false", "false"),
    ],
)
def test_the_payload_is_any_json(raw: bytes, payload: str) -> None:
    one = waits("go")
    told = one.result("POST", f"{one.path('i')}/events/go", raw=raw)
    assert told == {"instanceId": "i", "timestamp": at("0s")}
    assert outputs(one) == [payload]


@pytest.mark.parametrize("raw", [b"", b" ", b"{", b"nope", b'{"a": NaN}', b"\xff"])
def test_what_is_no_json_is_refused_and_nothing_is_none(raw: bytes) -> None:
    one = waits("go")
    assert one.refused("POST", f"{one.path('i')}/events/go", raw=raw) == (400, 10002)
    assert one.by_the_types().status() == "waiting"


def test_a_wait_ends_after_a_day_unless_told() -> None:
    one = waits("go")
    assert one.describe()["steps"][0]["end"] == at("24h")
    assert one.after("86399999ms").by_the_types().status() == "waiting"
    told = one.after("1ms").describe()
    error = {
        "name": "WorkflowTimeoutError",
        "message": "Execution timed out after 86400000ms",
    }
    assert (told["status"], told["error"], told["end"]) == ("errored", error, at("24h"))
    assert told["steps"][0]["error"] == error


def test_an_event_at_the_last_moment_counts() -> None:
    one = waits("go", timeout="1h")
    one.after("3599999ms").send("go")
    assert one.status() == "complete"


def test_events_beyond_the_bound_are_refused() -> None:
    one = waits("go")
    path = f"{one.path('i')}/events/other"
    for _ in range(EVENTS):
        one.result("POST", path, {})
    assert one.refused("POST", path, {}) == (429, 971)
    one.send("go")
    assert one.status() == "complete"


@pytest.mark.parametrize("event_type", ["a b", "-a", "x" * 101, "ä"])
def test_a_type_that_can_be_none(event_type: str) -> None:
    one = waits("go")
    path = f"{one.path('i')}/events/{quote(event_type)}"
    assert one.refused("POST", path) == (400, 10002)
