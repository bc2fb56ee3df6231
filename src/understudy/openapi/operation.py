"""What a compiled contract is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, Protocol

import msgspec
from msgspec import Struct

from understudy.errors import ContractError

Is = Literal["documented", "observed", "inferred"]
Location = Literal["path", "query", "header", "cookie", "body"]
Place = Literal["header", "query", "cookie"]
DEFAULT = "default"  # the answer to every status that nothing else declares


class Provenance(Struct, frozen=True):
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


class Unread(NamedTuple):
    """A name that a request carries and nothing reads."""

    location: Location
    name: str  # "" for a whole body
    at: str = ""  # JSON pointer of the object it stands in
    known: tuple[str, ...] = ()  # names of that place which the request does not give


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
    schema: Any = None  # of the body, as the document has it
    span: str = ""  # what the status stands for where it is declared as `4XX` or `default`

    def of(self, status: int) -> Answer:
        """The same answer with a status of its range."""
        return self.changed(status=status)

    def called(self, name: str) -> Answer:
        """The same answer under another name."""
        return self.changed(name=name)

    def changed(self, **fields: Any) -> Answer:
        """The same answer with other fields."""
        return replace(self, **fields)


def all_read(_value: Any, _at: str, _found: list[Unread]) -> None:
    """What a body without known names leaves unread."""


def unwritten(_value: Any) -> list[tuple[str, str]]:
    """What a parameter without an encoder sends."""
    return []


class Parameter(Struct, frozen=True):
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
    bare: bool = False  # a deep one that may come under its name alone, too: as `]=text`
    spread: bool = False  # an object whose keys are names of their own: its texts are the same
    keys: frozenset[str] | None = None  # that a spread one takes; None: all that nobody declares


class Content(Struct, frozen=True):
    """One media type of a body: how its bytes become a value, and what the value must be."""

    media_type: str  # lower-case, without parameters; may be a range
    schema: Any
    decode: Callable[[bytes, str], Any]  # of bytes and Content-Type: a value or `Violations`
    violations: Callable[[Any], list[Violation]]  # of a decoded value
    is_valid: Callable[[Any], bool]
    unread: Callable[[Any, str, list[Unread]], None] = all_read  # adds the names that nothing reads


class Body(Struct, frozen=True):
    """The declared request body: what it may be, by media type; its own fields are the first's."""

    required: bool
    media_types: tuple[str, ...]
    schema: Mapping[str, Any]
    violations: Callable[[Any], list[Violation]]  # of a decoded value
    is_valid: Callable[[Any], bool]
    contents: Mapping[str, Content]  # by media type, in the document's order
    components: Mapping[str, Any] = msgspec.field(
        default_factory=dict
    )  # what the schema's $refs name
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
    spread_parameters: tuple[Parameter, ...] = ()  # those whose keys stand in the query themselves
    cookie_parameters: Mapping[str, Parameter] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    broken: ContractError | None = None  # why nothing can be made of it: it is served as 501
    handled_by: str = field(init=False)  # whose handler serves it: its own, unless it is a variant

    def __post_init__(self) -> None:
        object.__setattr__(self, "handled_by", self.variant_of or self.id)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All of them, in the order they are read: path, query, header, cookie."""
        return (
            *self.path_parameters,
            *self.query_parameters.values(),
            *self.header_parameters.values(),
            *self.cookie_parameters.values(),
        )

    def by_status(self, status: int) -> tuple[Answer, ...]:
        """The answers of a status; else those of its range, else the default ones, for it."""
        exact = [each for each in self.answers.values() if each.status == status and not each.span]
        if exact:
            return tuple(exact)
        for span in (f"{status // 100}XX", DEFAULT):
            ranged = [each for each in self.answers.values() if each.span == span]
            if ranged:
                return tuple(each.of(status) for each in ranged)
        return ()


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """How a credential travels: where, under which name, and with which prefix word."""

    name: str
    header: str  # lower-case; "" for one that travels in the query or a cookie
    prefix: str = ""  # "bearer" for http bearer, oauth2 and openIdConnect, "" for an apiKey
    place: Place = "header"
    key: str = ""  # of the query or the cookie
    kind: str = field(default="apiKey", compare=False)  # the document's `type`
    token_urls: tuple[str, ...] = ()  # where oauth2 hands out tokens


class Match(Struct, frozen=True, gc=False):
    """The operation a request means, with the raw (still encoded) path values."""

    operation: Operation
    values: tuple[str | None, ...]  # one per path parameter; None: an alias path has none


class Miss(Struct, frozen=True):
    """No operation: `allow` is what the path offers to other methods; empty: no such path."""

    allow: tuple[str, ...]


class Below(Protocol):
    """The operations below one path: found by the last segment, raw as it came."""

    def find(self, method: str, last: str, query: str = "") -> Match | Miss: ...


class Request(Struct, frozen=True, gc=False):
    """A request held against its operation: typed values, the body, and all that is wrong."""

    values: dict[str, Any]  # parameters by contract name; absent ones are absent
    body: Any  # decoded, or None
    violations: list[Violation]  # in the order path, query, header, body
    unread: list[Unread]  # names of its query and its body


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
    warnings: Sequence[ContractError] = ()  # what of a user's document is unusual; it may grow
    own: bool = True  # one of ours, not a user's document

    def named(self, name: str) -> Operation | None:
        """The operation of that id, or of that operationId in the document."""
        found = self.operations.get(name)
        if found is not None:
            return found
        return next((each for each in self.operations.values() if each.vendor_id == name), None)

    def find(self, method: str, path: str, query: str = "") -> Match | Miss:
        """The operation of a raw path, or what the path offers to other methods."""
        before, slash, last = path.rpartition("/")
        return self.below(before).find(method, last, query) if slash else Miss(())
