"""One session: isolated, with a clock, a seed, a world per vendor, rules and a journal."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from understudy.errors import InputError, UnderstudyError
from understudy.scenarios.rules.rulebook import RuleBook
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.origin import Origin
from understudy.server.sessions.release import Leftovers
from understudy.server.wire.turns import finish
from understudy.simulation.clock import Duration, Instant
from understudy.simulation.due_events import NEVER
from understudy.simulation.idle import Waiting
from understudy.simulation.journal import Journal, Key
from understudy.simulation.world import World
from understudy.slices import InSlices, at_a_stretch, pause

IDLE_EVENTS = 500_000  # events one "until idle" may strike before it is called endless
SLICE = 100  # events that strike at a stretch, 10 to 30 ms: then it is somebody else's turn

Slices = InSlices[None]  # long work, piece by piece: whoever drives it lets others come between


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

    def _begin(self, started: Instant | None = None) -> None:
        self.end()
        self.clock = self.origin.clock()
        self.started = self.origin.start(self.clock) if started is None else started
        self.seed = self.origin.seed
        self.journal = Journal(self.catalog.settings.journal)
        # So much time passed by hand after so many calls.
        self.leaps: deque[tuple[int, Duration]] = deque(maxlen=self.catalog.settings.journal)
        self.worlds: dict[str, World] = {}
        self.making: dict[str, InSlices[World]] = {}  # worlds that somebody waits for
        self.loaded: tuple[Scenario, ...] = self.origin.scenarios
        self.late: tuple[tuple[str, int], ...] = ()  # worlds that came after so many calls
        self.rules = self.catalog.magic().fork()
        for scenario in self.loaded:
            self.rules.load(scenario)
        self.observe()

    def observe(self) -> None:
        """Lets whoever observes the sandbox know of all that happens in it."""
        observers = self.catalog.observers
        told = partial(observers.call, self) if observers.listeners else None
        self.journal.listener = told
        for name, world in self.worlds.items():
            self._observe_world(name, world)

    def _observe_world(self, name: str, world: World) -> None:
        observers = self.catalog.observers
        told = partial(observers.transition, self, name) if observers.listeners else None
        world.history.listener = told

    def world(self, vendor: str) -> World:
        """That vendor's world, made when first asked for, brought to the session's start."""
        world = self.worlds.get(vendor)
        while world is None:
            world = self.world_soon(vendor)
        return world

    def world_soon(self, vendor: str) -> World | None:
        """That vendor's world, or a slice of the work that makes it: then ask again."""
        world = self.worlds.get(vendor)
        if world is not None:
            return world
        making = self.making.pop(vendor, None) or self.catalog.making_world(
            vendor, self.loaded, self.seed, self.started
        )
        try:
            with at_a_stretch():  # it has its own pauses: nobody else goes on with it meanwhile
                next(making)
        except StopIteration as done:
            made: World = done.value
            self.worlds[vendor] = made
            self._observe_world(vendor, made)
            return made
        self.making[vendor] = making
        return None

    def making_world(self, vendor: str) -> Slices:
        """Sees to it that there is that vendor's world."""
        while self.world_soon(vendor) is None:
            yield None

    def end(self) -> None:
        """Its past is gone: what began in it writes nothing any more."""
        self.past = object()
        self.held = False  # by work that calls wait for, for they would see half of it

    def present(self) -> Instant:
        """The session's now, every world brought up to it or, where much is due, a slice nearer."""
        now = self.clock.now()
        for world in self.worlds.values():
            world.advance(now, SLICE)
        return now

    def catch_up(self) -> Slices:
        """Brings every world up to what is the present now, however much is due."""
        now, past = self.clock.now(), self.past
        for world in tuple(self.worlds.values()):
            while world.events.soonest <= now:
                world.advance(now, SLICE)
                yield None
                self.check_past(past)
            world.advance(now)
        self.clock.waits = False

    def all_worlds(self) -> Mapping[str, World]:
        """Every vendor's world, those nobody has asked for yet included, at the present."""
        for name in self.catalog.vendors:
            self.world(name)
            pause()
        self.present()
        return self.worlds

    def advance(self, by: int) -> Instant:
        """Moves the clock on by that much, at a stretch."""
        finish(self.advancing(by))
        return self.clock.now()

    def advancing(self, by: int) -> Slices:
        """Moves the clock on by that much."""
        return self._advancing(self.clock.now() + by, by)

    def advancing_to(self, to: Instant) -> Slices:
        """Moves the clock on to that instant."""
        return self._advancing(to, to - self.clock.now())

    def _advancing(self, to: Instant, by: Duration) -> Slices:
        self.all_worlds()
        yield from self.catch_up()
        self.clock.move(to)
        yield from self.catch_up()
        self.leaps.append((self.journal.number, by))

    def advancing_next(self) -> Slices:
        """Moves to the next thing that falls due in any world; stays when nothing does."""
        due = min((w.events.soonest for w in self.all_worlds().values()), default=NEVER)
        if due != NEVER:
            yield from self.advancing_to(max(due, self.clock.now()))

    def advancing_idle(self) -> Slices:
        """Moves on until nothing is pending but recurring events and what they begin."""
        self.all_worlds()
        yield from self.catch_up()
        started = self.clock.now()
        waiting, past = [Waiting(world) for world in self.worlds.values()], self.past
        for struck in range(IDLE_EVENTS):
            if not any(each.busy() for each in waiting):
                yield from self.catch_up()
                self.leaps.append((self.journal.number, self.clock.now() - started))
                return
            soonest = min(waiting, key=lambda each: each.soonest)
            self.clock.move(max(soonest.soonest, self.clock.now()))
            soonest.step()
            if struck % SLICE == SLICE - 1:
                yield None
                self.check_past(past)
        raise UnderstudyError("the session never becomes idle", fix="Advance by a duration")

    def whole(self, work: Slices) -> Slices:
        """Does all of it, or leaves clock and worlds as they were; calls wait until it is over."""
        past, clock = self.past, self.clock.fork()
        worlds = {name: world.fork() for name, world in self.worlds.items()}
        self.catalog.observers.flush()
        self.held, done = True, False
        try:
            yield from work
            done = True
        finally:
            if self.past is past:
                self.held = False
                if not done:
                    self.clock, self.worlds = clock, worlds
                    self.catalog.observers.retract(self)
                    self.observe()

    def check_past(self, past: object) -> None:
        """InputError where the session was reset, restored or deleted since."""
        if self.past is not past:
            what = f"session {self.name!r} was reset, restored or deleted meanwhile"
            raise InputError(what, fix="Begin again")

    def load(self, scenario: Scenario) -> None:
        """Adds a scenario to the running session, at a stretch."""
        finish(self.loading(scenario))

    def loading(self, scenario: Scenario) -> Slices:
        """Adds a scenario's clock, world and rules to the running session: all or nothing."""
        return self.whole(self._load(scenario))

    def _load(self, scenario: Scenario) -> Slices:
        yield from self.catch_up()
        self._set_clock(scenario)
        yield from self.catch_up()
        self.catalog.check_names(self.loaded, scenario)
        concerned = [name for name in scenario.world if name in self.catalog.vendors]
        for vendor in concerned:
            yield from self.making_world(vendor)
        yield from self.catch_up()
        for vendor in concerned:
            world = self.worlds[vendor]
            yield from self.catalog.extending(world, vendor, [scenario], self.clock.now())
        yield from self.catch_up()
        rules = self.rules.fork()
        rules.load(scenario, at=self.journal.number)
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

    def renewal(self, after: Scenario) -> RuleBook:
        """The session's rules once one of its files was edited; InputError when it is too many."""
        book = self.rules.fork()
        for place, before in enumerate(self.loaded):
            if before.file == after.file:
                book.renew(before, after, self.loaded[:place], self.journal.number)
        return book

    def reset(self) -> None:
        """Exactly what the session started with; the journal is empty again."""
        finish(self.resetting())

    def resetting(self) -> Slices:
        """The same; calls see what was until the worlds that are in use have been made anew."""
        origin = self.origin
        started = origin.start(origin.clock())
        with suppress(UnderstudyError):  # whoever asks for such a world is told
            for vendor in tuple(self.worlds):
                yield from self.catalog.making_world(vendor, origin.scenarios, origin.seed, started)
        leftovers = self.leftovers()
        self._begin(started if self.origin is origin else None)
        yield from leftovers.release()

    def leftovers(self) -> Leftovers:
        """What there is to give back once nobody uses it any more."""
        return Leftovers(self.worlds.values(), self.journal)

    def fork(self, name: str) -> Session:
        """Another session with the same past and a future of its own."""
        twin = Session.__new__(Session)
        twin.name, twin.tag = name, name.encode()
        twin.catalog, twin.origin, twin.labels = self.catalog, self.origin, {}
        twin.clock, twin.started, twin.seed = self.clock.fork(), self.started, self.seed
        twin.late, twin.leaps = self.late, self.leaps.copy()
        twin.making = {}
        twin.end()
        twin.journal, twin.rules, twin.loaded = self.journal.fork(), self.rules.fork(), self.loaded
        twin.worlds = {vendor: world.fork() for vendor, world in self.worlds.items()}
        twin.observe()
        return twin
