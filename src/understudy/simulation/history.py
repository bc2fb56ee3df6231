"""What records have lived through: the last transitions of each, and how often which happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from understudy.simulation.clock import Instant
from understudy.simulation.due_events import Owner
from understudy.slices import paused

TransitionKey = tuple[str, str, str, str]  # collection, state, event, state

STEPS = 32  # transitions remembered for each record's explanation


class Step(Struct, frozen=True, array_like=True, gc=False):
    """One transition that happened: for the explanation and for coverage."""

    at: Instant
    event: str
    source: str
    target: str


Listener = Callable[[Owner, Step, bool], None]  # whose, what, and whether it fell due


class Trail(Struct, frozen=True, gc=False):
    """A step and all before it: adding one copies nothing, and the forks of a world share it."""

    last: Step
    before: Trail | None = None
    length: int = 1

    def steps(self) -> tuple[Step, ...]:
        """The last of them, oldest first."""
        newest: list[Step] = []
        trail: Trail | None = self
        while trail is not None and len(newest) < STEPS:
            newest.append(trail.last)
            trail = trail.before
        return tuple(reversed(newest))


def longer(trail: Trail | None, step: Step) -> Trail:
    """The trail with one more step; when it has become twice too long, what is too old goes."""
    if trail is None:
        return Trail(step)
    if trail.length >= 2 * STEPS:
        return trail_of((*trail.steps(), step))
    return Trail(step, trail, trail.length + 1)


def trail_of(steps: Iterable[Step]) -> Trail:
    """The trail of at least one step, oldest first."""
    trail = None
    for step in steps:
        trail = longer(trail, step)
    assert trail is not None
    return trail


class History:
    """Of one world: the trail of each record, and counts of all moves that ever were."""

    __slots__ = ("_trails", "by_time", "counts", "forced", "listener")

    def __init__(self) -> None:
        self._trails: dict[Owner, Trail] = {}
        self.counts: dict[TransitionKey, int] = {}
        self.forced: dict[TransitionKey, int] = {}  # of the moves those that somebody made happen
        self.listener: Listener | None = None  # who is told of each as it happens
        self.by_time = False  # what happens now fell due

    def note(self, owner: Owner, step: Step) -> None:
        """One more transition."""
        trails, moves = self._trails, self.counts
        trails[owner] = longer(trails.get(owner), step)
        move = (owner[0], step.source, step.event, step.target)
        moves[move] = moves.get(move, 0) + 1
        if self.listener is not None:
            self.listener(owner, step, self.by_time)

    def force(self, before: Mapping[TransitionKey, int]) -> None:
        """Counts as forced what has happened since the counts were these."""
        for move, times in self.counts.items():
            if more := times - before.get(move, 0):
                self.forced[move] = self.forced.get(move, 0) + more

    def transitions(self, owner: Owner) -> tuple[Step, ...]:
        """The last transitions of a record, oldest first."""
        trail = self._trails.get(owner)
        return () if trail is None else trail.steps()

    def trails(self) -> list[Trail]:
        """All there are, of one record each."""
        return list(self._trails.values())

    def since(self, before: History) -> Iterator[tuple[Owner, Step]]:
        """The transitions that another state of the same history has not got."""
        earlier = before._trails
        for owner, trail in self._trails.items():
            known = earlier.get(owner)
            if trail is not known:
                had = () if known is None else known.steps()
                yield from ((owner, step) for step in trail.steps() if step not in had)

    def forget(self, owner: Owner) -> None:
        """A removed record has no trail; what happened still counts."""
        self._trails.pop(owner, None)

    def fork(self) -> History:
        twin = History()
        twin._trails = self._trails.copy()
        twin.counts, twin.forced = self.counts.copy(), self.forced.copy()
        return twin

    def written(self) -> dict[str, Any]:
        """All of it as JSON values; the trails are written one by one."""
        return {
            "trails": (
                [*owner, [structs.astuple(each) for each in trail.steps()]]
                for owner, trail in self._trails.items()
            ),
            "moves": [
                [*move, count, self.forced.get(move, 0)] for move, count in self.counts.items()
            ],
        }

    def put_back(self, told: Mapping[str, Any]) -> None:
        """Becomes what was written."""
        self._trails = {
            (name, record_id): trail_of(Step(*step) for step in trail)
            for name, record_id, trail in paused(told["trails"])
        }
        for name, source, event, target, count, forced in told["moves"]:
            self.counts[name, source, event, target] = count
            if forced:
                self.forced[name, source, event, target] = forced
