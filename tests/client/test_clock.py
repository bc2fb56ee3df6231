"""A session's clock from Python."""

from __future__ import annotations

import pytest

from understudy.client import Refused, Sandbox

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
