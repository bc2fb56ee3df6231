"""A session's clock from Python."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from understudy.client import Refused, Sandbox
from understudy.errors import InputError

START = "2026-01-01T00:00:00.000Z"
SAP = {"payload": {"source": "SAP"}}


def resumed(sandbox: Sandbox) -> None:
    with sandbox.looply.client() as looply:
        looply.post("/resumeWorkflow/order-1001", json=SAP)


def test_time_passes_when_it_is_told_to(either: Sandbox) -> None:
    assert either.clock.now == START
    told = either.clock.advance("2m")
    assert either.clock.now == "2026-01-01T00:02:00.000Z"
    assert told["advanced"] == "2m"


@pytest.mark.parametrize(
    ("by", "advanced"),
    [
        (timedelta(minutes=1), "1m"),
        (timedelta(milliseconds=1_500), "1s500ms"),
        (timedelta(days=7), "7d"),
        (timedelta(0), "0s"),
    ],
)
def test_a_timedelta_is_a_duration(inside: Sandbox, by: timedelta, advanced: str) -> None:
    assert inside.clock.advance(by)["advanced"] == advanced


def test_a_timedelta_is_a_duration_wherever_one_is_taken(inside: Sandbox) -> None:
    inside.clock.each_call(timedelta(seconds=30))
    latency = {"min": timedelta(seconds=1), "max": timedelta(seconds=1)}
    inside.looply.fault("resumeWorkflow", latency=latency, virtual=True)
    inside.load({"understudy": 1, "scenario": "x", "clock": {"each_call": timedelta(minutes=1)}})
    resumed(inside)
    assert inside.clock.now == "2026-01-01T00:01:01.000Z"


@pytest.mark.parametrize("number", [60, 1.5])
def test_a_number_without_a_unit_is_refused(inside: Sandbox, number: Any) -> None:
    for take in (inside.clock.advance, inside.clock.each_call):
        with pytest.raises(InputError) as refused:
            take(number)
        assert str(refused.value) == (
            f'{number} is no duration. Write "60s" or timedelta(seconds={number})'
        )
    with pytest.raises(Refused, match="must be a duration like 90s"):
        inside.looply.fault("resumeWorkflow", latency=number)


def test_what_happens_meanwhile_is_told(either: Sandbox) -> None:
    resumed(either)
    told = either.clock.advance("6m")
    assert {each["event"] for each in told["transitions"]} >= {"complete"}
    either.clock.to("2026-01-02T00:00:00Z")
    assert either.clock.now == "2026-01-02T00:00:00.000Z"


def test_time_jumps_to_what_falls_due_and_to_the_end_of_it(either: Sandbox) -> None:
    resumed(either)
    first = either.clock.next()["now"]
    assert first > START
    assert either.clock.idle()["now"] >= first


def test_each_call_takes_its_time(either: Sandbox) -> None:
    either.clock.each_call("30s")
    resumed(either)
    resumed(either)
    assert either.clock.now == "2026-01-01T00:01:00.000Z"


def test_a_clock_runs_and_stops(either: Sandbox) -> None:
    either.clock.run(60)
    assert either.ask("GET", "/clock")["speed"] == 60
    either.clock.freeze()
    assert either.ask("GET", "/clock")["frozen"] is True
    either.clock.freeze("2026-06-01T00:00:00Z")
    assert either.clock.now == "2026-06-01T00:00:00.000Z"


@pytest.mark.parametrize("by", ["-1s", "soon", "1 hour"])
def test_what_is_no_duration_is_refused(either: Sandbox, by: str) -> None:
    with pytest.raises(Refused) as refused:
        either.clock.advance(by)
    assert refused.value.where == "body /by"
    assert either.clock.now == START


def test_time_never_goes_back(either: Sandbox) -> None:
    with pytest.raises(Refused, match=r"cannot go back"):
        either.clock.to("2025-01-01T00:00:00Z")
