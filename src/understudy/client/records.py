"""The records of one collection: a list of them as they are, and what is done to them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from understudy.client.admin_api import hide_traceback
from understudy.client.inputs import to_json
from understudy.client.session import Session

__tracebackhide__ = hide_traceback


class Records(list[Mapping[str, Any]]):
    """The records of a collection, newest first, as they were when they were asked for.

    What is done to them by hand is kept in the session's journal as the tester's deed.
    """

    def __init__(self, session: Session, vendor: str, collection: str) -> None:
        query = {"vendor": vendor, "collection": collection}
        super().__init__(session.pages("/records", "records", query))
        self._session = session
        self._path = f"/records/{vendor}/{collection}"

    def read(self, record_id: str) -> Mapping[str, Any]:
        """One record as it is now: its state, what happens next, and what may be done to it."""
        found: Mapping[str, Any] = self._session.ask("GET", self._place(record_id))
        return found

    def change(self, record_id: str, **fields: Any) -> Mapping[str, Any]:
        """The record with those fields of a world file's entry; the others stay."""
        changed: Mapping[str, Any] = self._session.ask(
            "PATCH", self._place(record_id), to_json(fields)
        )
        return changed

    def event(self, record_id: str, name: str) -> Mapping[str, Any]:
        """The record after an event of its lifecycle, with all that goes with it."""
        return self.change(record_id, event=name)

    def make(self, **entry: Any) -> Mapping[str, Any]:
        """A new record as an entry of a world file says it."""
        made: Mapping[str, Any] = self._session.ask("POST", self._path, to_json(entry))
        return made

    # A list's own `remove` takes a value and gives nothing; here it is the sandbox's record.
    def remove(self, record_id: str) -> list[Mapping[str, Any]]:  # type: ignore[override]
        """Removes a record and what cannot be without it: what was removed, the record first."""
        return list(self._session.ask("DELETE", self._place(record_id))["removed"])

    def _place(self, record_id: str) -> str:
        return f"{self._path}/{quote(record_id, safe='')}"
