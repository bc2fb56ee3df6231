"""The Vendor value, and the words vendors and server speak with each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from understudy.openapi.operation import Answer, Operation, Violation
from understudy.simulation.clock import Duration, Instant
from understudy.simulation.collection import Record, by
from understudy.simulation.identifiers import Identifiers
from understudy.simulation.world import Kind, World

ProblemKind = Literal[
    "unknown_path",  # no operation has this path
    "method_not_allowed",  # the path has other methods: `allow`
    "malformed_path",  # a segment that is no UTF-8
    "unauthenticated",  # no credential, or none we know
    "media_type",  # a body of another type
    "malformed_body",  # a body that is no JSON
    "invalid",  # `violations` of the contract
    "too_large",  # more bytes than we take
    "rate_limited",  # a quota is used up: `retry_after`
    "unavailable",  # an outage by a rule
    "internal",  # our own bug
    "answer",  # the vendor's own refusal: `answer` names it
]


Headers = Sequence[tuple[str, str]]


class Call(Struct, eq=False, gc=False):
    """One HTTP request as it came: raw path without session and vendor, ordered query, headers."""

    method: str
    path: str  # still percent-encoded, the vendor's base path included
    query: str = ""  # still percent-encoded, without "?"
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)  # lower-case; latin-1
    body: bytes = b""
    identifiers: Identifiers | None = None  # of the called world: for ids of the call itself


class Credential(Record, frozen=True, kw_only=True):
    """A key of the world: what a client sends, whose it is, and what it may do."""

    key: str
    tenant: str = ""
    role: str = ""
    readings: tuple[str, ...] = ()  # where a page can be read in two ways: the less likely ones


class Caller(Struct, frozen=True, gc=False):
    """Who asks: the credential's name, its tenant, and the credential itself."""

    name: str
    tenant: str
    credential: Credential

    def meets(self, reading: str) -> bool:
        """Whether the vendor is to this caller as that reading of its pages has it."""
        return reading in self.credential.readings


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


@dataclass(frozen=True, slots=True)
class Missing:
    """A thing that was named and is not there: enough to say what exists and what would help."""

    collection: str
    id: str
    fields: Mapping[str, Any] = field(default_factory=dict)


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


Handler = Callable[[Request, World], Reply]


class Quota(NamedTuple):
    """A quota as it stands after a call that counts against it."""

    requests: int
    per: Duration
    left: int  # calls that would pass at once
    whole: Duration  # how long until all of it is there again


@dataclass(frozen=True)
class Vendor:
    """One API we stand in for: everything the server needs to know beside its contract."""

    name: str
    title: str
    kinds: tuple[Kind[Any], ...]
    handlers: Mapping[str, Handler]  # by operationId, one for each that is no variant
    named: Callable[[Request, World], tuple[str, Record] | None]  # (collection, record) of a call
    authenticate: Callable[[Call, Operation, World], Caller | None]  # raises Problem
    refuse: Callable[[Problem, Operation | None, Caller | None, Call], Reply]
    values: Callable[[Record | None, Caller | None, Instant], Mapping[str, Any]]  # leaves by name
    sign: Callable[[Credential], Mapping[str, str]]  # the headers a client sends for a credential
    entries: Mapping[str, Mapping[str, Any]]  # collection -> JSON Schema of a world file's entry
    populate: Callable[[World, Mapping[str, Sequence[Mapping[str, Any]]], Instant], None]
    declare: Callable[[Missing, Caller | None], Mapping[str, Any] | None]  # a world that has it
    first_call: tuple[str, Mapping[str, Any]]  # operationId and `with`, for the line to paste
    exports: Mapping[str, str] = field(default_factory=dict)  # variable -> what, for `env`
    # The headers where not every operation wants the same key of a credential; None: `sign`.
    sign_for: Callable[[Credential, Operation], Mapping[str, str]] | None = None
    # By operationId the collections of which a call may name a record; None: nobody says so.
    about: Mapping[str, tuple[str, ...]] | None = None
    # Headers of every answer that the contract has, refusals too. The quota is that of a rule.
    stamp: Callable[[Reply, Call, Caller | None, World, Quota | None], Headers] | None = None

    def signed(self, credential: Credential, operation: Operation) -> Mapping[str, str]:
        """The headers a client sends for a credential with a call of this operation."""
        if self.sign_for is None:
            return self.sign(credential)
        return self.sign_for(credential, operation)


def credentials(record: type[Credential] = Credential) -> Kind[Credential]:
    """The kind every world has: its keys."""
    return Kind("credentials", record, indexes={"key": by("key")})


def find_credential(world: World, key: str | None) -> Credential | None:
    """The credential of that key; under `--any-key` the world's default, whatever came."""
    keys = world.collections["credentials"]
    found: Credential | None = None if key is None else keys.first("key", key)
    if found is None and key and "any_key" in world.flags:
        return default_credential(world)
    return found


def default_credential(world: World) -> Credential | None:
    """The credential called `default`, else the one that was declared first."""
    keys = world["credentials"]
    found: Credential | None = keys.get("default") or next(keys.as_added(), None)
    return found


def compose(answer: Answer, values: Mapping[str, Any]) -> Reply:
    """The answer's example, each leaf replaced for which a value of that name is known."""
    if (answer.media_type or "").startswith("text/"):
        raw, media_type = str(answer.example).encode(), f"{answer.media_type}; charset=utf-8"
        return Reply(answer.status, answer=answer.name, raw=raw, media_type=media_type)
    return Reply(
        answer.status,
        fill(answer.example, values),
        answer=answer.name,
        headers=tuple(answer.headers.items()),
        media_type=answer.media_type or "application/json",
    )


def fill(example: Any, values: Mapping[str, Any], above: str = "/") -> Any:
    """The example with the leaves replaced whose key is among the values; `/key` is at the top."""
    if type(example) is dict:
        filled = {}
        for key, value in example.items():
            if type(value) is dict or type(value) is list:
                filled[key] = fill(value, values, "")
            elif above:
                filled[key] = values.get(f"{above}{key}", values.get(key, value))
            else:
                filled[key] = values.get(key, value)
        return filled
    if type(example) is list:
        return [fill(value, values, "") for value in example]
    return example


class Leaves(Mapping[str, Any]):
    """Body leaves by name, each made from the record only when a body has it."""

    __slots__ = ("_extra", "_makers", "_record")

    def __init__(
        self,
        makers: Mapping[str, Callable[[Any], Any]],
        record: Any,
        extra: Mapping[str, Any],
    ) -> None:
        self._makers = makers
        self._record = record
        self._extra = extra

    def get(self, name: str, default: Any = None) -> Any:
        if name in self._extra:
            return self._extra[name]
        maker = self._makers.get(name)
        return default if maker is None else maker(self._record)

    def __getitem__(self, name: str) -> Any:
        return self._extra[name] if name in self._extra else self._makers[name](self._record)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._makers, **self._extra})

    def __len__(self) -> int:
        return len({**self._makers, **self._extra})
