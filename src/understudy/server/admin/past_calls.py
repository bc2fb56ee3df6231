"""The calls of a journal as rules and verifications saw them; each is read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.openapi.operation import Violation
from understudy.openapi.request import decode_json
from understudy.scenarios.rules.call_fields import RawCall
from understudy.scenarios.rules.conditions import Condition
from understudy.server.admin.lookup import OperationKey
from understudy.server.admin.requests import operation_of
from understudy.server.admin.shown_entry import known_secrets, redacted
from understudy.server.sessions.session import Session
from understudy.simulation.journal import Entry
from understudy.vendor import Call, Request


class PastCall:
    """One of them; its body is decoded when a condition first looks at it."""

    __slots__ = ("_fields", "_raw", "_request", "entry", "number", "operation", "session")

    def __init__(self, entry: Entry, session: Session) -> None:
        self.entry = entry
        self.number = entry.number
        self.session = session
        self.operation = operation_of(entry, session.catalog)
        self._request: Request | None = None
        self._raw: RawCall | None = None
        self._fields: Mapping[str, Any] | None = None

    @property
    def id(self) -> str:
        """As everybody calls it."""
        return f"{self.session.name}.{self.number}"

    @property
    def request(self) -> Request:
        """The call as rules see it that answer."""
        if self._request is None:
            self._request = request_of(self.entry, self.session)
        return self._request

    @property
    def raw(self) -> RawCall:
        """The call as rules see it at the gate."""
        if self._raw is None:
            self._raw = RawCall(self.request.call)
        return self._raw

    def record(self) -> Mapping[str, Any] | None:
        """The fields of the record that it named, as they were before it."""
        if self._fields is None and self.entry.before is not None:
            self._fields = self.entry.before.fields()
        return self._fields

    def told(self, text: str) -> str:
        """A text about it without the secrets that it carried."""
        safe: str = redacted(self.session, text, known_secrets(self.session, self.entry))
        return safe

    def wrong(self, conditions: Sequence[Condition], *, gate: bool = False) -> Iterator[str]:
        """What keeps it from being as wanted."""
        if not conditions:
            return
        seen = self.raw if gate else self.request
        for condition in conditions:
            miss = condition.mismatch(seen, self.record)
            if miss is not None:
                yield condition.describe(miss)


class PastCalls:
    """All of a session that its journal still has, oldest first, and by what they meant."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.all: list[PastCall] = []
        self._by_operation: dict[OperationKey, list[PastCall]] = {}
        self.renew()

    def renew(self) -> None:
        """Reads the journal again; a call that was read before is not read anew."""
        self._state = self._journal_state()
        known = {each.number: each for each in self.all if each.number}
        self.all, self._by_operation = [], {}
        for entry in self.session.journal.all_that_came():
            had = known.get(entry.number)
            call = had if had is not None and had.entry is entry else PastCall(entry, self.session)
            self.all.append(call)
            if call.operation is not None:
                self._by_operation.setdefault(call.operation, []).append(call)

    @property
    def outdated(self) -> bool:
        """Whether a call came since the journal was read, or the session began anew."""
        return self._state != self._journal_state()

    def _journal_state(self) -> tuple[int, int, int]:
        journal = self.session.journal
        return journal.number, len(journal), journal.waiting

    def of(self, vendor: str, operation: str) -> Sequence[PastCall]:
        """Those that meant an operation."""
        return self._by_operation.get(OperationKey(vendor, operation), ())

    def counts(self) -> dict[str, int]:
        """How often each operation was asked for."""
        named = {".".join(key): len(calls) for key, calls in self._by_operation.items()}
        return dict(sorted(named.items()))


def request_of(entry: Entry, session: Session) -> Request:
    """The journal's request as the conditions of a rule saw it."""
    headers = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in entry.headers.items()
    }
    call = Call(entry.method, entry.path, entry.query, headers, entry.body)
    operation: Any = None
    if entry.operation is not None:
        operation = session.catalog.contract(entry.vendor).operations[entry.operation]
    body = decode_json(entry.body) if entry.body else None
    if isinstance(body, Violation):
        body = None
    return Request(call, operation, entry.values or {}, body, None)
