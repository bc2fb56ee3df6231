"""Entries of a world file: workflows, keys, names, runs; what cannot be, and where."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.interactly.harness import ASK, OURS, START, TALK, Harness
from understudy.errors import InputError
from understudy.simulation.progress import Progress
from understudy.simulation.world import World
from understudy.vendors.interactly import VENDOR
from understudy.vendors.interactly.records.populate import TEAM, USER

WAITING = "waiting_for_user_input"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"steps": [{"reply": 1}]}, "/steps: an Interactly workflow has no `reply` step"),
        ({"steps": [{"do": "a", "rollback": {}}]}, "/steps: step 'a': Interactly knows no"),
        ({"steps": [{"do": "a", "takes": "x"}]}, "/steps/0/takes: 'x' is no duration"),
        ({"steps": [{"wait": "manager"}]}, "/steps: a run cannot wait for 'manager'. Say `wait:"),
        ({"steps": [{"wait": "input", "event": "x"}]}, "/steps: a run cannot wait for 'x'"),
        ({"steps": [{"wait": "pause", "timeout": "1h"}]}, "/steps: nothing ends a pause by itself"),
        ({"steps": [{"outcome": "cancelled"}]}, "/steps: no outcome 'cancelled'. Say completed,"),
        ({"reaper": "0"}, "/reaper: a reaper that comes at once"),
        (
            {"mode": "blocking", "progress": {"after": "3s"}},
            "/mode: work that is done after 3s blocks no call",
        ),
        ({"id": TALK}, f"/id: workflows have a '{TALK}' already"),
        ({"name": "talk"}, "/name: a second 'talk'"),
        ({"created": "soon"}, "/created: 'soon' is no duration"),
        ({"created": "1h"}, "/created: 1h lies after the session's start"),
        ({"created": "-99999d"}, "/created: -99999d lies before 1970"),
    ],
)
def test_what_a_workflow_cannot_be(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as found:
        Harness(workflows=[entry])
    assert str(found.value).startswith(f"/workflows/2{told}")


@pytest.mark.parametrize(
    ("entry", "mode", "progress"),
    [
        ({}, "blocking", None),
        ({"mode": "async"}, "async", None),
        ({"progress": "now"}, "blocking", Progress()),
        ({"progress": {"after": "30s"}}, "async", Progress(after=30_000)),
        ({"progress": {"reads": 3}}, "async", Progress(reads=3)),
        ({"mode": "async", "progress": "now"}, "async", Progress()),
    ],
)
def test_how_a_workflow_answers(
    entry: dict[str, Any], mode: str, progress: Progress | None
) -> None:
    made = Harness(workflows=[{"name": "w", **entry}]).workflow("w")
    assert (made.mode, made.progress) == (mode, progress)


LOOP = {"name": "loop", "steps": [{"do": "a"}, {"outcome": "aborted_looping_risk"}]}
EMPTY = {"name": "empty"}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"workflow": "nobody"}, "/workflow: no workflow 'nobody'. There are ask, empty, foreign,"),
        ({"state": "completed", "workflow": "ask"}, "/state: it cannot complete: step 'c' always"),
        ({"state": "completed", "workflow": "loop"}, "/state: it cannot complete"),
        ({"state": "completed", "step": "greet"}, "/step: a run completed is at no step"),
        ({"state": "not_started", "turns": 1}, "/turns: a run not_started is at no step"),
        ({"state": "running", "step": "x"}, "/step: no step 'x' in this timeline"),
        ({"state": "running", "step": "input"}, "/step: a run running is not at 'input'"),
        ({"state": WAITING, "step": "greet"}, "/step: step 'greet' does not wait"),
        ({"state": "failed", "step": "greet", "turns": 1}, "/turns: `step` and `turns` both say"),
        ({"state": WAITING, "turns": 2}, "/turns: stop 2 of its workflow is no `wait: input`"),
        ({"state": WAITING, "turns": 9}, "/turns: its workflow stops 2 times"),
        ({"state": WAITING, "workflow": "empty"}, "/state: its workflow has no `wait: input`"),
        ({"state": "paused", "workflow": "ask"}, "/state: its workflow has no `wait: pause`"),
        ({"state": "running", "workflow": "empty"}, "/state: a run running needs a step"),
        ({"state": "failed", "workflow": "empty"}, "/state: a run failed needs a step"),
        ({"state": WAITING, "resumes_to": "running"}, f"/resumes_to: a run {WAITING} has no"),
        ({"state": "cancelled", "error": "x"}, "/error: a run cancelled has no error"),
        (
            {"state": "completed", "termination_source": "execution_error"},
            "/termination_source: a run completed has no termination_source",
        ),
        ({"state": WAITING, "created": "-1h", "since": "-2h"}, "/created: its steps until then"),
        ({"state": WAITING, "created": "-1s"}, "/created: its steps until then take 2s"),
        ({"state": "running", "step": "book", "since": "-1m"}, "/since: it went on 0s before"),
        ({"state": "started", "since": "-5s"}, "/since: it went on 4s before the session's start"),
        ({"state": WAITING, "since": "-3m", "workflow": "reaped"}, "/since: it went on 2m before"),
        ({"state": "not_started", "id": "ee" * 12}, f"/id: runs have a '{'ee' * 12}' already"),
    ],
)
def test_what_a_run_cannot_be(entry: dict[str, Any], told: str) -> None:
    reaped = {"name": "reaped", "reaper": "1m", "steps": [{"wait": "input"}]}
    first = {"id": "ee" * 12, "workflow": "talk", "state": "not_started"}
    with pytest.raises(InputError) as found:
        Harness(
            workflows=[ASK, LOOP, EMPTY, reaped],
            runs=[first, {"workflow": "talk", "state": WAITING, **entry}],
        )
    assert str(found.value).startswith(f"/runs/1{told}")


def test_ids_that_nobody_gave_come_from_the_seed_and_the_name() -> None:
    entry = {"name": "w", "steps": []}
    one, other = Harness(workflows=[entry]), Harness(workflows=[{}, entry])
    assert one.workflow("w").id == other.workflow("w").id
    assert int(one.workflow("w").id, 16) > 0
    run = {"name": "r", "workflow": "talk", "state": "not_started"}
    made = Harness(runs=[run]).run("r")
    assert made == Harness(runs=[run]).run("r")
    assert len(made.id) == 24


def test_entries_belong_to_the_first_team_that_is_named() -> None:
    world = World("interactly", VENDOR.kinds, seed=0, now=START)
    VENDOR.populate(
        world,
        {"credentials": [{"name": "a"}, {"name": "b", "team": "t"}], "workflows": [{"name": "w"}]},
        START,
    )
    assert {key.key: (key.tenant, key.user) for key in world["credentials"]} == {
        "interactly-key-a": ("t", USER),
        "interactly-key-b": ("t", USER),
    }
    assert [each.team for each in world["workflows"]] == ["t"]


def test_a_world_without_keys_is_the_shipped_teams() -> None:
    world = World("interactly", VENDOR.kinds, seed=0, now=START)
    entry = {"name": "r", "workflow": "w", "state": "completed"}
    VENDOR.populate(world, {"workflows": [{"name": "w"}], "runs": [entry]}, START)
    (run,) = world["runs"]
    assert (run.team, run.created_by) == (TEAM, USER)


def test_a_later_section_may_use_a_name_again_and_then_has_it_alone() -> None:
    one = Harness(runs=[{"name": "run", "workflow": "talk", "state": "completed"}])
    first = one.run("run")
    VENDOR.populate(
        one.world,
        {
            "credentials": [{"name": "default", "key": "new-key", "team": OURS}],
            "workflows": [{"name": "talk", "steps": [{"wait": "input"}]}],
            "runs": [{"name": "run", "workflow": "talk", "state": WAITING}],
        },
        START,
    )
    assert one.run("run").workflow_id == one.workflow("talk").id != TALK
    assert one.run(first.id).name == ""
    assert one.world["credentials"].first("key", "our-key") is None


def test_a_run_may_name_its_workflow_by_id() -> None:
    one = Harness(runs=[{"name": "run", "workflow": TALK, "state": WAITING}])
    assert one.run("run").workflow_id == TALK


def test_two_credentials_cannot_share_a_key() -> None:
    with pytest.raises(InputError, match="/credentials/0/key: this is the key of 'default'"):
        VENDOR.populate(
            Harness().world, {"credentials": [{"name": "third", "key": "our-key"}]}, START
        )


def test_a_collection_that_worlds_do_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="/teams: a world has no teams"):
        VENDOR.populate(Harness().world, {"teams": []}, START)
