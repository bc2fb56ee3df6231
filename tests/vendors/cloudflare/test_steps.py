"""What a run does by itself: attempts, sleeps, parallel steps, outcomes, limits, and its log."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import json

from tests.vendors.cloudflare.harness import Harness, at, line
from understudy.errors import UnderstudyError

FEED = {"name": "FeedError", "message": "503"}
TIMEOUT = {"name": "WorkflowTimeoutError", "message": "Execution timed out after 5000ms"}


def run(*steps: dict[str, Any], **workflow: Any) -> Harness:
    """A world with one instance of these steps, begun at the start."""
    one = Harness(steps, **workflow)
    one.create()
    one.status()
    return one


def attempts(one: Harness, step: int = 0) -> list[tuple[Any, ...]]:
    told = one.describe()["steps"][step]["attempts"]
    return [(each["start"], each["end"], each["success"]) for each in told]


@pytest.mark.parametrize(
    ("backoff", "pauses"),
    [("constant", (10, 10, 10)), ("linear", (10, 20, 30)), ("exponential", (10, 20, 40))],
)
def test_delays_between_attempts(backoff: str, pauses: tuple[int, ...]) -> None:
    retry = {"limit": 3, "delay": "10s", "backoff": backoff}
    one = run({"do": "pull", "takes": "5s", "fails": {"error": FEED}, "retry": retry})
    begins, told = 0, []
    for pause in (*pauses, 0):
        told.append((at(f"{begins}s"), at(f"{begins + 5}s"), False))
        begins += 5 + pause
    one.after("1h")
    assert attempts(one) == told
    ended = one.describe()
    assert (ended["status"], ended["error"], ended["end"]) == ("errored", FEED, told[-1][1])
    assert ended["steps"][0]["success"] is False


def test_between_attempts_it_waits_and_runs_again() -> None:
    retry = {"limit": 1, "delay": "10s", "backoff": "constant"}
    one = run({"do": "pull", "takes": "5s", "fails": {"times": 1, "error": FEED}, "retry": retry})
    seen = [one.status(), *(one.after(length).status() for length in ("5s", "10s", "5s"))]
    assert seen == ["running", "waiting", "running", "complete"]
    assert one.transitions() == ["created", "start", "rest", "retry", "complete"]
    assert attempts(one) == [(at("0s"), at("5s"), False), (at("15s"), at("20s"), True)]


def test_the_vendors_defaults_are_five_retries_from_ten_seconds_on() -> None:
    one = run({"do": "pull", "fails": {}})
    config = one.describe()["steps"][0]["config"]
    retries = {"limit": 5, "delay": 10_000, "backoff": "exponential"}
    assert config == {"retries": retries, "timeout": "10 minutes"}
    assert one.after("310s").describe()["end"] == at("310s")
    assert len(attempts(one)) == 6
    assert one.describe()["error"] == {"name": "Error", "message": "failed"}


def test_an_attempt_that_takes_too_long_is_tried_again() -> None:
    retry = {"limit": 1, "delay": "1s", "backoff": "constant"}
    one = run({"do": "slow", "takes": "1m", "timeout": "5s", "retry": retry})
    told = one.after("1h").describe()
    assert (told["status"], told["error"], told["end"]) == ("errored", TIMEOUT, at("11s"))
    assert [each["error"] for each in told["steps"][0]["attempts"]] == [TIMEOUT, TIMEOUT]
    assert told["steps"][0]["config"]["timeout"] == "5 seconds"


def test_an_error_that_says_so_is_not_tried_again() -> None:
    error = {"name": "NonRetryableError", "message": "no such feed"}
    told = run({"do": "pull", "takes": "1s", "fails": {"error": error}}).after("1s").describe()
    assert (told["status"], told["error"]) == ("errored", error)
    assert len(told["steps"][0]["attempts"]) == 1


def test_a_pause_puts_the_next_attempt_off() -> None:
    retry = {"limit": 1, "delay": "1m", "backoff": "constant"}
    one = run({"do": "pull", "takes": "5s", "fails": {"times": 1}, "retry": retry})
    one.after("5s")
    assert one.change("pause") == "paused"
    one.after("10m")
    assert one.change("resume") == "queued"
    assert one.after("59s").status() == "waiting"
    assert one.after("1s").status() == "running"
    assert attempts(one) == [(at("0s"), at("5s"), False), (at("665s"), None, None)]


def test_a_failed_attempt_is_enough_for_the_pause_that_waits() -> None:
    retry = {"limit": 1, "delay": "1m", "backoff": "constant"}
    one = run({"do": "pull", "takes": "5s", "fails": {"times": 1}, "retry": retry})
    assert one.change("pause") == "waitingForPause"
    assert one.after("5s").status() == "paused"
    one.change("resume")
    assert one.status() == "waiting"
    assert one.after("65s").status() == "complete"


def test_a_step_that_fails_for_good_ends_what_waits_for_a_pause() -> None:
    one = run({"do": "pull", "takes": "5s", "fails": {}, "retry": {"limit": 0}})
    one.change("pause")
    assert one.after("5s").status() == "errored"


def test_parallel_steps_have_entries_of_their_own() -> None:
    slow = {"do": "slow", "takes": "3m", "output": "s"}
    late = {
        "do": "late",
        "takes": "10s",
        "output": "l",
        "fails": {"times": 1},
        "retry": {"limit": 1, "delay": "10s"},
    }
    one = run({"parallel": [slow, late]})
    one.after("15s")
    assert one.status() == "running"
    assert one.steps() == [
        ("slow-1", "step", None, at("0s"), None),
        ("late-1", "step", None, at("0s"), None),
    ]
    assert attempts(one, 1) == [(at("0s"), at("10s"), False)]
    one.after("15s")
    assert [each[2] for each in one.steps()] == [None, True]
    one.after("5m")
    assert (one.status(), one.describe()["output"]) == ("complete", '["s","l"]')
    assert one.steps()[0] == ("slow-1", "step", True, at("0s"), at("3m"))


def test_the_first_parallel_step_that_fails_for_good_ends_it() -> None:
    bad = {"do": "bad", "takes": "10s", "fails": {"error": FEED}, "retry": {"limit": 0}}
    told = run({"parallel": [{"do": "good", "takes": "1m"}, bad]}).after("1h").describe()
    assert (told["status"], told["error"], told["end"]) == ("errored", FEED, at("10s"))
    assert [each["success"] for each in told["steps"]] == [None, False]


def test_steps_that_share_a_name_are_counted_by_kind() -> None:
    again = [{"do": "a", "takes": "1s"}, {"sleep": "1s", "name": "a"}]
    one = run({"group": again, "times": 2}, {"do": "b", "takes": "1s"})
    one.after("1m")
    assert [(each[0], each[1]) for each in one.steps()] == [
        ("a-1", "step"),
        ("a-1", "sleep"),
        ("a-2", "step"),
        ("a-2", "sleep"),
        ("b-1", "step"),
    ]


@pytest.mark.parametrize(
    ("outcome", "success", "error"),
    [
        ("complete", True, None),
        ("errored", False, FEED),
        ("terminated", False, None),
    ],
)
def test_a_timeline_may_say_how_it_ends(outcome: str, success: bool, error: Any) -> None:
    end = {"outcome": outcome, **({"error": FEED} if error else {})}
    one = run({"do": "a", "takes": "1s", "output": 3}, end, {"do": "never", "takes": "1s"})
    told = one.after("1m").describe()
    assert (told["status"], told["success"], told["error"]) == (outcome, success, error)
    assert told["output"] == (3 if success else "")
    assert told["step_count"] == 1


def test_a_limit_of_steps_ends_it_and_sleeps_do_not_count() -> None:
    work = {"do": "a", "takes": "1s"}
    one = run(work, {"sleep": "1s"}, work, work, limits={"steps": 2})
    told = one.after("1m").describe()
    assert (told["status"], told["end"]) == ("errored", at("3s"))
    assert told["error"] == {
        "name": "WorkflowFatalError",
        "message": "The limit of 2 steps is reached",
    }


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("done", "done"),
        (42, 42),
        (-1.5, -1.5),
        (True, "true"),
        ({"a": [1]}, '{"a":[1]}'),
        ([], "[]"),
    ],
)
def test_an_output_is_a_text_or_a_number(said: Any, told: Any) -> None:
    assert run(output=said).after("1m").describe()["output"] == told


def test_without_steps_it_is_complete_at_once() -> None:
    told = run().describe()
    assert (told["status"], told["output"], told["steps"]) == ("complete", "", [])


def test_durations_are_told_in_words() -> None:
    waits = [{"do": "a", "timeout": each} for each in ("1m", "90s", "2h", "1d", "1w", "1500ms")]
    one = run(*waits)
    told = [each["config"]["timeout"] for each in one.describe()["steps"]]
    assert told == ["1 minute", "90 seconds", "2 hours", "1 day", "1 week", 1500]


class TestGetStep:
    """The whole output of one step."""

    def harness(self) -> Harness:
        retry = {"limit": 1, "delay": "10s", "backoff": "constant"}
        first = {"do": "a", "takes": "5s", "output": {"big": [1]}, "retry": retry}
        return run({**first, "fails": {"times": 1, "error": FEED}}, {"wait": "w", "event": "go"})

    def step(self, one: Harness, name: str = "a-1", kind: str = "step", **query: Any) -> Any:
        path = f"{one.path('i')}/step"
        return one.ask("GET", path, name=name, type=kind, **query)[1]["result"]

    def test_as_it_goes_on(self) -> None:
        one = self.harness()
        told = [self.step(one)]
        told += [self.step(one.after(length)) for length in ("5s", "10s")]
        running = {"status": "running", "error": None, "output": None}
        trying = {**running, "error": FEED}  # again, after an attempt that failed
        assert told == [running, trying, trying]
        one.after("5s")
        assert self.step(one) == {"status": "complete", "error": None, "output": {"big": [1]}}

    def test_one_attempt(self) -> None:
        one = self.harness().after("20s")
        errored = {"status": "errored", "error": FEED, "output": None}
        assert self.step(one, attempt=1) == errored
        assert self.step(one, attempt=2)["status"] == "complete"
        assert self.step(one, attempt=3) is None

    def test_an_event(self) -> None:
        one = self.harness().after("20s")
        waiting = {"status": "waiting", "error": None, "output": None, "event_type": "go"}
        assert self.step(one, "w-1", "waitForEvent") == waiting
        one.send("go", {"by": "ada"})
        told = self.step(one, "w-1", "waitForEvent")
        assert told == {**waiting, "status": "complete", "output": {"by": "ada"}}
        assert self.step(one, "w-1", "waitForEvent", attempt=1) is None

    @pytest.mark.parametrize(
        ("name", "kind"), [("a", "step"), ("a-2", "step"), ("a-1", "waitForEvent"), ("w-1", "step")]
    )
    def test_what_is_not_in_the_log(self, name: str, kind: str) -> None:
        one = self.harness()
        query = {"name": name, "type": kind}
        assert one.refused("GET", f"{one.path('i')}/step", **query) == (404, 10404)


class TestOutputs:
    """What is shown of an output: not all of a long one, nothing of a sensitive one."""

    LONG = "x" * 1_030

    def harness(self) -> Harness:
        steps: list[dict[str, Any]] = [
            {"do": "secret", "takes": "1s", "output": {"card": "4111"}},
            {"do": "export", "takes": "1s", "output": "id;amount\n1;129\n"},
            {"do": "long", "takes": "1s", "output": self.LONG},
            {"do": "rows", "takes": "1s", "output": [1, 2]},
        ]
        one = Harness(steps, sensitive=["secret"], streams=["export", "rows"])
        one.create()
        return one.after("1m")

    def reply(self, one: Harness, name: str, **query: Any) -> Any:
        return one.reply("GET", f"{one.path('i')}/step", name=name, type="step", **query)

    def test_the_log_shows_the_beginning_and_no_secret(self) -> None:
        one = self.harness()
        shown = {each["name"]: each["output"] for each in one.describe()["steps"]}
        assert shown == {
            "secret-1": "[REDACTED]",
            "export-1": "id;amount\n1;129\n",
            "long-1": f'"{self.LONG}"'[:1024] + "[truncated output]",
            "rows-1": "[1,2]",
        }
        config = {each["name"]: each["config"].get("sensitive") for each in one.describe()["steps"]}
        assert config == {"secret-1": "output", "export-1": None, "long-1": None, "rows-1": None}

    def test_the_run_itself_goes_on_with_the_real_one(self) -> None:
        one = Harness([{"do": "a", "output": "top secret"}], sensitive=["a"])
        one.create()
        assert one.after("1s").describe()["output"] == "top secret"

    def test_one_step_tells_all_but_a_secret(self) -> None:
        one = self.harness()
        asked = {
            name: json.decode(self.reply(one, f"{name}-1").body) for name in ("secret", "long")
        }
        assert [each["result"]["output"] for each in asked.values()] == ["[REDACTED]", self.LONG]

    @pytest.mark.parametrize(
        ("name", "content"), [("export-1", b"id;amount\n1;129\n"), ("rows-1", b"[1,2]")]
    )
    def test_a_stream_is_bytes(self, name: str, content: bytes) -> None:
        one = self.harness()
        for query in ({}, {"attempt": 1}):
            reply = self.reply(one, name, **query)
            told = dict(reply.headers)
            assert (reply.status, reply.body) == (200, content)
            assert told["content-type"] == "application/octet-stream"
            assert "operation=getStep, by=behaviour" in told["x-understudy"]

    def test_a_stream_that_is_not_done_is_told_like_any_other(self) -> None:
        one = Harness([{"do": "a", "takes": "1m", "output": "x"}], streams=["a"])
        one.create()
        told = json.decode(self.reply(one, "a-1").body)["result"]
        assert told == {"status": "running", "error": None, "output": None}

    def test_a_deployment_changes_nothing_of_it(self) -> None:
        one = self.harness()
        one.result("PUT", "/w", {"script_name": "s", "class_name": "C"})
        one.create("later")
        shown = {
            each["name"]: each["output"] for each in one.after("1m").describe("later")["steps"]
        }
        assert shown["secret-1"] == "[REDACTED]"

    def test_only_steps_that_are_there(self) -> None:
        with pytest.raises(UnderstudyError, match=r"/workflows/0/sensitive/1.*no step 'b'"):
            Harness([{"do": "a"}], sensitive=["a", "b"]).describe("i")
        with pytest.raises(UnderstudyError, match=r"/workflows/0/streams/0.*no step 's'"):
            Harness([{"sleep": "1m", "name": "s"}], streams=["s"]).describe("i")


def test_a_step_that_is_not_there_is_told_with_those_that_are() -> None:
    harness = run({"do": "charge", "takes": "1m"}, {"do": "ship", "takes": "1m"}).after("3m")
    status, _ = harness.ask("GET", f"{harness.path('i')}/step", name="charge", type="step")
    inside = line().ask("GET", f"/__admin/sessions/{harness.name}/requests/latest")
    told = json.decode(inside.body)
    assert status == 404
    assert told["missing"]["collection"] == "steps"
    assert (told["missing"]["id"], told["missing"]["exists"][0]) == ("charge", "charge-1")
    assert told["hint"].startswith("did you mean charge-1?")
    harness.ask("GET", f"{harness.path('i')}/step", name="charge-1", type="waitForEvent")
    inside = line().ask("GET", f"/__admin/sessions/{harness.name}/requests/latest")
    assert json.decode(inside.body)["hint"] == "charge-1 is there with type=step"
