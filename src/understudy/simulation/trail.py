"""What a record has lived through: its last transitions, the newest of them sharing the older."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from understudy.simulation.clock import Instant

STEPS = 32  # transitions remembered for each record's explanation


class Step(Struct, frozen=True, array_like=True, gc=False):
    """One transition that happened: for the explanation and for coverage."""

    at: Instant
    event: str
    source: str
    target: str


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
