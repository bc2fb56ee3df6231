"""What a session starts with: clock, seed and scenarios, also once a file of them was edited."""

from __future__ import annotations

from dataclasses import dataclass, replace

from understudy.scenarios.stories.model import Scenario
from understudy.simulation.clock import Clock, Instant

SECOND = 1_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Origin:
    """What a session started with: enough to start it again."""

    scenarios: tuple[Scenario, ...] = ()
    seed: int = 0
    at: Instant | None = None  # None: the machine's time
    speed: float = 1
    each_call: int = 0

    def following(self, before: Origin, now: Origin, after: Scenario) -> Origin:
        """The same where an edited file stands in its place and the sandbox starts as `now`
        instead of as `before`: what this origin was told itself stays."""
        names = ("seed", "at", "speed", "each_call")
        taken = [name for name in names if getattr(self, name) == getattr(before, name)]
        changes = {name: getattr(now, name) for name in taken}
        return replace(self, scenarios=renewed(self.scenarios, after), **changes)

    def clock(self) -> Clock:
        return Clock(self.at, speed=self.speed, each_call=self.each_call)

    def start(self, clock: Clock) -> Instant:
        """When its worlds begin: of a clock that nobody set, the second it is in, so that worlds
        of sessions that begin in the same second are made once."""
        now = clock.now()
        return now if self.at is not None else now - now % SECOND


def renewed(scenarios: tuple[Scenario, ...], after: Scenario) -> tuple[Scenario, ...]:
    """The scenarios with an edited one in the place of what its file said before."""
    return tuple(after if each.file == after.file else each for each in scenarios)


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
