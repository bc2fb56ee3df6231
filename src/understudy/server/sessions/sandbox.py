"""All sessions of one server, bounded in number, and the contracts they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from understudy import resources
from understudy.errors import InputError, UnderstudyError
from understudy.openapi.compiler import check_handlers, compile_contract
from understudy.openapi.document import load as load_document
from understudy.openapi.operation import Contract
from understudy.scenarios import loader
from understudy.scenarios.rules.rulebook import RuleBook
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.session import Origin, Session, renewed, with_clock
from understudy.settings import FROZEN, LONGEST_JOURNAL, REAL, Settings
from understudy.simulation.clock import FROZEN_START, Instant, clock_instant
from understudy.simulation.world import World
from understudy.vendor import Vendor

DEFAULT = "default"  # the session of calls that name none
TEMPLATES = 20  # base worlds kept: a real clock gives sessions of each second a start of their own
BASE = "base"
MAGIC = "magic"


class TooManySessions(InputError):
    """A new session beyond the bound; nothing is evicted to make room."""


class Sandbox:
    """All sessions of one server, and the contracts they share."""

    def __init__(self, settings: Settings, vendors: Sequence[Vendor]) -> None:
        if not 1 <= settings.journal <= LONGEST_JOURNAL:
            fix = f"Say a number from 1 to {LONGEST_JOURNAL}"
            raise InputError(f"a journal of {settings.journal} requests", where="journal", fix=fix)
        self.settings = settings
        chosen = settings.vendors or tuple(vendor.name for vendor in vendors)
        self.available = known = {vendor.name: vendor for vendor in vendors}  # served or not
        if unknown := [name for name in chosen if name not in known]:
            raise InputError(f"unknown vendor {unknown[0]!r}", fix=f"There are {', '.join(known)}")
        self.vendors: Mapping[str, Vendor] = {name: known[name] for name in chosen}
        self.sessions: dict[str, Session] = {}
        self._contracts: dict[str, Contract] = {}
        self._base: dict[str, Scenario] = {}
        self._templates: dict[tuple[str, int, Instant], World] = {}
        self._magic: RuleBook | None = None
        self._origin = self._first_origin()

    def contract(self, name: str) -> Contract:
        """A vendor's contract (or `admin`), compiled when first asked for."""
        found = self._contracts.get(name)
        if found is None:
            path = resources.spec(name)
            found = compile_contract(name, load_document(path), str(path))
            if name in self.vendors:
                check_handlers(found, self.vendors[name].handlers)
            self._contracts[name] = found
        return found

    def contracts(self) -> Mapping[str, Contract]:
        return {name: self.contract(name) for name in self.vendors}

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

    def now(self, name: str | None = None) -> Instant:
        """What time it is in that session, or else in the one that calls mean that name none."""
        session = self.sessions.get(name or DEFAULT)
        return (self._origin.clock() if session is None else session.clock).now()

    @property
    def first(self) -> Origin:
        """What a session starts with when nobody says otherwise."""
        return self._origin

    def renew(self, after: Scenario) -> None:
        """Puts an edited file in the place of what it said: its rules at once, its world, clock
        and seed when a session starts or is reset. All or nothing; InputError says why."""
        before = self._origin
        now = self._started_with(renewed(before.scenarios, after))
        self._check_worlds(now)
        books = [(session, session.renewal(after)) for session in self.sessions.values()]
        self._origin = now
        for session, book in books:
            session.rules = book
            session.origin = session.origin.following(before, now, after)
            session.loaded = renewed(session.loaded, after)

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

    def scenario(self, source: str) -> Scenario:
        """A scenario by file or shipped name; ScenarioError with the line and the fix."""
        return loader.load(source, tuple(self.vendors.values()), self.contract)

    def magic(self) -> RuleBook:
        """The shipped magic rules of the vendors that are served, below all others."""
        if self._magic is None:
            book = RuleBook(self.settings.rules)
            for name in self.vendors if self.settings.magic else ():
                if resources.scenario(f"{name}/{MAGIC}") is not None:
                    book.load(self.scenario(f"{name}/{MAGIC}"), magic=True)
            self._magic = book
        return self._magic

    def new_world(
        self, vendor: str, scenarios: Sequence[Scenario], seed: int, start: Instant
    ) -> World:
        """A vendor's world as a session begins: its base, then what the scenarios add."""
        empty = any(each.world.get(vendor, {}).get("base") == "none" for each in scenarios)
        world = self._empty(vendor, seed, start) if empty else self._template(vendor, seed, start)
        return self.extended(world, vendor, scenarios, start)

    def extended(
        self, world: World, vendor: str, scenarios: Iterable[Scenario], start: Instant
    ) -> World:
        """The world with the scenarios' entries for that vendor added."""
        for scenario in scenarios:
            section = scenario.world.get(vendor)
            if section:
                entries = {name: rows for name, rows in section.items() if name != BASE}
                try:
                    self.vendors[vendor].populate(world, entries, start)
                except UnderstudyError as error:
                    raise scenario.blame(error, f"/world/{vendor}") from None
        return world

    @property
    def flags(self) -> frozenset[str]:
        """What every world of this sandbox is told of the settings."""
        return frozenset({"any_key"} if self.settings.any_key else ())

    def _template(self, vendor: str, seed: int, start: Instant) -> World:
        key = (vendor, seed, start)
        template = self._templates.pop(key, None)
        if template is None:
            base = self._base.get(vendor)
            if base is None:
                base = self._base[vendor] = self.scenario(f"{vendor}/{BASE}")
            empty = self._empty(vendor, seed, start)
            template = self.extended(empty, vendor, [base], start)
            if len(self._templates) >= TEMPLATES:
                del self._templates[next(iter(self._templates))]
        self._templates[key] = template  # the last one asked for stands last
        return template.fork()

    def _empty(self, vendor: str, seed: int, start: Instant) -> World:
        world = World(vendor, self.vendors[vendor].kinds, seed=seed, now=start)
        world.flags = self.flags
        return world

    def _first_origin(self) -> Origin:
        return self._started_with(tuple(map(self.scenario, self.settings.scenarios)))

    def _started_with(self, scenarios: tuple[Scenario, ...]) -> Origin:
        """What the settings and these scenarios make of a session's start."""
        clock = self.settings.clock
        if clock == REAL:
            origin = Origin(seed=self.settings.seed)
        else:
            at = FROZEN_START if clock == FROZEN else clock_instant(clock)
            origin = Origin(seed=self.settings.seed, at=at, speed=0)
        for scenario in scenarios:
            origin = with_clock(origin, scenario)
        return replace(origin, scenarios=scenarios)
