"""One session: isolated, with a clock, a seed, a world per vendor, rules and a journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from understudy.errors import InputError, UnderstudyError
from understudy.scenarios.rules.rulebook import RuleBook
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.origin import Origin
from understudy.simulation.clock import Instant
from understudy.simulation.due_events import NEVER
from understudy.simulation.idle import Waiting
from understudy.simulation.journal import Journal, Key
from understudy.simulation.world import World

IDLE_EVENTS = 500_000  # events one "until idle" may strike before it is called endless: seconds


class AnswerLabel(NamedTuple):
    """What one kind of answer is called in headers and the journal, and what it counts as."""

    answer: str
    provenance: str
    line: bytes  # X-Understudy as it goes out
    counts_as: Key


class Session:
    """One isolated sandbox: a clock, a seed, a world per vendor, rules, a journal."""

    def __init__(self, name: str, catalog: Catalog, origin: Origin) -> None:
        self.name, self.tag = name, name.encode()
        self.catalog = catalog
        self.origin = origin
        self.labels: dict[tuple[str, str, str, str, int], AnswerLabel] = {}
        self._begin()

    def _begin(self) -> None:
        self.clock = self.origin.clock()
        self.started = self.origin.start(self.clock)
        self.seed = self.origin.seed
        self.journal = Journal(self.catalog.settings.journal)
        self.worlds: dict[str, World] = {}
        self.loaded: tuple[Scenario, ...] = self.origin.scenarios
        self.late: tuple[tuple[str, int], ...] = ()  # worlds that came after so many calls
        self.rules = self.catalog.magic().fork()
        for scenario in self.loaded:
            self.rules.load(scenario)

    def world(self, vendor: str) -> World:
        """That vendor's world, made when first asked for, brought to the session's start."""
        world = self.worlds.get(vendor)
        if world is None:
            world = self.worlds[vendor] = self.catalog.new_world(
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
        for name in self.catalog.vendors:
            self.world(name)
        self.present()
        return self.worlds

    def advance(self, by: int) -> Instant:
        """Moves the clock on by that much."""
        return self._move_to(self.clock.now() + by)

    def advance_to(self, to: Instant) -> Instant:
        return self._move_to(to)

    def advance_next(self) -> Instant:
        """Moves to the next thing that falls due in any world; stays when nothing does."""
        due = min((w.events.soonest for w in self.all_worlds().values()), default=NEVER)
        return self.clock.now() if due == NEVER else self._move_to(max(due, self.clock.now()))

    def advance_idle(self) -> Instant:
        """Moves on until nothing is pending but recurring events and what they begin."""
        waiting = [Waiting(world) for world in self.all_worlds().values()]
        for _ in range(IDLE_EVENTS):
            if not any(each.busy() for each in waiting):
                return self.present()
            soonest = min(waiting, key=lambda each: each.soonest)
            self.clock.move(max(soonest.soonest, self.clock.now()))
            soonest.step()
        raise UnderstudyError("the session never becomes idle", fix="Advance by a duration")

    def _move_to(self, to: Instant) -> Instant:
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
            rules.load(scenario, at=self.journal.number)
        except UnderstudyError:
            self.clock, self.worlds = clock, worlds
            raise
        self.rules = rules
        self.loaded = (*self.loaded, scenario)
        if self.journal.number and scenario.world:
            self.late = (*self.late, (scenario.title, self.journal.number))

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
        self.catalog.check_names(self.loaded, scenario)
        concerned = [name for name in scenario.world if name in self.catalog.vendors]
        for vendor in concerned:
            self.world(vendor)
        now = self.present()
        for vendor in concerned:
            self.catalog.extended(self.worlds[vendor], vendor, [scenario], now)
        self.present()

    def renewal(self, after: Scenario) -> RuleBook:
        """The session's rules once one of its files was edited; InputError when it is too many."""
        book = self.rules.fork()
        for place, before in enumerate(self.loaded):
            if before.file == after.file:
                book.renew(before, after, self.loaded[:place], self.journal.number)
        return book

    def reset(self) -> None:
        """Exactly what the session started with; the journal is empty again."""
        self._begin()

    def fork(self, name: str) -> Session:
        """Another session with the same past and a future of its own."""
        twin = Session.__new__(Session)
        twin.name, twin.tag = name, name.encode()
        twin.catalog, twin.origin, twin.labels = self.catalog, self.origin, {}
        twin.clock, twin.started, twin.seed = self.clock.fork(), self.started, self.seed
        twin.late = self.late
        twin.journal, twin.rules, twin.loaded = self.journal.fork(), self.rules.fork(), self.loaded
        twin.worlds = {vendor: world.fork() for vendor, world in self.worlds.items()}
        return twin
