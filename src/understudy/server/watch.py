"""Scenario files that are edited while they are served: their rules are read anew, state stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from understudy.errors import UnderstudyError
from understudy.scenarios.model import Scenario
from understudy.server.sessions import Sandbox

EVERY = 0.5  # seconds between two looks

Stamp = tuple[int, int]


class Watch:
    """The scenario files a sandbox was started with; `look` takes in what was edited."""

    def __init__(self, sandbox: Sandbox, tell: Callable[[str], None]) -> None:
        self._sandbox = sandbox
        self._tell = tell
        self._known: dict[str, Scenario] = {
            source: scenario
            for source, scenario in zip(
                sandbox.settings.scenarios, sandbox.first.scenarios, strict=True
            )
            if Path(source).is_file()
        }
        self._stamps = {source: _stamp(source) for source in self._known}

    def look(self) -> None:
        """Reads every file that has changed; a broken one leaves the old rules and is told."""
        for source, before in self._known.items():
            stamp = _stamp(source)
            if stamp == self._stamps[source]:
                continue
            self._stamps[source] = stamp
            try:
                after = self._sandbox.scenario(source)
                self._sandbox.renew(before, after)
            except UnderstudyError as error:
                self._tell(f"{error}\n{source}: the rules from before stay in force")
                continue
            self._known[source] = after
            self._tell(f"{source}: read anew, {len(after.rules)} rules; records stay as they are")


def _stamp(source: str) -> Stamp | None:
    try:
        told = Path(source).stat()
    except OSError:
        return None  # an editor may write a file by replacing it
    return told.st_mtime_ns, told.st_size
