"""How single values of a world file are read: timelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.errors import InputError
from understudy.simulation.timeline import parse
from understudy.simulation.timeline_items import Do, Item, Outcome, Parallel, Respond, Timeline
from understudy.vendors.population import Entry
from understudy.vendors.refold.lifecycle.progress import ENDINGS
from understudy.vendors.refold.records import STATUSES

# Attempts of all steps of a timeline. A synchronous run makes them all in one call, and steps of no
# length all at one instant, where the world takes 10,000 events of a record for a loop.
ATTEMPTS = 4_000
BODILESS = (204, 205, 304)  # statuses whose answers have no body, and below 200


def steps(entry: Entry) -> Timeline:
    """A timeline of what Refold's workflows can do; InputError with the place."""
    timeline = parse(entry.get("steps", ()))
    attempts = 0
    for item in timeline:
        _check(item, undocumented=entry.get("undocumented", False))
        attempts += 1 + (item.retry.limit if isinstance(item, Do) and item.retry else 0)
    if attempts > ATTEMPTS:
        what = f"its steps make up to {attempts} attempts"
        raise InputError(what, where="/steps", fix=f"Let all together make {ATTEMPTS} at most")
    return timeline


def _check(item: Item, *, undocumented: bool) -> None:
    if isinstance(item, Respond):
        _check_status(item.status, undocumented=undocumented)
    elif isinstance(item, Outcome) and item.outcome not in ENDINGS:
        fix = f"Say {', '.join(ENDINGS)}"
        raise InputError(f"no outcome {item.outcome!r}", where="/steps", fix=fix)
    for step in item.steps if isinstance(item, Parallel) else (item,):
        if isinstance(step, Do) and (step.rollback is not None or step.events):
            what = f"step {step.name!r}: Refold knows neither `rollback` nor `events`"
            raise InputError(what, where="/steps")


def _check_status(status: int, *, undocumented: bool) -> None:
    if status < 200 or status in BODILESS:
        what = f"an answer of status {status} has no body, and a run always answers one"
        raise InputError(what, where="/steps", fix="Choose another status")
    if status not in STATUSES and not undocumented:
        there = ", ".join(str(each) for each in STATUSES)
        what = f"the contract declares no result of status {status}"
        fix = f"It has {there}; or say `undocumented: true` beside `steps`"
        raise InputError(what, where="/steps", fix=fix)


def grouped(items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a workflow of these steps has a Group node."""
    return any("group" in item for item in items)
