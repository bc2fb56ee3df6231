"""Limits of concurrency: who may run, who is queued, and who comes next."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vendors.cloudflare.harness import FREE, Harness, at

WORK: list[dict[str, Any]] = [{"do": "work", "takes": "1m"}]
NAP: list[dict[str, Any]] = [
    {"do": "a", "takes": "1m"},
    {"sleep": "10m", "name": "nap"},
    {"do": "b", "takes": "1m"},
]


def one_at_a_time(steps: list[dict[str, Any]] = WORK, limit: int = 1) -> Harness:
    return Harness(steps, concurrency={"limit": limit})


def states(one: Harness, *names: str) -> str:
    """The statuses in short: q, r, w, p, c, t."""
    return "".join(one.status(name)[0] for name in names)


def test_they_start_in_the_order_they_came_whatever_their_ids() -> None:
    one = one_at_a_time()
    for name in ("z", "a", "m"):
        assert one.create(name)["status"] == "queued"
    assert states(one, "z", "a", "m") == "rqq"
    assert states(one.after("1m"), "z", "a", "m") == "crq"
    assert one.describe("a")["start"] == at("1m")
    assert states(one.after("1m"), "z", "a", "m") == "ccr"


def test_a_batch_queues_in_its_order() -> None:
    one = one_at_a_time(limit=2)
    body = [{"instance_id": name} for name in ("d", "c", "b", "a")]
    one.result("POST", "/w/instances/batch", body)
    assert states(one, "d", "c", "b", "a") == "rrqq"
    assert one.counts() == {"queued": 2, "running": 2}


def test_who_waits_makes_room_and_is_queued_again_when_it_wakes() -> None:
    one = one_at_a_time(NAP)
    one.create("first")
    one.create("second")
    assert states(one.after("1m"), "first", "second") == "wr"
    one.after("570s")  # the second sleeps from 2m to 12m
    one.create("third")  # and runs when the first wakes at 11m
    assert states(one.after("30s"), "first", "second", "third") == "qwr"
    assert one.transitions("first")[-1] == "step"
    assert states(one.after("30s"), "first", "third") == "rw"
    told = one.describe("first")["steps"]
    assert (told[1]["end"], told[2]["start"]) == (at("690s"), at("690s"))


def test_an_event_that_finds_no_room_is_not_lost() -> None:
    one = one_at_a_time([{"wait": "w", "event": "go"}, {"do": "work", "takes": "1m"}])
    for name in ("a", "b"):
        one.create(name)
        assert one.record(name).state == "waiting"
    for name in ("a", "b"):
        one.send("go", {"for": name}, name)
    assert states(one, "a", "b") == "rq"
    assert one.describe("b")["steps"][0]["finished"] is False
    assert states(one.after("1m"), "a", "b") == "cr"
    assert one.describe("b")["steps"][0]["output"] == '{"for":"b"}'


def test_a_resumed_one_stands_behind_those_who_wait() -> None:
    one = one_at_a_time([*WORK, *WORK])
    one.create("a")
    one.create("b")
    one.status("a")
    one.change("pause", "a")
    assert states(one.after("1m"), "a", "b") == "pr"
    one.create("c")
    assert one.change("resume", "a") == "queued"
    assert states(one.after("2m"), "a", "b", "c") == "qcr"
    assert states(one.after("2m"), "a", "b", "c") == "rcc"


def test_a_restarted_one_gives_its_slot_to_the_next() -> None:
    one = one_at_a_time()
    for name in ("a", "b"):
        one.create(name)
    one.after("30s")
    assert one.change("restart", "a") == "queued"
    assert states(one, "a", "b") == "qr"


def test_ending_and_deleting_make_room() -> None:
    one = one_at_a_time()
    for name in ("a", "b", "c", "d"):
        one.create(name)
    one.status("a")
    assert one.change("terminate", "a") == "terminated"
    assert states(one, "b", "c") == "rq"
    one.result("DELETE", one.path("b"))
    assert states(one, "c", "d") == "rq"


def test_what_is_queued_can_be_terminated_and_stays_out() -> None:
    one = one_at_a_time()
    for name in ("a", "b", "c"):
        one.create(name)
    assert one.change("terminate", "b") == "terminated"
    assert states(one.after("1m"), "a", "b", "c") == "ctr"


def test_a_deployment_may_leave_more_room_or_less() -> None:
    one = one_at_a_time()
    for name in ("a", "b", "c", "d"):
        one.create(name)
    one.status("a")
    deployment = {"script_name": "s", "class_name": "C"}
    one.result("PUT", "/w", {**deployment, "concurrency": {"limit": 3}})
    assert states(one, "a", "b", "c", "d") == "rrrq"
    one.result("PUT", "/w", {**deployment, "concurrency": {"limit": 1}})
    assert states(one.after("30s"), "a", "b", "c", "d") == "rrrq"
    assert states(one.after("30s"), "a", "b", "c", "d") == "cccr"


def test_many_that_need_no_slot_pass_one() -> None:
    one = one_at_a_time([{"sleep": "1h", "name": "nap"}])
    one.result("POST", "/w/instances/batch", [{} for _ in range(100)])
    one.result("POST", "/w/instances/batch", [{} for _ in range(100)])
    assert one.counts() == {"waiting": 200}


def account(limits: dict[str, int]) -> Harness:
    """The free account, with two slots and room for three in its queue."""
    one = Harness(WORK, account=FREE, workflows=[{"name": "v", "account": FREE, "steps": WORK}])
    one.account = FREE
    return one


def free(one: Harness, workflow: str, name: str) -> tuple[int, Any]:
    return one.ask("POST", f"/{workflow}/instances", {"instance_id": name}, by="free")


def test_an_accounts_limit_is_shared_by_its_workflows() -> None:
    one = account({})
    for workflow, name in (("w", "a"), ("v", "b"), ("w", "c"), ("v", "d")):
        assert free(one, workflow, name)[0] == 200
    assert of(one) == {"w/a": "running", "v/b": "running", "w/c": "queued", "v/d": "queued"}
    one.after("1m")
    assert of(one) == {"w/a": "complete", "v/b": "complete", "w/c": "running", "v/d": "running"}


def test_beyond_the_accounts_queue_a_creation_is_refused() -> None:
    one = account({})
    answers = [free(one, "w", f"i{number}") for number in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [429]
    assert answers[-1][1]["errors"][0]["message"] == "workflows.api.error.instance.too_many_queued"


def of(one: Harness) -> dict[str, str]:
    workflows = {each.id: each.name for each in one.world["workflows"]}
    return {
        f"{workflows[each.workflow]}/{each.instance_id}": each.state
        for each in sorted(one.world["instances"], key=lambda each: each.instance_id)
    }


actions = st.tuples(
    st.sampled_from(
        ["create", "pause", "resume", "restart", "terminate", "send", "delete", "wait"]
    ),
    st.integers(0, 4),
)


@settings(max_examples=60)
@given(st.lists(actions, max_size=25), st.integers(1, 2))
def test_never_do_more_run_than_may_and_nobody_waits_for_a_free_slot(
    said: list[tuple[str, int]], limit: int
) -> None:
    steps = [*NAP, {"wait": "w", "event": "go"}, {"do": "c", "takes": "30s"}]
    one = one_at_a_time(steps, limit)
    for action, number in said:
        name = f"i{number}"
        if action == "wait":
            one.after(f"{number * 37}s")
        elif action == "create":
            one.ask("POST", "/w/instances", {"instance_id": name})
        elif action == "delete":
            one.ask("DELETE", one.path(name))
        elif action == "send":
            one.ask("POST", f"{one.path(name)}/events/go")
        else:
            one.ask("PATCH", f"{one.path(name)}/status", {"status": action})
        counted = one.counts()
        busy = sum(counted.get(each, 0) for each in ("running", "waitingForPause"))
        assert busy <= limit
        if counted.get("queued"):
            assert busy == limit


def test_a_look_at_the_queue_is_by_index_alone() -> None:
    one = one_at_a_time()
    one.result("POST", "/w/instances/batch", [{} for _ in range(50)])
    instances = one.world["instances"]
    (workflow,) = one.world["workflows"]
    assert instances.count("holding", workflow.id) == 1
    assert instances.count("line", ("workflow", workflow.id)) == 49
    assert one.counts() == {"queued": 49, "running": 1}
