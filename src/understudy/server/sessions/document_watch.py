"""Documents that are edited while they are served: read anew beside the loop, records go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from understudy.errors import UnderstudyError
from understudy.modeled.assembly import Modeled
from understudy.modeled.record_migration import carry, lost_records, warm
from understudy.modeled.sources import Named, make, named_again
from understudy.project.renewal import Renewal, is_as_before
from understudy.server.sessions.file_stamp import Stamp, stamp
from understudy.server.sessions.sandbox import Sandbox

Read = tuple[Named, Modeled | None]  # None: as it was


class WatchedDocument:
    """One document: its files, how they looked, and what is being read of them."""

    def __init__(self, named: Named, beside: Sequence[Path] = ()) -> None:
        self.named = named
        self.beside = beside  # the project, and the functions that lie by it
        self.seen = self._stamps()
        self.read: dict[Path, Stamp | None] = dict(self.seen)
        self.reading: Future[Read] | None = None

    def settled(self) -> bool:
        """Whether a file was written since they were read, and nobody writes any more."""
        before = self.seen
        self.seen = self._stamps()
        if self.seen != before or self.seen == self.read:
            return False
        self.read = self.seen
        return True

    def _stamps(self) -> dict[Path, Stamp | None]:
        return {each: stamp(each) for each in (*self.named.document.files, *self.beside)}


class DocumentWatch:
    """The documents a sandbox was started with; `look` takes in what was edited."""

    def __init__(
        self, sandbox: Sandbox, documents: tuple[Named, ...], tell: Callable[[str], None]
    ) -> None:
        self._sandbox = sandbox
        self._tell = tell
        project = sandbox.settings.project
        renewal = Renewal(project, documents) if project else None
        self._again = named_again if renewal is None else renewal.again
        beside = () if renewal is None else renewal.files
        self._documents = [WatchedDocument(each, beside) for each in documents]
        self._reader = ThreadPoolExecutor(1, "document-reader")

    def look(self) -> None:
        """Begins to read what was written, and takes in what has been read."""
        for each in self._documents:
            if each.reading is None and each.settled():
                stateless = self._sandbox.settings.stateless
                each.reading = self._reader.submit(_read, each.named, stateless, self._again)
            elif each.reading is not None and each.reading.done():
                reading, each.reading = each.reading, None
                try:
                    self._take_in(each, *reading.result())
                except UnderstudyError as error:
                    told = f"{error.where or each.named.document.file}: {error.what}"
                    fix = f". {error.fix}" if error.fix else ""
                    self._tell(f"{told}; the document from before stays in force{fix}")

    def _take_in(self, watched: WatchedDocument, named: Named, made: Modeled | None) -> None:
        if made is None:
            return
        name, carried = named.name, partial(carry, made)
        lost = self._sandbox.renew_vendor(made.vendor, carried)
        watched.named = named
        count = len(made.contract.operations)
        told = f"read anew, {count} operation{'s' * (count != 1)}; records that fit stay"
        if lost:
            told = f"{told}, {len(lost)} do not: {lost_records(lost)}"
        self._tell(f"{named.document.file}: {name} is {told}")

    def close(self) -> None:
        """Nothing is read any more."""
        self._reader.shutdown(wait=False, cancel_futures=True)


def _read(before: Named, stateless: bool, again: Callable[[Named], Named]) -> Read:
    """The document as it is now, made ready to be served; runs beside the loop."""
    named = again(before)
    if is_as_before(before, named):
        return named, None
    made = make(named, stateless=stateless)
    warm(made)
    return named, made
