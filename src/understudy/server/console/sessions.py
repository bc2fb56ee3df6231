"""Sessions: all of them, and one with what can be done to it."""

from __future__ import annotations

from understudy.server.console.visit import View, Visit
from understudy.slices import InSlices

PAGE = 50


def show_sessions(visit: Visit) -> InSlices[View]:
    """The sessions there are."""
    after = visit.query.get("after", "")
    told = yield from visit.ask("/sessions", limit=PAGE, after=after)
    yield from visit.enter_any()
    return View("sessions.html", {"sessions": told["sessions"], "more": told["next"]})


def show_session(visit: Visit, session: str) -> InSlices[View]:
    """One session."""
    yield from ()
    return View("session.html", {})
