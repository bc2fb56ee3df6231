"""All sessions of one server, bounded in number, over the vendors it serves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from understudy.errors import InputError, UnderstudyError
from understudy.scenarios.loader import begun_with
from understudy.scenarios.stories.model import Scenario
from understudy.scenarios.stories.target import Answered, Headers, Lost
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.names import DEFAULT
from understudy.server.sessions.observers import Listener
from understudy.server.sessions.origin import Origin, renewed, with_clock
from understudy.server.sessions.session import Session
from understudy.settings import FROZEN, REAL, Settings
from understudy.simulation.clock import FROZEN_START, Instant, clock_instant
from understudy.simulation.world import World
from understudy.vendor import Vendor


class TooManySessions(InputError):
    """A new session beyond the bound; nothing is evicted to make room."""


class Sandbox(Catalog):
    """All sessions of one server."""

    def __init__(
        self, settings: Settings, vendors: Sequence[Vendor], available: Iterable[str] = ()
    ) -> None:
        super().__init__(settings, vendors, available)
        self.sessions: dict[str, Session] = {}
        self.on_renewed: list[Callable[[], None]] = []  # who keeps something of the vendors
        # How a story that is played here asks the sandbox itself, as any client does.
        self.ask_itself: Callable[[str, str, Headers, bytes], Awaitable[Answered | Lost]] | None
        self.ask_itself = None
        self._origin = self._first_origin()

    def session(self, name: str) -> Session:
        """The session of that name, made on first use."""
        found = self.sessions.get(name)
        return found if found is not None else self.create(name)

    def create(self, name: str, origin: Origin | None = None) -> Session:
        """A new session; InputError when the name is taken or the bound is reached."""
        if name in self.sessions:
            raise InputError(f"session {name!r} exists", fix="Reset it, or choose another name")
        if len(self.sessions) >= self.settings.sessions:
            raise TooManySessions(
                f"all {self.settings.sessions} sessions are in use", fix="Delete one first"
            )
        session = self.sessions[name] = Session(name, self, origin or self._origin)
        return session

    def fork(self, source: Session, name: str) -> Session:
        """A copy of a session under a new name."""
        if name in self.sessions or len(self.sessions) >= self.settings.sessions:
            self.create(name)  # refuses, and says why
        twin = self.sessions[name] = source.fork(name)
        return twin

    def listen(self, listener: Listener) -> None:
        """From now on the listener is told of all that happens in any session, soon after."""
        self.observers.listeners.append(listener)
        for session in self.sessions.values():
            session.observe()

    def unlisten(self, listener: Listener) -> None:
        """The listener is told nothing more."""
        self.observers.listeners.remove(listener)
        for session in self.sessions.values():
            session.observe()

    def now(self, name: str | None = None) -> Instant:
        """What time it is in that session, or else in the one that calls mean that name none."""
        session = self.sessions.get(name or DEFAULT)
        return (self._origin.clock() if session is None else session.clock).now()

    @property
    def first(self) -> Origin:
        """What a session starts with when nobody says otherwise."""
        return self._origin

    def begin_with(self, scenario: Scenario) -> None:
        """Sessions that start from now on begin with this, too; those there are have it added."""
        self._origin = self.origin([scenario])
        for session in self.sessions.values():
            session.load(scenario)

    def renew(self, after: Scenario) -> None:
        """Puts an edited file in the place of what it said: its rules at once, its world, clock
        and seed when a session starts or is reset. All or nothing; InputError says why."""
        before = self._origin
        now = self._started_with(renewed(before.scenarios, after))
        self._check_worlds(now)
        books = [(session, session.renewal(after)) for session in self.sessions.values()]
        self._origin = now
        if self.is_project(after):
            self.begun = begun_with(after)
        for session, book in books:
            session.rules = book
            session.origin = session.origin.following(before, now, after)
            session.loaded = renewed(session.loaded, after)

    def renew_vendor(
        self, vendor: Vendor, carry: Callable[[World, Instant], tuple[World, tuple[str, ...]]]
    ) -> tuple[str, ...]:
        """Puts an edited document in the place of what it said, each session's world carried
        over: what did not go on. All or nothing; InputError says what does not fit any more."""
        name, before = vendor.name, self.vendors[vendor.name]
        self.replace_vendor(vendor)
        try:
            scenarios = [self._read_again(each) for each in self._origin.scenarios]
            carried = {
                session: carry(session.worlds[name], session.started)
                for session in self.sessions.values()
                if name in session.worlds
            }
        except UnderstudyError:
            self.replace_vendor(before)
            raise
        for session, (world, _) in carried.items():
            session.worlds[name] = world
            session.observe()
        for session in self.sessions.values():
            session.labels.clear()
            session.making.pop(name, None)
        for scenario in scenarios:
            self.renew(scenario)
        for forget in self.on_renewed:
            forget()
        return tuple(dict.fromkeys(each for _, lost in carried.values() for each in lost))

    def _read_again(self, scenario: Scenario) -> Scenario:
        """A scenario held against the vendors as they are now; the project as its file is now, for
        what it says of them may have changed together with its world."""
        if self.is_project(scenario):
            return self.scenario(scenario.file)
        return self.scenario_of(scenario.source.text or scenario.source.value, scenario.file)

    def _check_worlds(self, origin: Origin) -> None:
        """Makes each world that a session would begin with: it tells what its file gets wrong."""
        start = origin.clock().now()
        for vendor in self.vendors:
            if any(vendor in each.world for each in origin.scenarios):
                self.new_world(vendor, origin.scenarios, origin.seed, start).advance(start)

    def origin(self, scenarios: Iterable[Scenario] = (), **changes: Any) -> Origin:
        """What a new session starts with: the server's settings, the scenarios, then changes."""
        origin = self._origin
        for scenario in scenarios:
            origin = with_clock(origin, scenario)
            origin = replace(origin, scenarios=(*origin.scenarios, scenario))
        return replace(origin, **changes)

    def _first_origin(self) -> Origin:
        return self._started_with(tuple(map(self._first, self.settings.scenarios)))

    def _first(self, source: str) -> Scenario:
        """One of the scenarios that every session begins with; names of the project's world are
        known to those behind it."""
        scenario = self.scenario(source)
        if self.is_project(scenario):
            self.begun = begun_with(scenario)
        return scenario

    def _started_with(self, scenarios: tuple[Scenario, ...]) -> Origin:
        """What the settings and these scenarios make of a session's start."""
        clock = self.settings.clock
        if clock == REAL:
            origin = Origin(seed=self.settings.seed)
        else:
            at = FROZEN_START if clock == FROZEN else clock_instant(clock)
            origin = Origin(seed=self.settings.seed, at=at, speed=0)
        for scenario in scenarios:
            origin = with_clock(origin, self._as_overruled(scenario))
        return replace(origin, scenarios=scenarios)

    def _as_overruled(self, scenario: Scenario) -> Scenario:
        """A project without what somebody said over it: a clock, a seed."""
        if not self.settings.overrules or not self.is_project(scenario):
            return scenario
        changes: dict[str, Any] = dict.fromkeys(self.settings.overrules)
        return structs.replace(scenario, **changes)
