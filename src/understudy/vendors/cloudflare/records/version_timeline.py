"""The timeline of a version: the vendor's defaults filled in, every step with its label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Raw, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Duration, duration, spoken
from understudy.simulation.timeline import parse
from understudy.simulation.timeline_items import (
    Do,
    Item,
    Outcome,
    Parallel,
    Respond,
    Retry,
    Sleep,
    Timeline,
    Wait,
)
from understudy.vendors.cloudflare.lifecycle.step_log import fault
from understudy.vendors.cloudflare.lifecycle.transitions import ENDINGS
from understudy.vendors.cloudflare.records import DAY, ERRORED, Facet
from understudy.vendors.cloudflare.records.entry_values import error

RETRY = {"limit": 5, "delay": "10s", "backoff": "exponential"}
TIMEOUT = "10m"  # of an attempt
PATIENCE = "24h"  # of a wait for an event
LONGEST: Duration = 365 * DAY  # of a sleep, and of a wait
FINAL = "NonRetryableError"

DEFAULT = ({"do": "run", "takes": "10s"},)  # of a workflow nobody says more about

_UNITS = (
    ("year", 365 * DAY),
    ("week", 7 * DAY),
    ("day", DAY),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1_000),
)


def timeline(steps: Sequence[Mapping[str, Any]]) -> Timeline:
    """The timeline of an entry's steps."""
    return tuple(_checked(item) for item in parse([_filled(step) for step in steps]))


def _filled(step: Mapping[str, Any]) -> Mapping[str, Any]:
    """A step with what the vendor says where the entry does not."""
    if "do" in step:
        return {**step, "retry": RETRY | step.get("retry", {}), "timeout": _timeout(step)}
    if "wait" in step:
        return {"timeout": PATIENCE, **step}
    for several in ("group", "parallel"):
        if several in step:
            return {**step, several: [_filled(each) for each in step[several]]}
    return step


def _timeout(step: Mapping[str, Any]) -> Any:
    if "timeout" not in step and duration(step.get("takes", 0)) > duration(TIMEOUT):
        raise InputError(
            f"step {step['do']!r} takes {step['takes']}, and its attempts have {TIMEOUT} each",
            where="/steps",
            fix=f"Give it a `timeout` above {step['takes']}",
        )
    return step.get("timeout", TIMEOUT)


def _checked(item: Item) -> Item:
    match item:
        case Respond():
            raise InputError("a Cloudflare workflow has no `reply` step", where="/steps")
        case Sleep() | Wait():
            length = item.lasts if isinstance(item, Sleep) else item.timeout or 0
            if length > LONGEST:
                what = f"step {item.name!r} lasts {spoken(length)}"
                raise InputError(what, where="/steps", fix="365d are the most")
            return item
        case Outcome():
            return _outcome(item)
        case Parallel():
            return structs.replace(item, steps=tuple(_work(step) for step in item.steps))
        case Do():
            return _work(item)


def _outcome(item: Outcome) -> Outcome:
    if item.outcome not in ENDINGS:
        fix = f"Say {', '.join(ENDINGS)}"
        raise InputError(f"no outcome {item.outcome!r}", where="/steps", fix=fix)
    if item.outcome != ERRORED:
        return item
    said = "failed" if item.error is None else json.decode(item.error)
    return structs.replace(item, error=error(said))


def _work(item: Do) -> Do:
    if item.events:
        what = f"step {item.name!r}: a Cloudflare workflow sends no `events`"
        raise InputError(what, where="/steps")
    if item.fails is None:
        return item
    told = error(json.decode(item.fails.error))
    final = json.decode(told)["name"] == FINAL
    return structs.replace(item, fails=structs.replace(item.fails, error=told, final=final))


def limited(made: Timeline, most: int) -> Timeline:
    """The timeline of which an instance takes so many steps and no more; sleeps are none."""
    count = 0
    for number, item in enumerate(made):
        count += len(item.steps) if isinstance(item, Parallel) else isinstance(item, Do | Wait)
        if count > most:
            why = fault("WorkflowFatalError", f"The limit of {most} steps is reached")
            return (*made[:number], Outcome(ERRORED, why))
    return made


def facets(
    made: Timeline, sensitive: Collection[str] = (), streams: Collection[str] = ()
) -> tuple[tuple[Facet, ...], ...]:
    """What each step is called in logs: steps of one kind and name are counted."""
    seen: Counter[tuple[type, str]] = Counter()

    def facet(item: Item) -> Facet:
        seen[type(item), item.name] += 1
        label = f"{item.name}-{seen[type(item), item.name]}"
        if not isinstance(item, Do):
            return Facet(label)
        hidden = item.name in sensitive
        return Facet(label, config(item, sensitive=hidden), hidden, item.name in streams)

    return tuple(
        tuple(facet(each) for each in (item.steps if isinstance(item, Parallel) else (item,)))
        for item in made
    )


def config(item: Do, *, sensitive: bool) -> Raw:
    """A step's configuration as logs tell it."""
    retry = item.retry or Retry()
    told: dict[str, Any] = {
        "retries": {"limit": retry.limit, "delay": retry.delay, "backoff": retry.backoff},
        "timeout": words(item.timeout or 0),
    }
    return Raw(json.encode({**told, "sensitive": "output"} if sensitive else told))


def works(made: Timeline, names: Sequence[str], key: str) -> tuple[str, ...]:
    """Names of steps that work, all of them in the timeline; InputError with the place."""
    steps = [
        step for item in made for step in (item.steps if isinstance(item, Parallel) else [item])
    ]
    there = list(dict.fromkeys(step.name for step in steps if isinstance(step, Do)))
    for number, name in enumerate(names):
        if name not in there:
            fix = f"There are {', '.join(there)}" if there else "Declare one"
            raise InputError(f"no step {name!r} that works", where=f"/{key}/{number}", fix=fix)
    return tuple(names)


def words(length: Duration) -> str | int:
    """A duration as the vendor writes it: `10 minutes`; milliseconds where no unit fits."""
    for unit, size in _UNITS:
        if length and length % size == 0:
            count = length // size
            return f"{count} {unit}{'s' * (count != 1)}"
    return length


def returned(made: Timeline) -> Raw | None:
    """What a run returns that says nothing else: the output of the last step it takes."""
    last: Raw | None = None
    for item in made:
        if isinstance(item, Outcome):
            break
        if isinstance(item, Do):
            last = item.output
        elif isinstance(item, Parallel):
            last = Raw(json.encode([step.output for step in item.steps]))
    return last
