"""What a compiled contract is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from msgspec import Struct

Is = Literal["documented", "observed", "inferred"]
Location = Literal["path", "query", "header", "body"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact comes from: the vendor's page, its own code, or our judgement."""

    kind: Is
    source: str


class Violation(NamedTuple):
    """One thing that is wrong with a request: where, which rule, what was wanted, what came."""

    location: Location
    name: str  # the parameter's name; "" for the body
    pointer: str  # JSON pointer inside the value; "" for the value itself
    keyword: str  # the schema's keyword, or: missing, syntax, encoding, media_type, duplicate
    expected: Any  # the keyword's limit; of `required` the property's name
    got: Any  # what stands at the pointer, whole; None: nothing
    message: str  # one sentence with the place; what came is shortened
    branch: str = ""  # the branch of a oneOf or anyOf that was meant


class Violations(tuple[Violation, ...]):
    """What a decoder returns instead of a value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """One named example of one status of an operation."""

    name: str
    status: int
    description: str
    provenance: Provenance
    media_type: str | None = None  # None: no body
    example: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)  # example values of declared headers
    summary: str = ""  # of the example, where it has one


def unwritten(_value: Any) -> list[tuple[str, str]]:
    """What a parameter without an encoder sends."""
    return []


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter; `decode` turns its texts into a value or into `Violations`."""

    name: str
    location: Location
    required: bool
    schema: Mapping[str, Any]
    decode: Callable[[Sequence[str]], Any]
    description: str = ""
    provenance: Provenance | None = None
    encode: Callable[[Any], list[tuple[str, str]]] = unwritten  # names and texts a client sends
    deep: bool = False  # deepObject: its texts are `key]=text`
    lenient: bool = False  # a text that is no UTF-8 is read with a replacement


@dataclass(frozen=True, slots=True)
class Body:
    """The declared request body: JSON, by media type."""

    required: bool
    media_types: tuple[str, ...]
    schema: Mapping[str, Any]
    violations: Callable[[Any], list[Violation]]  # of a decoded value
    is_valid: Callable[[Any], bool]
    components: Mapping[str, Any] = field(default_factory=dict)  # what the schema's $refs name
    lenient: bool = False  # read as FastAPI reads it: any JSON type, any encoding
    reader: Callable[[Any], Any] | None = None  # what a lenient framework makes of a value


@dataclass(frozen=True, slots=True)
class Operation:
    """One method and path of a contract."""

    id: str
    method: str
    path: str  # the whole path template, the server's base path included
    summary: str
    description: str
    provenance: Provenance
    path_parameters: tuple[Parameter, ...]
    query_parameters: Mapping[str, Parameter]
    header_parameters: Mapping[str, Parameter]  # by lower-case name
    body: Body | None
    answers: Mapping[str, Answer]  # by name, in the contract's order
    schemas: Mapping[int, Callable[[Any], list[Violation]]]  # by status: check a reply's body
    security: tuple[tuple[str, ...], ...]  # alternatives of scheme names; () = open
    vendor_id: str | None = None
    variant_of: str | None = None
    also_at: tuple[str, ...] = ()  # whole alias paths of the router
    deep_parameters: Mapping[str, Parameter] = field(default_factory=dict)  # deepObject, by name
    handled_by: str = field(init=False)  # whose handler serves it: its own, unless it is a variant

    def __post_init__(self) -> None:
        object.__setattr__(self, "handled_by", self.variant_of or self.id)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All of them, in the order they are read: path, query, header."""
        return (
            *self.path_parameters,
            *self.query_parameters.values(),
            *self.header_parameters.values(),
        )

    def by_status(self, status: int) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers.values() if answer.status == status)


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """How a credential travels: which header, and with which prefix word."""

    name: str
    header: str  # lower-case
    prefix: str = ""  # "bearer" for http bearer, "" for an apiKey


class Match(Struct, frozen=True, gc=False):
    """The operation a request means, with the raw (still encoded) path values."""

    operation: Operation
    values: tuple[str | None, ...]  # one per path parameter; None: an alias path has none


class Miss(Struct, frozen=True):
    """No operation: `allow` is what the path offers to other methods; empty: no such path."""

    allow: tuple[str, ...]


class Below(Protocol):
    """The operations below one path: found by the last segment, raw as it came."""

    def find(self, method: str, last: str) -> Match | Miss: ...


class Request(Struct, frozen=True, gc=False):
    """A request held against its operation: typed values, the body, and all that is wrong."""

    values: dict[str, Any]  # parameters by contract name; absent ones are absent
    body: Any  # decoded, or None
    violations: list[Violation]  # in the order path, query, header, body


@dataclass(frozen=True)
class Contract:
    """One vendor's contract, compiled."""

    name: str
    title: str
    version: str
    description: str
    servers: tuple[str, ...]
    base_path: str
    operations: Mapping[str, Operation]  # by operationId, variants included
    schemes: Mapping[str, SecurityScheme]
    below: Callable[[str], Below]  # the operations below a raw path
    document: Mapping[str, Any]
    file: str = ""
    lenient: bool = False  # a path with a slash too many or too few leads to the right one

    def find(self, method: str, path: str) -> Match | Miss:
        """The operation of a raw path, or what the path offers to other methods."""
        before, slash, last = path.rpartition("/")
        return self.below(before).find(method, last) if slash else Miss(())
