"""Messages: a call as it came, the request it means, its reply, and why one is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from understudy.openapi.operation import Operation, Violation
from understudy.simulation.collection import Record
from understudy.simulation.identifiers import Identifiers
from understudy.vendor.authentication import Caller

Headers = Sequence[tuple[str, str]]


class Call(Struct, eq=False, gc=False):
    """One HTTP request as it came: raw path without session and vendor, ordered query, headers."""

    method: str
    path: str  # still percent-encoded, the vendor's base path included
    query: str = ""  # still percent-encoded, without "?"
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)  # lower-case; latin-1
    body: bytes = b""
    identifiers: Identifiers | None = None  # of the called world: for ids of the call itself
    whole_path: str = ""  # as it came, session and vendor before the path

    @property
    def mount(self) -> str:
        """What stood before the path: session and vendor; nothing behind the vendor's own host."""
        return self.whole_path.removesuffix(self.path)


class Request(Struct, eq=False, gc=False):
    """A valid call: its operation, typed parameter values, decoded body, and who asks."""

    call: Call
    operation: Operation
    values: Mapping[str, Any]
    body: Any
    caller: Caller | None
    named: tuple[str, Record] | None = None  # what `Vendor.named` made of it


class Reply(Struct, eq=False, gc=False):
    """A status, a JSON body (None: no body; `raw` instead: sent as it is), headers beside."""

    status: int
    body: Any = None
    answer: str = ""  # the contract's example name; "" = the first of this status
    headers: Headers = ()
    media_type: str = "application/json"
    raw: bytes | None = None
    hint: str = ""  # what the caller probably did not mean; told beside the answer
    undocumented: bool = False  # the world wants it so, whatever the contract says


ProblemKind = Literal[
    "unknown_path",  # no operation has this path
    "method_not_allowed",  # the path has other methods: `allow`
    "malformed_path",  # a segment that is no UTF-8
    "unauthenticated",  # no credential, or none we know
    "media_type",  # a body of another type
    "malformed_body",  # a body that is no JSON
    "invalid",  # `violations` of the contract
    "too_large",  # more bytes than we take
    "unread_name",  # a name that nothing reads, where that is refused
    "rate_limited",  # a quota is used up: `retry_after`
    "unavailable",  # an outage by a rule
    "broken",  # the contract's part for this operation is: nobody can serve it
    "internal",  # our own bug
    "answer",  # the vendor's own refusal: `answer` names it
]


class Missing(Struct, frozen=True):
    """A thing that was named and is not there: enough to say what exists and what would help."""

    collection: str
    id: str
    fields: Mapping[str, Any] = msgspec.field(default_factory=dict)
    there: tuple[str, ...] | None = None  # of a part of a record, which no collection holds


class Problem(Exception):
    """Why a call is refused. Only the vendor's envelope decides how that is told."""

    def __init__(
        self,
        kind: ProblemKind,
        because: str | Callable[[], str],
        *,
        answer: str = "",
        violations: Sequence[Violation] = (),
        allow: Sequence[str] = (),
        record: Record | None = None,
        values: Mapping[str, Any] | None = None,
        missing: Missing | None = None,
        retry_after: int | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(kind, answer)
        self.kind = kind
        self._because = because
        self.answer = answer  # the contract's example name, where the kind is "answer"
        self.violations = violations
        self.allow = allow
        self.record = record  # the record it is about
        self.values = values or {}  # body leaves that no record supplies
        self.missing = missing
        self.retry_after = retry_after  # seconds
        self.hint = hint

    @property
    def because(self) -> str:
        """One sentence for the explanation, never for the body; put together when it is read."""
        return self._because if isinstance(self._because, str) else self._because()

    def __str__(self) -> str:
        return self.because


def refusal(
    answer: str,
    because: str | Callable[[], str],
    record: Record | None = None,
    *,
    values: Mapping[str, Any] | None = None,
    missing: Missing | None = None,
    hint: str = "",
) -> Problem:
    """The vendor's own refusal by its example name."""
    return Problem(
        "answer", because, answer=answer, record=record, values=values, missing=missing, hint=hint
    )
