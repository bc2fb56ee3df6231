"""A vendor put together of the rooms that every vendor's folder has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from understudy.openapi.operation import Operation
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import Kind, World
from understudy.vendor import (
    Call,
    Caller,
    Credential,
    Handler,
    Headers,
    Missing,
    Problem,
    Quota,
    Reply,
    Request,
    Vendor,
)
from understudy.vendors.population import Section


class Envelope(Protocol):
    """Who asks, what a client of theirs sends, and how a refusal is told."""

    @property
    def authenticate(self) -> Callable[[Call, Operation, World], Caller | None]: ...
    @property
    def refuse(self) -> Callable[[Problem, Operation | None, Caller | None, Call], Reply]: ...
    @property
    def values(self) -> Callable[[Record | None, Caller | None, Instant], Mapping[str, Any]]: ...
    @property
    def sign(self) -> Callable[[Credential], Mapping[str, str]]: ...


class Handlers(Protocol):
    """What each operation does, and the record a call is about."""

    @property
    def HANDLERS(self) -> Mapping[str, Handler]: ...
    @property
    def ABOUT(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def named(self) -> Callable[[Request, World], tuple[str, Record] | None]: ...


class Lifecycle(Protocol):
    """The kinds of records, and what they live through."""

    @property
    def KINDS(self) -> tuple[Kind[Any], ...]: ...


class Entries(Protocol):
    """What an entry of a world file may say."""

    @property
    def ENTRIES(self) -> Mapping[str, Mapping[str, Any]]: ...


class Populate(Protocol):
    """How entries become records."""

    @property
    def populate(self) -> Callable[[World, Section, Instant], None]: ...


class Declare(Protocol):
    """The entries that a missing thing needs."""

    @property
    def declare(self) -> Callable[[Missing, Caller | None], Mapping[str, Any] | None]: ...


def assembled(
    name: str,
    title: str,
    envelope: Envelope,
    handlers: Handlers,
    lifecycle: Lifecycle,
    declare: Declare,
    entries: Entries,
    populate: Populate,
    *,
    first_call: tuple[str, Mapping[str, Any]],
    exports: Mapping[str, str],
    sign_for: Callable[[Credential, Operation], Mapping[str, str]] | None = None,
    stamp: Callable[[Reply, Call, Caller | None, World, Quota | None], Headers] | None = None,
) -> Vendor:
    """The vendor of these rooms."""
    return Vendor(
        name=name,
        title=title,
        kinds=lifecycle.KINDS,
        handlers=handlers.HANDLERS,
        named=handlers.named,
        about=handlers.ABOUT,
        authenticate=envelope.authenticate,
        refuse=envelope.refuse,
        values=envelope.values,
        sign=envelope.sign,
        sign_for=sign_for,
        stamp=stamp,
        entries=entries.ENTRIES,
        populate=populate.populate,
        declare=declare.declare,
        first_call=first_call,
        exports=exports,
    )
