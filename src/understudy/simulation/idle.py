"""What a world is busy with while somebody waits: what was under way, and what comes of it."""

from __future__ import annotations

from collections import Counter

from understudy.errors import SimulationError
from understudy.simulation.clock import Instant, iso
from understudy.simulation.due_events import Due, Owner
from understudy.simulation.world import World

OFTEN = 10_000  # events of one record while somebody waits: more is a loop


class Waiting:
    """One world, event by event, until nothing is left that anybody waits for.

    Nobody waits for a schedule's next run, and so for nothing that such a run begins: where runs
    take longer than the time between them, there would be no end of it.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._before = world.fork().collections
        self._aside: set[Owner] = set()  # records that a schedule has made meanwhile
        self._struck: Counter[Owner] = Counter()

    @property
    def soonest(self) -> Instant:
        """When the next thing falls due, also one that nobody waits for."""
        return self._world.events.soonest

    def busy(self) -> bool:
        """Whether anything is still to come that somebody waits for."""
        events = self._world.events
        self._aside = {owner for owner in self._aside if events.of(owner)}
        return events.pending(self._aside)

    def step(self) -> None:
        """The next thing that falls due; SimulationError when a record never comes to rest."""
        owner, due, touched = self._world.step()
        self._struck[owner] += 1
        if self._struck[owner] > OFTEN:
            raise _restless(self._world, owner, due)
        if not due.recurring and owner not in self._aside:
            self._aside.difference_update(touched)
        else:
            self._aside.update(
                (name, key) for name, key in touched if key not in self._before[name]
            )


def _restless(world: World, owner: Owner, due: Due) -> SimulationError:
    name, record_id = owner
    return SimulationError(
        f"{world.name} never becomes idle: {record_id!r} of the {name} has struck {OFTEN} times "
        f"until {iso(due.at)}, now {due.kind!r}",
        where=record_id,
        fix="Advance by a duration",
    )
