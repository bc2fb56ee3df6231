"""What `serve` prints as calls come: one line for each, and a dim one for what fell due."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any

from msgspec import json

from understudy.cli.line_writer import LineWriter
from understudy.cli.terminal import plural, printable
from understudy.server.admin.events import kind_of, told_of
from understudy.server.admin.explain import first_reason
from understudy.server.sessions.names import DEFAULT
from understudy.server.sessions.observers import (
    TESTER,
    TIME,
    Batch,
    CallHappened,
    ChangeHappened,
    Happening,
    TransitionHappened,
)
from understudy.server.sessions.sandbox import Sandbox
from understudy.simulation.clock import iso
from understudy.simulation.journal import Draft

OFF, CALLS, JSON = "off", "calls", "json"

REASONS = 50  # calls of one moment whose reason is told: to find it out costs more than a line
DUE = 20  # transitions of one moment that are told one by one
LONGEST = 240  # characters of a reason
INDENT = 16  # columns before what does not fit on its line
NARROWEST = 40  # columns that lines are never cut to fewer

DIM, GREEN, CYAN, YELLOW, RED, MAGENTA, BLUE = 2, 32, 36, 33, 31, 35, 34
_BY_STATUS = {2: GREEN, 3: CYAN, 4: YELLOW, 5: RED}
_BY_WHOM = {"rule": MAGENTA, "fault": MAGENTA, "sandbox": RED, TESTER: BLUE, "behaviour": DIM}


def begin(sandbox: Sandbox, log: str) -> LineWriter:
    """Has what happens in a sandbox printed from now on; who prints it is to be closed."""
    sys.stdout.flush()
    is_terminal = sys.stdout.isatty()
    writer = LineWriter(sys.stdout.fileno())

    def width() -> int | None:
        return get_terminal_size().columns if is_terminal else None

    colour = is_terminal and not os.environ.get("NO_COLOR")
    shown = JsonLog(writer.write) if log == JSON else LiveLog(writer.write, width, colour=colour)
    sandbox.listen(shown.take)
    return writer


class LiveLog:
    """Turns what happens into lines; `width` is the terminal's, None where lines may be long."""

    def __init__(
        self, write: Callable[[list[str]], None], width: Callable[[], int | None], *, colour: bool
    ) -> None:
        self._write = write
        self._width = width
        self._colour = colour
        self._tails: dict[tuple[Any, ...], str] = {}  # of calls that went as usual
        self._second, self._time = -1, ""

    def take(self, batch: Batch) -> None:
        """Writes a line for each thing that happened, all of them at once."""
        self._write([*self._lines(batch, self._width())])

    def _lines(self, batch: Batch, width: int | None) -> Iterator[str]:
        reasons = 0
        for fell_due, group in groupby(batch.happenings, _fell_due):
            if fell_due:
                yield from self._transitions(list(group), width)
                continue
            for each in group:
                if not isinstance(each, CallHappened):
                    continue
                usual = self._usual(each)
                if usual is None:
                    reasons += 1
                    yield from self._call(each, width, reasons <= REASONS)
                else:
                    yield usual
        if batch.calls or batch.transitions:
            more = (
                f"... and {plural(batch.calls, 'call')}, {plural(batch.transitions, 'transition')}"
            )
            yield self._styled(f"{more} more", DIM)

    def _transitions(self, happened: list[Any], width: int | None) -> Iterator[str]:
        """What fell due in the worlds of all vendors, in the order of time."""
        happened.sort(key=_at)
        for each in happened[:DUE]:
            yield from self._transition(each, width)
        if len(happened) > DUE:
            yield self._styled(f"{INDENT * ' '}... and {len(happened) - DUE} more", DIM)

    def _usual(self, happened: CallHappened) -> str | None:
        """The line of a call that the vendor answered as it does; None: there is more to tell."""
        draft = happened.draft
        if draft.entry is not None:
            return None
        exchange: Any = draft.source
        counts_as = exchange.label.counts_as
        if counts_as[4] != "behaviour" or counts_as[1] is None:
            return None
        tail = self._tails.get(counts_as)
        if tail is None:
            tail = self._tails[counts_as] = self._styled_tail(*counts_as)
        return f"{self._begin(exchange.now, happened.session.name, draft)}{tail}"

    def _call(self, happened: CallHappened, width: int | None, reasoned: bool) -> Iterator[str]:
        session, entry = happened.session, happened.draft.read()
        begin = self._begin(entry.at, session.name, happened.draft)
        target = entry.operation or f"{entry.method} {printable(entry.path)}"
        if entry.by == TESTER and entry.record is not None:
            target = f"{entry.method} {entry.record[0]}"
        answer = f"{entry.answer}, {entry.lost} lost" if entry.lost else entry.answer
        tail = self._styled_tail(entry.vendor, target, entry.status, answer, entry.by)
        reason = ""
        if reasoned and entry.by != "behaviour":
            reason = printable(first_reason(session, entry))[:LONGEST]
        yield from self._wrapped(f"{begin}{tail}", reason, width, 0)

    def _transition(self, happened: TransitionHappened, width: int | None) -> Iterator[str]:
        step, (collection, record_id) = happened.step, happened.owner
        own = _own(happened.session.name)
        head = f"{self._at(step.at)}  {own}{happened.vendor} {collection} {printable(record_id)}"
        became = f"{step.source} -> {step.target}" if step.source else step.target
        yield from self._wrapped(self._styled(head, DIM), f"{step.event}: {became}", width, DIM)

    def _wrapped(self, head: str, more: str, width: int | None, code: int) -> Iterator[str]:
        """A line, and what of it does not fit on it in lines below."""
        if not more:
            yield head
            return
        room = None if width is None else width - _length(head) - 2
        if room is None or len(more) <= room:
            yield f"{head}  {self._styled(more, code)}"
            return
        yield head
        for line in wrap(more, max(width or 0, NARROWEST) - INDENT, break_on_hyphens=False):
            yield f"{INDENT * ' '}{self._styled(line, code)}"

    def _begin(self, at: int, session: str, draft: Draft) -> str:
        """When a call came, which of its session it was, and whose if not the usual one's."""
        return f"{self._at(at)}  #{draft.number:<4} {_own(session)}"

    def _at(self, at: int) -> str:
        second = at // 1000
        if second != self._second:
            self._second, self._time = second, iso(at)[5:19].replace("T", " ")
        return self._time

    def _styled_tail(self, vendor: str, operation: str, status: int, answer: str, by: str) -> str:
        answered = f"{status or 'no answer'} {answer}".rstrip()
        target = f"{vendor}.{operation}" if " " not in operation else f"{vendor} {operation}"
        shown = self._styled(answered, _BY_STATUS.get(status // 100, RED))
        return f"{target}  {shown}  {self._styled(by, _BY_WHOM.get(by, YELLOW))}"

    def _styled(self, text: str, code: int) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colour and code else text


class JsonLog:
    """What happens as JSON, one value in a line."""

    def __init__(self, write: Callable[[list[str]], None]) -> None:
        self._write = write

    def take(self, batch: Batch) -> None:
        """Writes a line for each call and each thing that fell due."""
        self._write([json.encode(each).decode() for each in self._values(batch)])

    def _values(self, batch: Batch) -> Iterable[dict[str, Any]]:
        for each in batch.happenings:
            if not isinstance(each, ChangeHappened):
                yield {"kind": kind_of(each), **told_of(each)}
        if batch.calls or batch.transitions:
            yield {"kind": "summary", "calls": batch.calls, "transitions": batch.transitions}


def _fell_due(happening: Happening) -> bool:
    return isinstance(happening, TransitionHappened) and happening.by == TIME


def _at(happened: TransitionHappened) -> int:
    return happened.step.at


def _own(session: str) -> str:
    """The session, as a path names it; nothing for the usual one."""
    return "" if session == DEFAULT else f"~{session} "


def _length(styled: str) -> int:
    """Columns of a line, its colours left out."""
    length, at = len(styled), styled.find("\033[")
    while at >= 0:
        end = styled.index("m", at)
        length -= end + 1 - at
        at = styled.find("\033[", end)
    return length
