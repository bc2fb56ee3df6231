"""Schedules: executions at each due instant, none while paused, and the toggle's two states."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.looply.harness import START, Harness
from understudy.simulation.clock import iso

NIGHTLY = {
    "name": "nightly",
    "schedule": "0 2 * * *",
    "steps": [{"do": "report", "takes": "10m"}],
}
DAY = 86_400_000


def harness(**more: Any) -> Harness:
    return Harness(workflows=[NIGHTLY | more])


def runs(one: Harness) -> list[tuple[str, str, str]]:
    return [(each.trigger, iso(each.created), each.state) for each in one.world["executions"]]


@pytest.mark.parametrize(
    ("state", "action", "told", "then"),
    [
        ("ACTIVE", "PAUSE", (200, "OK"), "PAUSED"),
        ("ACTIVE", "PLAY", (409, "CONFLICT"), "ACTIVE"),
        ("PAUSED", "PAUSE", (409, "CONFLICT"), "PAUSED"),
        ("PAUSED", "PLAY", (200, "OK"), "ACTIVE"),
    ],
)
def test_each_action_in_each_state(
    state: str, action: str, told: tuple[int, str], then: str
) -> None:
    one = harness(schedule_state=state)
    assert one.toggle(action) == told
    assert one.workflow("nightly").state == then


def test_the_answer_repeats_the_workflow_with_its_new_state() -> None:
    one = harness()
    workflow = one.workflow("nightly")
    body = {"workflow_id": workflow.workflow_id, "workflow_version": 1, "action": "PAUSE"}
    assert one.ask("toggleScheduledWorkflow", body=body) == (
        200,
        {
            "message": "success",
            "workflow_id": workflow.workflow_id,
            "workflow_version": 1,
            "status": "PAUSED",
        },
    )
    assert one.after("1h").toggle("PLAY")[0] == 200
    played = one.workflow("nightly")
    assert (played.modified, played.modified_by) == (START + 3_600_000, "ada")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"body": {"workflow_version": 2}}, (400, "BAD_REQUEST")),
        ({"body": {"workflow_id": "unknown"}}, (400, "BAD_REQUEST")),
        ({"by": "other"}, (400, "BAD_REQUEST")),
    ],
)
def test_a_workflow_that_the_organisation_lacks_is_a_wrong_body(
    said: dict[str, Any], told: tuple[int, str]
) -> None:
    assert harness().toggle("PAUSE", **said) == told


def test_a_workflow_without_a_schedule_cannot_be_toggled() -> None:
    one = Harness(workflows=[{"name": "nightly"}])
    assert [one.toggle("PAUSE"), one.toggle("PLAY")] == [(409, "CONFLICT")] * 2


def test_an_active_schedule_starts_a_run_at_each_due_instant() -> None:
    one = harness().after("3d")
    assert runs(one) == [
        ("SCHEDULED", "2026-01-01T02:00:00.000Z", "COMPLETED"),
        ("SCHEDULED", "2026-01-02T02:00:00.000Z", "COMPLETED"),
        ("SCHEDULED", "2026-01-03T02:00:00.000Z", "COMPLETED"),
    ]
    (first, *_) = one.world["executions"]
    assert (first.process_id, first.modified - first.created) == (first.id, 600_000)


def test_a_paused_schedule_starts_none_and_what_was_missed_stays_missed() -> None:
    one = harness().after("1d")
    assert one.toggle("PAUSE")[0] == 200
    one.after("5d")
    assert len(runs(one)) == 1
    assert one.toggle("PLAY")[0] == 200
    assert [at for _, at, _ in runs(one.after("1d"))] == [
        "2026-01-01T02:00:00.000Z",
        "2026-01-07T02:00:00.000Z",
    ]


def test_a_draft_and_a_schedule_that_begins_paused_start_none() -> None:
    assert runs(harness(status="DRAFT").after("3d")) == []
    paused = harness(schedule_state="PAUSED").after("3d")
    assert runs(paused) == []
    assert paused.toggle("PLAY")[0] == 200
    assert len(runs(paused.after("1d"))) == 1


def test_a_rule_may_pause_a_schedule() -> None:
    one = harness()
    one.world.change("workflows", one.workflow("nightly"), "pause", one.world.now)
    assert runs(one.after("3d")) == []


def test_schedules_recur_and_so_never_keep_a_session_busy() -> None:
    one = harness()
    assert (len(one.world.events), one.world.events.pending()) == (1, False)
    assert one.world.events.soonest == START + 2 * 3_600_000


def test_a_year_of_nights_is_told_in_order() -> None:
    one = harness().after("365d")
    created = [each.created for each in one.world["executions"]]
    assert created == [START + 2 * 3_600_000 + day * DAY for day in range(365)]
