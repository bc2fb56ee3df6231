"""Restarts: from the beginning, and from a step of the log."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.harness import Harness, at

BUILD: list[dict[str, Any]] = [
    {"do": "build", "takes": "1m", "output": 1},
    {"sleep": "1m", "name": "settle"},
    {"do": "build", "takes": "1m", "output": 2},
    {"wait": "go", "event": "go"},
    {"do": "ship", "takes": "1m", "output": 3},
]
SHORT: list[dict[str, Any]] = [{"do": "work", "takes": "1m", "output": 1}]


def shipped() -> Harness:
    """An instance that came through all of it, in ten minutes."""
    one = Harness(BUILD)
    one.create(params={"tag": 7})
    one.after("5m").send("go", {"first": True})
    assert one.after("5m").status() == "complete"
    return one


def labels(one: Harness) -> list[tuple[str, Any]]:
    return [(each[0], each[2]) for each in one.steps()]


class TestRestart:
    """It begins again, from its beginning or from a step of its log."""

    def test_from_the_beginning_it_forgets_all_but_id_and_params(self) -> None:
        one = shipped()
        assert one.change("restart") == "queued"
        told = one.describe()
        assert (told["status"], told["params"]) == ("running", {"tag": 7})
        assert (told["queued"], told["start"], told["end"]) == (at("10m"), at("10m"), None)
        assert (told["output"], told["success"], told["error"]) == ("", None, None)
        assert labels(one) == [("build-1", None)]
        assert one.result("GET", "/w/instances")[0]["created_on"] == at("0s")

    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            ({"name": "build"}, []),
            ({"name": "build", "count": 1.0}, []),
            ({"name": "build", "count": 2}, ["build-1", "settle-1"]),
            ({"name": "settle", "type": "sleep"}, ["build-1"]),
            ({"name": "go", "type": "waitForEvent"}, ["build-1", "settle-1", "build-2"]),
            ({"name": "ship", "type": "do"}, ["build-1", "settle-1", "build-2", "go-1"]),
        ],
    )
    def test_from_a_step_what_came_before_it_is_kept(self, said: Any, kept: list[str]) -> None:
        one = shipped()
        before = one.describe()
        assert one.change("restart", step=said) == "queued"
        told = one.describe()
        assert [each["name"] for each in told["steps"]][:-1] == kept
        assert told["steps"][:-1] == before["steps"][: len(kept)]
        assert told["steps"][-1]["start"] == at("10m")
        assert (told["queued"], told["start"]) == (at("0s"), at("0s"))
        assert (told["end"], told["output"], told["success"]) == (None, "", None)

    @pytest.mark.parametrize(
        "said",
        [
            {"name": "nothing"},
            {"name": "build", "count": 3},
            {"name": "settle"},
            {"name": "build-1"},
            {"name": "ship", "type": "sleep"},
            {"name": "go"},
        ],
    )
    def test_a_step_that_never_ran_is_409(self, said: Any) -> None:
        one = shipped()
        before = one.record()
        assert one.change("restart", step=said) == (409, 10402)
        assert one.record() is before

    def test_a_step_that_is_not_reached_yet_never_ran(self) -> None:
        one = Harness(BUILD)
        one.create()
        assert one.change("restart", step={"name": "ship"}) == (409, 10402)

    def test_events_that_nobody_took_are_kept_from_a_step_and_lost_otherwise(self) -> None:
        one = shipped()
        one.change("restart", step={"name": "build", "count": 2})
        one.send("go", "kept")
        one.change("restart", step={"name": "build", "count": 2})
        assert one.after("1m").status() == "running"
        assert one.describe()["steps"][3]["output"] == '"kept"'
        one.change("restart")
        one.send("go", "lost")
        one.change("restart")
        assert one.after("1h").by_the_types().status() == "waiting"

    def test_a_pending_pause_is_forgotten(self) -> None:
        one = Harness(BUILD)
        one.create()
        one.status()
        one.change("pause")
        one.change("restart")
        assert one.after("1m").status() == "waiting"

    def test_a_parallel_step_is_run_again_with_those_beside_it(self) -> None:
        pair = {"parallel": [{"do": "left", "takes": "1m"}, {"do": "right", "takes": "2m"}]}
        one = Harness([*SHORT, pair])
        one.create()
        one.after("1h")
        one.change("restart", step={"name": "right"})
        assert labels(one) == [("work-1", True), ("left-1", None), ("right-1", None)]
