"""The clock: what time it is, what falls due in order, and what passes when it is moved on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.server.console.lengths import roughly
from understudy.server.console.visit import View, Visit
from understudy.simulation.clock import instant
from understudy.slices import InSlices

DUE = 40  # events on the line
LEAPS = (("1m", "1 min"), ("1h", "1 h"), ("1d", "1 d"), ("1w", "1 w"))


def show_clock(visit: Visit, session: str) -> InSlices[View]:
    """The clock of a session."""
    clock = yield from visit.ask_session("/clock")
    told = yield from visit.ask_session("/clock/due", limit=DUE)
    due = list(_due(told["due"], instant(clock["now"])))
    values = {"clock": clock, "due": due, "more": told["count"] - len(due), "leaps": LEAPS}
    return View("clock.html", values)


def _due(events: list[dict[str, Any]], now: int) -> Iterator[Mapping[str, Any]]:
    """The events, each with how long it is until then."""
    for each in events:
        yield {**each, "until": roughly(instant(each["at"]) - now)}
