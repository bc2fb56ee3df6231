"""How the entry of a workflow version is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import structs

from understudy.errors import InputError
from understudy.simulation import progress, schedule
from understudy.simulation.clock import Instant, duration
from understudy.simulation.timeline import parse
from understudy.simulation.timeline_items import Do, Outcome, Respond, Timeline
from understudy.vendors.looply.lifecycle import following_run
from understudy.vendors.looply.lifecycle.transitions import ENDINGS
from understudy.vendors.looply.records import (
    ACTIVE,
    RESTART_WINDOW,
    UNSCHEDULED,
    Workflow,
    workflow_key,
)
from understudy.vendors.population import Entry, by_now, free

WORKSPACE = "ws-default"


def workflow(
    entry: Entry, workflow_id: str, organization: str, user: str, start: Instant
) -> Workflow:
    """A workflow version of its entry."""
    created, name = by_now(entry, "created", start, start), entry.get("name", "")
    version = entry.get("version", 1)
    window = entry.get("restart_window")
    made = Workflow(
        id=workflow_key(workflow_id, version),
        name=name,
        state=_schedule_state(entry),
        created=created,
        workflow_id=workflow_id,
        version=version,
        status=entry.get("status", ACTIVE),
        title=entry.get("title") or name or "Workflow",
        organization=organization,
        workspace=entry.get("workspace", WORKSPACE),
        timeline=_steps(entry.get("steps", ())),
        window=RESTART_WINDOW if window is None else duration(window),
        progress=progress.parse(entry["progress"]) if "progress" in entry else None,
        schedule=entry.get("schedule"),
        schema=free(entry, "schema"),
        mock_payload=free(entry, "mock_payload"),
        profiles=free(entry, "profiles"),
        integrations=free(entry, "integrations"),
        created_by=user,
        modified=created,
    )
    return structs.replace(made, next_run=following_run(made, start))


def _schedule_state(entry: Entry) -> str:
    if "schedule" not in entry:
        if "schedule_state" in entry:
            fix = 'Say `schedule: "0 2 * * *"` too'
            raise InputError("a state without a schedule", where="/schedule_state", fix=fix)
        return UNSCHEDULED
    try:
        schedule.check(entry["schedule"])
    except InputError as error:
        raise error.at("/schedule") from None
    return str(entry.get("schedule_state", ACTIVE))


def _steps(items: Sequence[Mapping[str, Any]]) -> Timeline:
    """A timeline of what Looply's workflows can do."""
    timeline = parse(items)
    for item in timeline:
        if isinstance(item, Respond):
            raise InputError("a Looply workflow has no `reply` step", where="/steps")
        if isinstance(item, Do) and (item.rollback is not None or item.events):
            what = f"step {item.name!r}: Looply knows neither `rollback` nor `events`"
            raise InputError(what, where="/steps")
        if isinstance(item, Outcome) and item.outcome not in ENDINGS:
            fix = f"Say {', '.join(ENDINGS)}"
            raise InputError(f"no outcome {item.outcome!r}", where="/steps", fix=fix)
    return timeline
