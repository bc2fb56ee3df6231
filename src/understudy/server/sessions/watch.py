"""Scenario files that are edited while they are served: their rules are read anew, state stays.

Editors write in many ways: in place, over a file that was renamed, or after a moment without any.
So a file is read when it has looked the same twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

from understudy.errors import ScenarioError, UnderstudyError
from understudy.scenarios.loader import LARGEST
from understudy.scenarios.rules.reload import alike
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.sandbox import Sandbox

EVERY = 0.25  # seconds between two looks

Stamp = tuple[int, int, bytes]

UNREAD: Stamp = (0, 0, b"")


class Watched:
    """One file: what is in force of it, and how it looked."""

    def __init__(self, source: str, scenario: Scenario) -> None:
        self.source = source
        self.scenario = scenario
        self.read: Stamp | None = UNREAD  # it may have been written since the sandbox read it
        self.seen = _stamp(source)
        self.broken = False  # what stands in it now is not what is in force

    def settled(self) -> bool:
        """Whether it was written since it was read, and nobody writes it any more."""
        before, self.seen = self.seen, _stamp(self.source)
        if self.seen != before or self.seen == self.read:
            return False
        self.read = self.seen
        return True


class Watch:
    """The scenario files a sandbox was started with; `look` takes in what was edited."""

    def __init__(self, sandbox: Sandbox, tell: Callable[[str], None]) -> None:
        self._sandbox = sandbox
        self._tell = tell
        sources = zip(sandbox.settings.scenarios, sandbox.first.scenarios, strict=True)
        self._files = [Watched(*each) for each in sources if Path(each[0]).is_file()]
        sandbox.on_renewed.append(self._try_again)

    def look(self) -> None:
        """Reads every file that was written; a broken one leaves the old rules and is told."""
        for file in self._files:
            if file.settled():
                try:
                    self._take_in(file)
                except UnderstudyError as error:
                    file.broken = True
                    self._tell(_refused(file, error))

    def _try_again(self) -> None:
        """What did not fit the vendors may fit them now that one was renewed."""
        for file in self._files:
            file.read = UNREAD if file.broken else file.read

    def _take_in(self, file: Watched) -> None:
        if not Path(file.source).is_file():
            raise ScenarioError("there is no such file any more", where=file.source)
        before, after = file.scenario, self._sandbox.scenario(file.source)
        if after.source.text == before.source.text:
            if file.broken:
                self._tell(f"{file.source}: as it was before; its rules have been in force")
            file.broken = False
            return
        self._sandbox.renew(after)
        file.scenario, file.broken = after, False
        self._tell(f"{file.source}: {_summary(before, after)}")


def _summary(before: Scenario, after: Scenario) -> str:
    """What becomes of an edit, in a line."""
    if fixed := " and ".join(_changed(before, after, ("serve", "options"))):
        return f"read anew; {fixed} from the next start of the server on"
    same, rules = alike(before, after), len(after.rules)
    kept = f" ({same} as before)" if same else ""
    counted = f"read anew, {rules} rule{'s' * (rules != 1)}{kept}"
    later = _changed(before, after, ("world", "clock", "seed"))
    if not later:
        return f"{counted}; records stay as they are"
    return f"{counted}; records stay, {' and '.join(later)} from the next start or reset on"


def _changed(before: Scenario, after: Scenario, names: Sequence[str]) -> list[str]:
    """Which of these keys say something else than before."""
    was, now = before.source.value, after.source.value
    return [name for name in names if was.get(name) != now.get(name)]


def _refused(file: Watched, error: UnderstudyError) -> str:
    """What is wrong with an edit, in a line."""
    where = error.where or file.source
    fix = f". {error.fix}" if error.fix else ""
    told = f"{where}: {error.what}; the rules from before stay in force{fix}"
    return " ".join(told.split())


def _stamp(source: str) -> Stamp | None:
    """How a file looks: what stands in it, too, for two edits may have one time and one size."""
    try:
        told = Path(source).stat()
        with Path(source).open("rb") as opened:
            text = opened.read(LARGEST + 1)
    except OSError:
        return None  # an editor may write a file by replacing it
    return told.st_mtime_ns, told.st_size, blake2b(text, digest_size=16).digest()
