"""How asynchronous work comes to its end where nobody wants to wait for it as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, duration, iso, spoken


class Progress(Struct, frozen=True):
    """A record's work is done after that time, or once it has been asked for so often."""

    after: Duration = 0
    reads: int = 0

    def __str__(self) -> str:
        if self.reads:
            return f"after {self.reads} reads"
        return f"after {spoken(self.after)}" if self.after else "now"


class Pace(Struct, frozen=True):
    """When one record's present work is done: at an instant, or after so many more reads."""

    at: Instant
    reads: int = 0

    def __str__(self) -> str:
        return f"after {self.reads} more reads" if self.reads else f"at {iso(self.at)}"


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
