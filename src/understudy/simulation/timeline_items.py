"""What a timeline is made of: one kind of item for each thing a run can do."""

from __future__ import annotations

from msgspec import Raw, Struct

from understudy.simulation.clock import Duration

FOREVER: Duration = 1 << 62


class Failure(Struct, frozen=True):
    """The first `times` attempts of a step fail with this error; None: every attempt.

    After a `final` failure there is no other attempt, whatever the retry says.
    """

    times: int | None = None
    error: Raw = Raw(b'"failed"')
    final: bool = False


class Retry(Struct, frozen=True):
    """How often and after how long a failed step is tried again."""

    limit: int = 0
    delay: Duration = 0
    backoff: str = "constant"

    def pause(self, attempt: int) -> Duration:
        """The delay after that attempt (counted from 1)."""
        if self.backoff == "exponential":
            return min(self.delay << min(attempt - 1, 60), FOREVER)
        return min(self.delay * attempt, FOREVER) if self.backoff == "linear" else self.delay

    def pauses(self, attempts: int) -> Duration:
        """All delays after that many failed attempts."""
        if self.backoff == "exponential":
            return min(self.delay * ((1 << min(attempts, 60)) - 1), FOREVER)
        if self.backoff == "linear":
            return min(self.delay * attempts * (attempts + 1) // 2, FOREVER)
        return min(self.delay * attempts, FOREVER)


class Do(Struct, frozen=True, tag="do"):
    """Work that takes a while and gives an output."""

    name: str
    takes: Duration = 0
    output: Raw | None = None
    events: tuple[Raw, ...] = ()
    fails: Failure | None = None
    retry: Retry | None = None
    timeout: Duration | None = None
    rollback: Rollback | None = None


class Rollback(Struct, frozen=True):
    """What undoing a step takes, and whether that fails."""

    takes: Duration = 0
    fails: bool = False


class Sleep(Struct, frozen=True, tag="sleep"):
    """Time that passes without work."""

    name: str
    lasts: Duration


class Wait(Struct, frozen=True, tag="wait"):
    """A stop until somebody outside goes on, or until the timeout."""

    name: str
    event: str = ""
    timeout: Duration | None = None


class Parallel(Struct, frozen=True, tag="parallel"):
    """Steps side by side: it lasts as long as the longest, or until the first fails for good."""

    steps: tuple[Do, ...]
    name: str = "parallel"


class Respond(Struct, frozen=True, tag="reply"):
    """What the run answers its caller with, and the HTTP status of that."""

    reply: Raw
    status: int = 200
    name: str = "reply"


class Outcome(Struct, frozen=True, tag="outcome"):
    """How the run ends here; without one it ends well."""

    outcome: str
    error: Raw | None = None
    name: str = "outcome"


Item = Do | Sleep | Wait | Parallel | Respond | Outcome
Timeline = tuple[Item, ...]
