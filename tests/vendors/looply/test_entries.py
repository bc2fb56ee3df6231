"""Entries of a world file beside executions: workflows, keys, names; what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.looply.harness import APPROVAL, START, Harness
from understudy.errors import InputError
from understudy.simulation.progress import Progress
from understudy.simulation.timeline import Position
from understudy.simulation.world import World
from understudy.vendors.looply import VENDOR


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"schedule": "nightly"}, "/schedule: 'nightly' is no schedule"),
        ({"schedule_state": "PAUSED"}, "/schedule_state: a state without a schedule"),
        ({"steps": [{"reply": 1}]}, "/steps: a Looply workflow has no `reply` step"),
        ({"steps": [{"do": "a", "rollback": {}}]}, "/steps: step 'a': Looply knows neither"),
        ({"steps": [{"do": "a", "takes": "x"}]}, "/steps/0/takes: 'x' is no duration"),
        ({"steps": [{"outcome": "done"}]}, "/steps: no outcome 'done'. Say COMPLETED, FAILED,"),
        ({"id": APPROVAL}, f"/id: workflows have a '{APPROVAL}/1' already"),
        ({"id": APPROVAL, "version": 2, "organization": "theirs"}, "/organization: workflow"),
        ({"name": "approval"}, "/name: a second 'approval'"),
        ({"created": "soon"}, "/created: 'soon' is no duration"),
    ],
)
def test_what_a_workflow_cannot_be(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as found:
        Harness(workflows=[entry])
    assert str(found.value).startswith(f"/workflows/2{told}")


def test_a_workflow_says_how_fast_its_runs_come_to_their_end() -> None:
    workflows = Harness(workflows=[{"name": "quick", "progress": {"after": "30s"}}]).world[
        "workflows"
    ]
    (quick,) = workflows.walk("name", "quick")
    assert quick.progress == Progress(after=30_000)


def test_a_collection_that_worlds_do_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="/runs: a world has no runs"):
        VENDOR.populate(Harness().world, {"runs": []}, START)


def test_two_credentials_cannot_share_a_key() -> None:
    with pytest.raises(InputError, match="/credentials/0/key: this is the key of 'default'"):
        VENDOR.populate(
            Harness().world, {"credentials": [{"name": "third", "key": "our-key"}]}, START
        )


def test_entries_belong_to_the_first_organisation_that_is_named() -> None:
    world = World("looply", VENDOR.kinds, seed=0, now=START)
    VENDOR.populate(
        world,
        {
            "credentials": [{"name": "a"}, {"name": "b", "organization": "theirs"}],
            "workflows": [{"name": "w"}],
        },
        START,
    )
    assert {key.key: key.tenant for key in world["credentials"]} == {
        "looply-key-a": "theirs",
        "looply-key-b": "theirs",
    }
    assert [each.organization for each in world["workflows"]] == ["theirs"]


def test_a_later_section_may_use_a_name_again_and_then_has_it_alone() -> None:
    one = Harness(executions=[{"name": "run", "workflow": "approval", "state": "IN_PROGRESS"}])
    older, first = one.workflow("approval"), one.execution("run")
    VENDOR.populate(
        one.world,
        {
            "credentials": [{"name": "default", "key": "new-key", "organization": "ours"}],
            "workflows": [{"name": "approval", "steps": [{"wait": "w"}]}],
            "executions": [{"name": "run", "workflow": "approval"}],
        },
        START,
    )
    newer = one.workflow("approval")
    assert newer.workflow_id != older.workflow_id
    assert one.execution("run").workflow == newer.id
    before = one.world["executions"].get(first.id)
    assert before is not None
    assert (before.name, before.position) == ("", Position(since=START))
    assert one.world["credentials"].first("key", "our-key") is None


def test_an_execution_may_name_a_workflow_by_id_and_version() -> None:
    one = Harness(
        workflows=[
            {"id": "w", "version": 1},
            {"id": "w", "version": 2, "name": "second"},
            {"id": "w", "version": 3, "status": "DRAFT"},
        ],
        executions=[
            {"name": "a", "workflow": "w"},
            {"name": "b", "workflow": "w", "version": 3},
            {"name": "c", "workflow": "second", "version": 1},
        ],
    )
    assert [one.execution(name).version for name in "abc"] == [2, 3, 1]


def test_ids_that_nobody_gave_come_from_the_seed_and_the_name() -> None:
    one, other = Harness(workflows=[{"name": "w"}]), Harness(workflows=[{}, {"name": "w"}])
    assert one.workflow("w").workflow_id == other.workflow("w").workflow_id
    assert len(one.workflow("w").workflow_id) == 36
