"""How single values of a world file are read, and the entry of a workflow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, duration
from understudy.simulation.progress import Progress
from understudy.simulation.progress import parse as parse_progress
from understudy.simulation.timeline import parse
from understudy.simulation.timeline_items import Do, Outcome, Respond, Timeline, Wait
from understudy.vendors.interactly.lifecycle.transitions import ENDINGS
from understudy.vendors.interactly.records import ASYNC, BLOCKING, INPUT, PAUSE, Workflow
from understudy.vendors.population import Entry, by_now


def workflow(entry: Entry, workflow_id: str, team: str, start: Instant) -> Workflow:
    """A workflow of its entry."""
    name, pace = entry.get("name", ""), _progress(entry)
    return Workflow(
        id=workflow_id,
        name=name,
        created=moment(entry, "created", start, start),
        title=entry.get("title") or name or "Workflow",
        team=team,
        timeline=_steps(entry.get("steps", ())),
        mode=entry.get("mode") or (BLOCKING if pace in (None, Progress()) else ASYNC),
        reaper=_reaper(entry),
        progress=pace,
    )


def moment(entry: Entry, key: str, start: Instant, otherwise: Instant) -> Instant:
    """An instant of an entry that is not in the future, nor before 1970."""
    at = by_now(entry, key, start, otherwise)
    if key in entry and at < 0:
        raise InputError(
            f"{entry[key]} lies before 1970", where=f"/{key}", fix="Say a later instant"
        )
    return at


def _progress(entry: Entry) -> Progress | None:
    """How a workflow's work is hastened; what takes time cannot be done within the call."""
    pace = parse_progress(entry["progress"]) if "progress" in entry else None
    if pace not in (None, Progress()) and entry.get("mode") == BLOCKING:
        fix = f"Say `mode: {ASYNC}`, or leave one of them out"
        raise InputError(f"work that is done {pace} blocks no call", where="/mode", fix=fix)
    return pace


def _reaper(entry: Entry) -> Duration | None:
    length = duration(entry["reaper"]) if "reaper" in entry else None
    if length == 0:
        fix = "Say how long a run may be idle: 30m"
        raise InputError("a reaper that comes at once", where="/reaper", fix=fix)
    return length


def _steps(items: Sequence[Mapping[str, Any]]) -> Timeline:
    """A script of what Interactly's workflows can do."""
    timeline = parse(items)
    for item in timeline:
        if isinstance(item, Respond):
            raise InputError("an Interactly workflow has no `reply` step", where="/steps")
        if isinstance(item, Do) and item.rollback is not None:
            what = f"step {item.name!r}: Interactly knows no `rollback`"
            raise InputError(what, where="/steps")
        if isinstance(item, Wait):
            _check_wait(item)
        if isinstance(item, Outcome) and item.outcome not in ENDINGS:
            fix = f"Say {', '.join(ENDINGS)}"
            raise InputError(f"no outcome {item.outcome!r}", where="/steps", fix=fix)
    return timeline


def _check_wait(item: Wait) -> None:
    if item.name not in (INPUT, PAUSE) or item.event != item.name:
        fix = "Say `wait: input` or `wait: pause`, without `event`"
        raise InputError(f"a run cannot wait for {item.event!r}", where="/steps", fix=fix)
    if item.name == PAUSE and item.timeout is not None:
        fix = "Leave `timeout` out; only a `wait: input` can have one"
        raise InputError("nothing ends a pause by itself", where="/steps", fix=fix)
