"""The steps a declared execution has behind it, with instants that fit."""

from __future__ import annotations

from msgspec import Raw

from understudy.simulation.clock import Instant
from understudy.simulation.timeline import lasts
from understudy.simulation.timeline_items import Timeline, Wait
from understudy.vendors.looply.lifecycle.progress import output_of
from understudy.vendors.looply.records import COMPLETED, LIVE, PASSAGES, Passage


def last_wait(timeline: Timeline, step: int) -> int | None:
    """The number of the last wait before a step."""
    waits = (n for n in reversed(range(step)) if isinstance(timeline[n], Wait))
    return next(waits, None)


def passages(
    timeline: Timeline,
    step: int,
    created: Instant,
    resumed: Instant | None,
    since: Instant,
    state: str,
    payload: Raw,
) -> tuple[Passage, ...]:
    """Its time at each step: up to the last wait until it was resumed, from there until now."""
    wait = last_wait(timeline, step)
    behind = 0 if wait is None or resumed is None else wait + 1
    first = _stretch(timeline[:behind], created, resumed if behind else created, payload)
    turned = resumed if behind and resumed is not None else created
    if state == COMPLETED:
        return _kept((*first, *_stretch(timeline[behind:step], turned, since, payload)))
    length = sum(lasts(item) for item in timeline[behind:step])
    here = since if state in LIVE else min(turned + length, since)
    current = Passage(
        timeline[step].name,
        state,
        here,
        None if state in LIVE else since,
        input=payload,
    )
    return _kept((*first, *_stretch(timeline[behind:step], turned, here, payload), current))


def _stretch(
    items: Timeline, begin: Instant, end: Instant | None, payload: Raw
) -> tuple[Passage, ...]:
    """Passages through these steps one after the other; the last takes what time is left."""
    until = begin if end is None else end
    made, at = [], begin
    for number, item in enumerate(items):
        left = until if number == len(items) - 1 else min(at + lasts(item), until)
        made.append(Passage(item.name, COMPLETED, at, left, input=payload, output=output_of(item)))
        at = left
    return tuple(made)


def _kept(made: tuple[Passage, ...]) -> tuple[Passage, ...]:
    return made[-PASSAGES:]
