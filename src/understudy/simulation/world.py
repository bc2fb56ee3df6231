"""All records and due events of one vendor in one session, behind one door for change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from msgspec import structs

from understudy.errors import InputError, SimulationError
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Collection, Record
from understudy.simulation.due_events import NEVER, Due, DueEvents, Owner, Strikes, endless
from understudy.simulation.history import History, Step, TransitionKey
from understudy.simulation.identifiers import Identifiers
from understudy.simulation.kind import KindOf, no_effect
from understudy.simulation.progress import Deadline, Deadlines, Progress

__all__ = ["Kind", "Step", "World"]

R = TypeVar("R", bound=Record)

AT_ONE_INSTANT = 10_000  # events one record may strike without time passing: more is a loop
REWRITTEN = "changed"  # what a transition by hand is called
RECORDS = 500_000  # records of one kind in one world: about 500 MB of small ones


class Kind(KindOf["World", R]):
    """One kind of record of a world."""


class World:
    """Records of every kind, what falls due, and the ids still to come."""

    __slots__ = (
        "collections",
        "deadlines",
        "events",
        "flags",
        "history",
        "identifiers",
        "kinds",
        "meters",
        "name",
        "now",
        "strikes",
        "touched",
    )

    def __init__(self, name: str, kinds: Iterable[Kind[Any]], *, seed: int, now: Instant) -> None:
        self.name = name
        self.kinds = {kind.name: kind for kind in kinds}
        self.collections: dict[str, Collection[Any]] = {
            kind.name: Collection(kind.name, kind.indexes) for kind in self.kinds.values()
        }
        self.events = DueEvents()
        self.identifiers = Identifiers(seed, name)
        self.flags: frozenset[str] = frozenset()
        self.meters: dict[str, int] = {}  # how far what is measured has come: a vendor's own quotas
        self.now = now
        self.history = History()
        self.deadlines = Deadlines()
        self.strikes = Strikes()
        self.touched: list[Owner] | None = None  # what changed since somebody set this to a list

    def __getitem__(self, name: str) -> Collection[Any]:
        return self.collections[name]

    def add(
        self,
        name: str,
        record: R,
        *,
        at: Instant | None = None,
        through: Sequence[tuple[str, str]] = (),
    ) -> R:
        """A new record; SimulationError when its id is taken or the world is full.

        `through` is what it has lived through already, at this very instant: states, each with
        the event that led on from it.
        """
        collection = self.collections[name]
        if record.id in collection:
            raise SimulationError(f"{name} has a record {record.id!r} already")
        if len(collection) >= RECORDS:
            raise SimulationError(f"{name} is full with {RECORDS} records", fix="Reset the session")
        kind = self.kinds[name]
        collection.put(record)
        when = self.now if at is None else at
        if kind.lifecycle is not None:
            source, event = "", "created"
            for state, following in through:
                self._note(name, record.id, Step(when, event, source, state))
                source, event = state, following
            self._note(name, record.id, Step(when, event, source, record.state))
        self._reschedule(kind, record, when, (name, record.id))
        kind.effects(self, None, record, when)
        return record

    def change(
        self, name: str, record: R, event: str, at: Instant | None = None, **fields: Any
    ) -> R:
        """`event` leads the record to its next state, with these fields changed.

        Say `state=` where the lifecycle allows several; IllegalTransition when it allows none.
        """
        lifecycle = self.kinds[name].lifecycle
        assert lifecycle is not None, f"{name} has no lifecycle; use replace"
        fields["state"] = lifecycle.target(record.state, event, fields.get("state"))
        return self.become(name, record, event, structs.replace(record, **fields), at)

    def become(self, name: str, record: R, event: str, after: R, at: Instant | None = None) -> R:
        """The one door: `event` makes of the record, which is the one the world has now, another.

        IllegalTransition when the lifecycle does not allow it.
        """
        kind = self.kinds[name]
        lifecycle = kind.lifecycle
        assert lifecycle is not None, f"{name} has no lifecycle; use replace"
        source, target = record.state, after.state
        lifecycle.target(source, event, target)
        when = self.now if at is None else at
        owner = (name, record.id)
        collection = self.collections[name]
        before = collection.put(after)
        assert before is record, f"{name} {record.id} has changed since"
        self.history.note(owner, Step(when, event, source, target))
        if self.touched is not None:
            self.touched.append(owner)
        self._reschedule(kind, after, when, owner)
        if kind.effects is no_effect:
            return after
        kind.effects(self, record, after, when)
        return collection.get(record.id) or after

    def replace(self, name: str, record: R, at: Instant | None = None) -> R:
        """A new value of a record whose state stays as it is."""
        kind = self.kinds[name]
        before = self.collections[name].get(record.id)
        if before is None:
            raise SimulationError(f"{name} has no record {record.id!r}")
        assert before.state == record.state, "a state changes through change()"
        self.collections[name].put(record)
        when = self.now if at is None else at
        self._reschedule(kind, record, when, (name, record.id))
        kind.effects(self, before, record, when)
        return record

    def rewrite(self, name: str, record: R, at: Instant) -> R:
        """A record as somebody wrote it by hand, whatever its lifecycle allows."""
        kind, owner = self.kinds[name], (name, record.id)
        before = self.collections[name].put(record)
        assert before is not None, f"{name} has no record {record.id!r}"
        if before.state != record.state:
            counts = self.transition_counts()
            self._note(name, record.id, Step(at, REWRITTEN, before.state, record.state))
            self.history.force(counts)
        self.deadlines.forget(owner)
        self._reschedule(kind, record, at, owner)
        kind.effects(self, before, record, at)
        return self.collections[name].get(record.id) or record

    def trigger(self, name: str, record: R, event: str, at: Instant | None = None) -> R:
        """One event of a record's lifecycle, made to happen with all that goes with it.

        IllegalTransition where it cannot happen in the record's state; then nothing has changed.
        """
        kind, before = self.kinds[name], self.transition_counts()
        if kind.lifecycle is None:
            raise InputError(f"nothing ever happens to {name}")
        kind.lifecycle.target(record.state, event)
        on_event, when = kind.on_event, self.now if at is None else at
        made: R = (
            self.change(name, record, event, when)
            if on_event is None
            else on_event(self, record, event, when)
        )
        self.history.force(before)
        return made

    def speed_up(self, name: str, record_id: str, progress: Progress) -> bool:
        """Brings the work a record is at to its end so soon; False when it is at none."""
        kind, record = self.kinds[name], self.collections[name].get(record_id)
        if record is None or not kind.works(record):
            return False
        self.deadlines.begin((name, record_id), progress, self.now)
        self._reschedule(kind, record, self.now, (name, record_id))
        return True

    def read(self, name: str, record_id: str) -> None:
        """Counts a call that named the record: work that waits to be read often enough goes on."""
        record = self.collections[name].get(record_id)
        if record is not None and self.deadlines.read((name, record_id), self.now):
            self._reschedule(self.kinds[name], record, self.now, (name, record_id))

    def deadline(self, name: str, record_id: str) -> Deadline | None:
        """When the record's present work is done, where that is not as its timeline says."""
        return self.deadlines.get((name, record_id))

    def remove(self, name: str, record_id: str, at: Instant | None = None) -> None:
        """Deletes a record and everything that would have happened to it."""
        kind = self.kinds[name]
        before = self.collections[name].remove(record_id)
        if before is not None:
            self.events.set((name, record_id), ())
            self.history.forget((name, record_id))
            self.deadlines.forget((name, record_id))
            kind.effects(self, before, None, self.now if at is None else at)

    def advance(self, now: Instant, most: int = NEVER) -> int:
        """Applies what fell due until now, each at its own instant; how many that were.

        After `most` of them it stops, at the instant of the last one: the rest stays due.
        """
        struck = 0
        while self.events.soonest <= now:  # what falls due may put another state back
            if struck == most:
                return struck
            coming = self.events.peek()
            assert coming is not None
            owner, due = coming
            if self.strikes.count(owner, due.at) > AT_ONE_INSTANT:
                self.strikes.end()
                raise endless(owner, due, AT_ONE_INSTANT)
            self.now = max(self.now, due.at)
            self._apply_due(owner, due)
            struck += 1
        if struck:
            self.strikes.end()
        self.now = max(self.now, now)
        return struck

    def step(self) -> tuple[Owner, Due, Sequence[Owner]]:
        """Applies the next thing that falls due: whose it was, and whom it touched."""
        coming = self.events.peek()
        assert coming is not None, "something is due"
        owner, due = coming
        self.now = max(self.now, due.at)
        before, self.touched = self.touched, []
        try:
            self._apply_due(owner, due)
            return owner, due, self.touched
        finally:
            self.touched = before

    def transitions(self, name: str, record_id: str) -> tuple[Step, ...]:
        """The last transitions of a record, oldest first."""
        return self.history.transitions((name, record_id))

    def transition_counts(self) -> dict[TransitionKey, int]:
        """How often each (collection, state, event, state) happened in this world."""
        return dict(self.history.counts)

    def fork(self) -> World:
        """The same world, to go its own way; nothing is copied until one of them writes."""
        twin: World = World.__new__(World)
        twin.name, twin.kinds, twin.now, twin.flags = self.name, self.kinds, self.now, self.flags
        twin.collections = {name: each.fork() for name, each in self.collections.items()}
        twin.events = self.events.fork()
        twin.identifiers, twin.meters = self.identifiers.fork(), self.meters.copy()
        twin.history = self.history.fork()
        twin.deadlines, twin.strikes, twin.touched = self.deadlines.fork(), Strikes(), None
        return twin

    def restore(self, before: World) -> None:
        """Becomes what a fork of it has kept, which is used up by that."""
        history = before.history
        history.listener, history.by_time = self.history.listener, self.history.by_time
        for name in World.__slots__:
            if name not in ("strikes", "touched"):
                setattr(self, name, getattr(before, name))

    def _apply_due(self, owner: tuple[str, str], due: Due) -> None:
        name, record_id = owner
        kind, record = self.kinds[name], self.collections[name].get(record_id)
        assert record is not None, "the events of a removed record go with it"
        self.events.pop()
        self.history.by_time = True
        try:
            kind.on_due(self, record, due)
        except SimulationError:
            self.strikes.end()
            # What had no room stays due: the world says so again, it does not quietly lose time.
            self._reschedule(kind, self.collections[name].get(record_id) or record, due.at, owner)
            raise
        finally:
            self.history.by_time = False

    def _reschedule(self, kind: Kind[Any], record: Record, at: Instant, owner: Owner) -> None:
        due = kind.due(record)
        if self.deadlines or (kind.progress is not None and kind.works(record)):
            due = self.deadlines.paced(self, kind, record, due, at)
        self.events.set(owner, due)

    def _note(self, name: str, record_id: str, step: Step) -> None:
        self.history.note((name, record_id), step)
        if self.touched is not None:
            self.touched.append((name, record_id))
