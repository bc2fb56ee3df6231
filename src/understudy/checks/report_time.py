"""When a report was made and how long its steps took: real time, which decides no answer."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter


def made_at() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


class Laps:
    """Real seconds from one step to the next."""

    def __init__(self) -> None:
        self._since = perf_counter()

    def lap(self) -> float:
        """Seconds since it was asked last."""
        since, self._since = self._since, perf_counter()
        return self._since - since
