"""Terminations, what they undo first, and the jobs that terminate many."""

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
UNDO: list[dict[str, Any]] = [
    {"do": "reserve", "takes": "10s", "rollback": {"takes": "1m"}},
    {"do": "look", "takes": "10s"},
    {"do": "book", "takes": "10s", "rollback": {"takes": "30s"}},
    {"wait": "go", "event": "go"},
]


class TestTerminate:
    """At once, or after what its steps did is undone."""

    def test_at_once_what_was_open_stays_open_in_the_log(self) -> None:
        one = Harness(UNDO)
        one.create()
        one.after("15s")
        assert one.change("terminate") == "terminated"
        told = one.describe()
        assert (told["end"], told["success"], told["rollback"]) == (at("15s"), False, None)
        ended = [(each[0], each[2]) for each in one.steps()]
        assert ended == [("reserve-1", True), ("look-1", None), ("", None)]
        assert told["steps"][-1] == {"type": "termination", "trigger": {"source": "api"}}
        assert one.after("1h").describe() == told

    def test_with_rollback_the_last_step_is_undone_first(self) -> None:
        one = Harness(UNDO)
        one.create()
        one.after("1m")
        assert one.change("terminate", rollback=True) == "rollingBack"
        assert [one.change(action) for action in ("pause", "resume", "terminate")] == [
            "rollingBack"
        ] * 3
        undone = [("book-1", "rollback"), ("reserve-1", "rollback")]
        assert one.steps()[4:] == [(*undone[0], None, at("1m"), None)]
        assert one.after("30s").steps()[4:] == [
            (*undone[0], True, at("1m"), at("90s")),
            (*undone[1], None, at("90s"), None),
        ]
        told = one.after("1m").describe()
        assert (told["status"], told["end"]) == ("terminated", at("150s"))
        assert told["rollback"] == {"outcome": "complete", "error": None}
        assert one.transitions()[-3:] == ["roll back", "undo", "undone"]

    def test_one_that_cannot_be_undone_ends_it(self) -> None:
        broken = {**UNDO[2], "rollback": {"takes": "30s", "fails": True}}
        one = Harness([*UNDO[:2], broken, UNDO[3]])
        one.create()
        one.after("1m")
        one.change("terminate", rollback=True)
        told = one.after("30s").describe()
        error = {"name": "Error", "message": "rollback failed"}
        assert told["status"] == "terminated"
        assert told["rollback"] == {"outcome": "failed", "error": error}
        assert told["steps"][4]["success"] is False

    def test_with_nothing_to_undo_it_ends_at_once(self) -> None:
        one = Harness(UNDO)
        one.create()
        assert one.change("terminate", rollback=True) == "terminated"
        assert one.describe()["rollback"] is None

    @pytest.mark.parametrize("action", ["pause", "resume", "restart"])
    def test_no_other_action_rolls_back(self, action: str) -> None:
        one = Harness(UNDO)
        one.create()
        assert one.change(action, rollback=True) == (400, 10002)


class TestFailure:
    """What fails for good is rolled back by itself, where its steps say how."""

    BROKEN: tuple[dict[str, Any], ...] = (
        *UNDO[:3],
        {"do": "pay", "takes": "10s", "fails": {"error": "no funds"}, "retry": {"limit": 0}},
    )

    def test_the_last_step_is_undone_first_and_then_it_is_errored(self) -> None:
        one = Harness(self.BROKEN)
        one.create()
        told = one.after("40s").describe()
        assert (told["status"], told["error"], told["success"], told["end"]) == (
            "rollingBack",
            None,
            None,
            None,
        )
        assert [each[0] for each in one.steps()[4:]] == ["book-1"]
        told = one.after("30s").describe()
        assert [each["name"] for each in told["steps"][4:]] == ["book-1", "reserve-1"]
        told = one.after("1m").describe()
        assert (told["status"], told["end"], told["success"]) == ("errored", at("130s"), False)
        assert told["error"] == {"name": "Error", "message": "no funds"}
        assert told["rollback"] == {"outcome": "complete", "error": None}
        assert "termination" not in [each["type"] for each in told["steps"]]
        assert one.transitions()[-3:] == ["roll back", "undo", "undone"]

    def test_the_step_that_failed_is_undone_too(self) -> None:
        last = {**self.BROKEN[-1], "rollback": {"takes": "5s"}}
        one = Harness([*self.BROKEN[:-1], last])
        one.create()
        assert [each[:2] for each in one.after("40s").steps()[3:]] == [
            ("pay-1", "step"),
            ("pay-1", "rollback"),
        ]
        assert [each[0] for each in one.after("5s").steps()[4:]] == ["pay-1", "book-1"]

    def test_one_that_cannot_be_undone_ends_it(self) -> None:
        book = {**UNDO[2], "rollback": {"takes": "30s", "fails": True}}
        one = Harness([*UNDO[:2], book, self.BROKEN[-1]])
        one.create()
        told = one.after("70s").describe()
        assert told["status"] == "errored"
        assert told["error"]["message"] == "no funds"
        error = {"name": "Error", "message": "rollback failed"}
        assert told["rollback"] == {"outcome": "failed", "error": error}

    def test_a_wait_that_timed_out_and_an_outcome_roll_back_as_well(self) -> None:
        for end in ({"wait": "go", "timeout": "10s"}, {"outcome": "errored", "error": "no"}):
            one = Harness([UNDO[0], end])
            one.create()
            one.after("20s")
            assert one.status() == "rollingBack"
            assert one.after("1m").describe()["rollback"]["outcome"] == "complete"
            assert one.status() == "errored"

    def test_one_made_to_fail_rolls_back(self) -> None:
        one = Harness(UNDO)
        one.create()
        one.after("1m")
        one.world.trigger("instances", one.record(), "fail")
        assert one.status() == "rollingBack"
        assert one.after("90s").status() == "errored"

    def test_a_restart_forgets_the_failure(self) -> None:
        one = Harness(self.BROKEN)
        one.create()
        one.after("40s")
        one.change("restart")
        assert one.after("1s").describe()["rollback"] is None
        one.change("terminate", rollback=True)
        assert one.describe()["status"] == "terminated"


class TestJobs:
    """Many are terminated by a job, two seconds later."""

    @staticmethod
    def harness() -> Harness:
        one = Harness(BUILD)
        one.result("POST", "/w/instances/batch", [{"instance_id": n} for n in ("a", "b", "c")])
        one.after("90s").create("d")
        one.status("d")
        return one

    def test_those_of_a_list_that_are_not_over(self) -> None:
        one = self.harness()
        body = ["a", "b", "b", "nobody"]
        told = one.result("POST", "/w/instances/batch/terminate", body)
        assert told == {"status": "ok", "instancesTerminated": 2}
        assert one.after("1999ms").counts() == {"waiting": 3, "running": 1}
        assert one.result("GET", "/w/instances/terminate") == {"status": "running"}
        assert one.after("1ms").counts() == {"waiting": 1, "running": 1, "terminated": 2}
        assert one.result("GET", "/w/instances/terminate") == {"status": "not_running"}
        assert one.describe("a")["end"] == at("92s")

    @pytest.mark.parametrize(
        ("query", "left"),
        [
            ({}, {"terminated": 4}),
            ({"status": "waiting"}, {"terminated": 3, "running": 1}),
            ({"status": "running"}, {"terminated": 1, "waiting": 3}),
            ({"status": "paused"}, {"running": 1, "waiting": 3}),
        ],
    )
    def test_all_of_a_status(self, query: dict[str, str], left: dict[str, int]) -> None:
        one = self.harness()
        assert one.result("PUT", "/w/instances/terminate", **query) == {"status": "ok"}
        assert one.after("2s").counts() == left

    def test_one_job_at_a_time_for_each_workflow(self) -> None:
        one = self.harness()
        one.result("PUT", "/w", {"script_name": "s", "class_name": "C"})
        one.result("PUT", "/w/instances/terminate")
        told = one.result("POST", "/w/instances/batch/terminate", ["a"])
        assert told == {"status": "already_running", "instancesTerminated": 0}
        assert one.result("PUT", "/w/instances/terminate") == {"status": "already_running"}
        put = one.result("PUT", "/w", {"script_name": "s", "class_name": "C"})
        assert put["terminator_running"] == 1
        one.after("2s")
        assert one.result("PUT", "/w/instances/terminate") == {"status": "ok"}

    def test_what_is_over_or_rolling_back_by_then_is_left_alone(self) -> None:
        one = Harness(UNDO, instances=[{"id": "r", "state": "rollingBack", "step": "book"}])
        one.result("PUT", "/w/instances/terminate")
        assert one.after("2s").status("r") == "rollingBack"

    def test_a_job_goes_with_its_workflow(self) -> None:
        one = self.harness()
        one.result("PUT", "/w/instances/terminate")
        one.result("DELETE", "/w")
        one.result("PUT", "/w", {"script_name": "s", "class_name": "C"})
        assert one.result("GET", "/w/instances/terminate") == {"status": "not_running"}
