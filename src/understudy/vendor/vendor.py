"""The Vendor value: one API we stand in for, as the server and scenarios take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from understudy.openapi.operation import Contract, Operation
from understudy.simulation.clock import Duration, Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import Kind, World
from understudy.vendor.authentication import Caller, Credential
from understudy.vendor.messages import Call, Headers, Missing, Problem, Reply, Request

Handler = Callable[[Request, World], Reply]
Section = Mapping[str, Sequence[Mapping[str, Any]]]  # collection -> entries


class Quota(NamedTuple):
    """A quota as it stands after a call that counts against it."""

    requests: int
    per: Duration
    left: int  # calls that would pass at once
    whole: Duration  # how long until all of it is there again


class Vendor(Struct, frozen=True):
    """One API we stand in for: everything the server needs to know beside its contract."""

    name: str
    title: str
    kinds: tuple[Kind[Any], ...]
    handlers: Mapping[str, Handler]  # by operationId, one for each that is no variant
    named: Callable[[Request, World], tuple[str, Record] | None]  # (collection, record) of a call
    authenticate: Callable[[Call, Operation, World], Caller | None]  # raises Problem
    refuse: Callable[[Problem, Operation | None, Caller | None, Call], Reply]
    values: Callable[[Record | None, Caller | None, Instant], Mapping[str, Any]]  # leaves by name
    # The headers a client sends for a credential; what begins with `?` travels in the query.
    sign: Callable[[Credential], Mapping[str, str]]
    entries: Mapping[str, Mapping[str, Any]]  # collection -> JSON Schema of a world file's entry
    # Adds a world file's section to a world, with a pause after each few entries.
    populating: Callable[[World, Section, Instant], Iterator[None]]
    declare: Callable[[Missing, Caller | None], Mapping[str, Any] | None]  # a world that has it
    first_call: tuple[str, Mapping[str, Any]]  # operationId and `with`, for the line to paste
    exports: Mapping[str, str] = field(default_factory=dict)  # variable -> what, for `env`
    # The headers where not every operation wants the same key of a credential; None: `sign`.
    sign_for: Callable[[Credential, Operation], Mapping[str, str]] | None = None
    # By operationId the collections of which a call may name a record; None: nobody says so.
    about: Mapping[str, tuple[str, ...]] | None = None
    # Of a vendor made of a user's document: its contract, and how a world of it begins; None: they
    # are those that ship under its name.
    contract: Contract | None = None
    begin: Callable[[World, Instant], None] | None = None
    # What an operation does here and how that is known, where it was inferred; "": it was not.
    explain: Callable[[Operation], str] | None = None
    # And of an operation the rules by which an input brings each of its answers about.
    magic: Callable[[Operation], Sequence[Mapping[str, Any]]] | None = None
    # Headers of every answer that the contract has, refusals too. The quota is that of a rule.
    stamp: Callable[[Reply, Call, Caller | None, World, Quota | None], Headers] | None = None

    def populate(self, world: World, section: Section, start: Instant) -> None:
        """Adds what a section declares, at a stretch; InputError with the pointer of what cannot
        be."""
        for _ in self.populating(world, section, start):
            pass

    def signed(self, credential: Credential, operation: Operation) -> Mapping[str, str]:
        """The headers a client sends for a credential with a call of this operation."""
        if self.sign_for is None:
            return self.sign(credential)
        return self.sign_for(credential, operation)
