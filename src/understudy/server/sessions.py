"""The sandbox and its sessions: isolated, bounded, each with its own clock, seed and worlds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from understudy import resources
from understudy.errors import InputError, UnderstudyError
from understudy.openapi.compiler import check_handlers, compile_contract
from understudy.openapi.document import load as load_document
from understudy.openapi.operation import Contract
from understudy.scenarios import loader
from understudy.scenarios.model import Scenario
from understudy.scenarios.rules import RuleBook
from understudy.server import snapshot
from understudy.settings import FROZEN, REAL, Settings
from understudy.simulation.clock import FROZEN_START, Clock, Instant, instant
from understudy.simulation.events import NEVER
from understudy.simulation.journal import Journal
from understudy.simulation.world import World
from understudy.vendor import Vendor

BASE = "base"
MAGIC = "magic"
IDLE_EVENTS = 250_000  # instants one "until idle" may strike before it is called endless


class TooManySessions(InputError):
    """A new session beyond the bound; nothing is evicted to make room."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a session started with: enough to start it again."""

    scenarios: tuple[Scenario, ...] = ()
    seed: int = 0
    at: Instant | None = None  # None: the machine's time
    speed: float = 1
    each_call: int = 0

    def clock(self) -> Clock:
        return Clock(self.at, speed=self.speed, each_call=self.each_call)


class Session:
    """One isolated sandbox: a clock, a seed, a world per vendor, rules, a journal."""

    def __init__(self, name: str, sandbox: Sandbox, origin: Origin) -> None:
        self.name = name
        self.sandbox = sandbox
        self.origin = origin
        self.labels: dict[tuple[str, ...], tuple[bytes, bytes]] = {}  # X-Understudy as last said
        self._begin()

    def _begin(self) -> None:
        self.clock = self.origin.clock()
        self.started = self.clock.now()
        self.seed = self.origin.seed
        self.journal = Journal()
        self.worlds: dict[str, World] = {}
        self.loaded: tuple[Scenario, ...] = self.origin.scenarios
        self.rules = self.sandbox.magic().fork()
        for scenario in self.loaded:
            self.rules.load(scenario)

    def world(self, vendor: str) -> World:
        """That vendor's world, made when first asked for, brought to the session's start."""
        world = self.worlds.get(vendor)
        if world is None:
            world = self.worlds[vendor] = self.sandbox.new_world(
                vendor, self.loaded, self.seed, self.started
            )
        return world

    def present(self) -> Instant:
        """The session's now, every world brought up to it."""
        now = self.clock.now()
        for world in self.worlds.values():
            world.advance(now)
        return now

    def all_worlds(self) -> Mapping[str, World]:
        """Every vendor's world, those nobody has asked for yet included, at the present."""
        for name in self.sandbox.vendors:
            self.world(name)
        self.present()
        return self.worlds

    def advance(self, by: int) -> Instant:
        """Moves the clock on by that much."""
        return self._moved(self.clock.now() + by)

    def advance_to(self, to: Instant) -> Instant:
        return self._moved(to)

    def advance_next(self) -> Instant:
        """Moves to the next thing that falls due in any world; stays when nothing does."""
        due = min((w.events.soonest for w in self.all_worlds().values()), default=NEVER)
        return self.clock.now() if due == NEVER else self._moved(max(due, self.clock.now()))

    def advance_idle(self) -> Instant:
        """Moves on until nothing but recurring events is pending."""
        worlds = self.all_worlds().values()
        for _ in range(IDLE_EVENTS):
            if not any(world.events.pending() for world in worlds):
                return self.clock.now()
            soonest = min(world.events.soonest for world in worlds)
            self.clock.move(max(soonest, self.clock.now()))
            self.present()
        raise UnderstudyError("the session never becomes idle", fix="Advance by a duration")

    def _moved(self, to: Instant) -> Instant:
        self.all_worlds()
        self.clock.move(to)
        return self.present()

    def load(self, scenario: Scenario) -> None:
        """Adds a scenario's clock, world and rules to the running session: all or nothing."""
        self.present()
        clock, worlds = self.clock, self.worlds
        self.clock, self.worlds = clock.fork(), {name: each.fork() for name, each in worlds.items()}
        try:
            self._set_clock(scenario)
            self._extend(scenario)
            rules = self.rules.fork()
            rules.load(scenario)
        except UnderstudyError:
            self.clock, self.worlds = clock, worlds
            raise
        self.rules = rules
        self.loaded = (*self.loaded, scenario)

    def _set_clock(self, scenario: Scenario) -> None:
        """The clock as the scenario asks for it; what it does not say stays."""
        wanted = scenario.clock
        if wanted is None:
            return
        if wanted.at is not None:
            self.clock.run(0)
            try:
                self.clock.move(wanted.at)
            except InputError as error:
                error.fix = "Create a session with this scenario instead"
                raise scenario.blame(error, "/clock/at") from None
        if wanted.speed is not None:
            self.clock.run(wanted.speed)
        if wanted.each_call is not None:
            self.clock.each_call = wanted.each_call

    def _extend(self, scenario: Scenario) -> None:
        """Adds the scenario's entries to worlds that have been brought to the present first."""
        concerned = [name for name in scenario.world if name in self.sandbox.vendors]
        for vendor in concerned:
            self.world(vendor)
        now = self.present()
        for vendor in concerned:
            self.sandbox.extended(self.worlds[vendor], vendor, [scenario], now)
        self.present()

    def reset(self) -> None:
        """Exactly what the session started with; the journal is empty again."""
        self._begin()

    def fork(self, name: str) -> Session:
        """Another session with the same past and a future of its own."""
        twin = Session.__new__(Session)
        twin.name, twin.sandbox, twin.origin, twin.labels = name, self.sandbox, self.origin, {}
        twin.clock, twin.started, twin.seed = self.clock.fork(), self.started, self.seed
        twin.journal, twin.rules, twin.loaded = self.journal.fork(), self.rules.fork(), self.loaded
        twin.worlds = {vendor: world.fork() for vendor, world in self.worlds.items()}
        return twin

    def snapshot(self) -> dict[str, Any]:
        """Everything in it as JSON values."""
        return snapshot.take(self)

    def restore(self, taken: Mapping[str, Any]) -> None:
        """Becomes what a snapshot says, also one of another process; InputError for none."""
        snapshot.put_back(self, taken)


def with_clock(origin: Origin, scenario: Scenario) -> Origin:
    """The origin with the clock and the seed that a scenario asks for."""
    if scenario.clock is not None:
        clock = scenario.clock
        speed = origin.speed if clock.at is None else 0
        origin = replace(
            origin,
            at=origin.at if clock.at is None else clock.at,
            speed=speed if clock.speed is None else clock.speed,
            each_call=origin.each_call if clock.each_call is None else clock.each_call,
        )
    return origin if scenario.seed is None else replace(origin, seed=scenario.seed)


class Sandbox:
    """All sessions of one server, and the contracts they share."""

    def __init__(self, settings: Settings, vendors: Sequence[Vendor]) -> None:
        self.settings = settings
        chosen = settings.vendors or tuple(vendor.name for vendor in vendors)
        known = {vendor.name: vendor for vendor in vendors}
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
        template = self._templates.get(key)
        if template is None:
            base = self._base.get(vendor)
            if base is None:
                base = self._base[vendor] = self.scenario(f"{vendor}/{BASE}")
            empty = self._empty(vendor, seed, start)
            template = self.extended(empty, vendor, [base], start)
            if len(self._templates) >= 16:  # a real clock gives each session a start of its own
                self._templates.clear()
            self._templates[key] = template
        return template.fork()

    def _empty(self, vendor: str, seed: int, start: Instant) -> World:
        world = World(vendor, self.vendors[vendor].kinds, seed=seed, now=start)
        world.flags = self.flags
        return world

    def _first_origin(self) -> Origin:
        clock = self.settings.clock
        if clock == REAL:
            origin = Origin(seed=self.settings.seed)
        else:
            at = FROZEN_START if clock == FROZEN else instant(clock)
            origin = Origin(seed=self.settings.seed, at=at, speed=0)
        for source in self.settings.scenarios:
            scenario = self.scenario(source)
            origin = with_clock(origin, scenario)
            origin = replace(origin, scenarios=(*origin.scenarios, scenario))
        return origin
