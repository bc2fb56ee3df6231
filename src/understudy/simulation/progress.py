"""How asynchronous work comes to its end where nobody wants to wait for it as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, duration, iso, spoken
from understudy.simulation.due_events import Due, Owner


class Progress(Struct, frozen=True):
    """A record's work is done after that time, or once it has been asked for so often."""

    after: Duration = 0
    reads: int = 0

    def __str__(self) -> str:
        if self.reads:
            return f"after {self.reads} reads"
        return f"after {spoken(self.after)}" if self.after else "now"


class Deadline(Struct, frozen=True):
    """When one record's present work is done: at an instant, or after so many more reads."""

    at: Instant
    reads: int = 0

    def __str__(self) -> str:
        return f"after {self.reads} more reads" if self.reads else f"at {iso(self.at)}"

    def hasten(self, due: Sequence[Due], at: Instant) -> Sequence[Due]:
        """What is due to the record from that instant on; nobody waits for what recurs."""
        if self.reads:
            return tuple(each for each in due if each.recurring)
        soon = max(self.at, at)
        return tuple(each if each.recurring else structs.replace(each, at=soon) for each in due)


def parse(value: str | Mapping[str, Any], where: str = "/progress") -> Progress:
    """The progress of `now`, `{after: 30s}` or `{reads: 3}`, valid by the grammar."""
    if not isinstance(value, Mapping):
        return Progress()
    if "reads" in value:
        return Progress(reads=int(value["reads"]))
    try:
        return Progress(after=duration(value["after"]))
    except InputError as error:
        raise error.at(f"{where}/after") from None


class Deadlines(dict[Owner, Deadline]):
    """The pace of each record whose present work does not take what its timeline says."""

    __slots__ = ()

    def begin(self, owner: Owner, progress: Progress, at: Instant) -> Deadline:
        """From that instant on the work of a record goes on like this."""
        pace = self[owner] = Deadline(at + progress.after, progress.reads)
        return pace

    def read(self, owner: Owner, at: Instant) -> bool:
        """Counts one read; False when the work does not wait for any."""
        pace = self.get(owner)
        if pace is None or not pace.reads:
            return False
        self[owner] = Deadline(at, pace.reads - 1)
        return True

    def forget(self, owner: Owner) -> None:
        self.pop(owner, None)

    def paced(
        self, world: Any, kind: Any, record: Any, due: Sequence[Due], at: Instant
    ) -> Sequence[Due]:
        """What is due to a record of a world, with its work hastened until it waits or ends."""
        owner = (kind.name, record.id)
        if not kind.works(record):
            self.forget(owner)
            return due
        pace = self.get(owner)
        if pace is None:
            progress = None if kind.progress is None else kind.progress(world, record)
            if progress is None:
                return due
            pace = self.begin(owner, progress, at)
        return pace.hasten(due, at)

    def fork(self) -> Deadlines:
        return Deadlines(self)

    def written(self) -> list[list[Any]]:
        """All of them as JSON values."""
        return [[*owner, pace.at, pace.reads] for owner, pace in self.items()]

    def put_back(self, told: Iterable[Sequence[Any]]) -> None:
        """Becomes what was written."""
        self.clear()
        self.update(((name, key), Deadline(at, reads)) for name, key, at, reads in told)
