"""From any document to a contract: indexed at once, each operation compiled at its first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.deferred import Deferred
from understudy.openapi.index import Entry, entries, ids
from understudy.openapi.operation import Contract, Operation, SecurityScheme
from understudy.openapi.operation_parts import compile_parts
from understudy.openapi.router import Router
from understudy.openapi.security import compile_schemes
from understudy.openapi.servers import base_path, bases, compile_servers, urls
from understudy.openapi.source import Source


def compile_document(name: str, document: Mapping[str, Any], file: str) -> Contract:
    """The contract of a user's document; nothing in it is refused, what is unusual is told."""
    source = Source(document, file, own=False)
    servers = compile_servers(source)
    schemes = compile_schemes(source)
    found = [*entries(source)]
    operations: dict[str, Operation] = {}
    router = Router(file, bases(source, document, ""))
    more: dict[str, None] = dict.fromkeys(servers)
    first = base_path(servers[0])
    for entry, id in zip(found, ids(source, found), strict=True):
        own = _own_servers(source, entry)
        more |= dict.fromkeys(own)
        base = base_path(own[0]) if own else first
        operation = operations[id] = _deferred(source, entry, id, base, schemes)
        router.serve(entry.path, operation, source.tell)
        if base and base != first:
            router.serve(operation.path, operation, source.tell)
    router.offer_head()
    info = source.mapping(document, "info", "")
    return Contract(
        name=name,
        title=source.text(info, "title") or name,
        version=source.text(info, "version"),
        description=source.text(info, "description"),
        servers=tuple(more),
        base_path=first,
        operations=operations,
        schemes=schemes,
        below=router.below,
        document=document,
        file=file,
        warnings=source.warnings,
        own=False,
    )


def broken(contract: Contract) -> dict[str, ContractError]:
    """Compiles every operation; those nothing can be made of, with the reason."""
    return {
        each.id: each.broken for each in contract.operations.values() if each.broken is not None
    }


def _deferred(
    source: Source, entry: Entry, id: str, base: str, schemes: Mapping[str, SecurityScheme]
) -> Deferred:
    said = entry.operation_id if entry.operation_id != id else None
    make = partial(_parts, source, entry, schemes)
    return Deferred(id, entry.method.upper(), base + entry.path, said, make)


def _parts(
    source: Source, entry: Entry, schemes: Mapping[str, SecurityScheme]
) -> Mapping[str, Any]:
    at = f"{entry.at}/{entry.method}"
    raw = source.object(entry.item[entry.method], at)
    return compile_parts(source, entry.item, raw, at, entry.path, schemes)


def _own_servers(source: Source, entry: Entry) -> tuple[str, ...]:
    """The servers that an operation or its path has instead of the document's."""
    raw = entry.item[entry.method]
    if isinstance(raw, Mapping) and raw.get("servers"):
        return tuple(_urls(source, raw, f"{entry.at}/{entry.method}"))
    return tuple(_urls(source, entry.item, entry.at)) if entry.item.get("servers") else ()


def _urls(source: Source, owner: Mapping[str, Any], at: str) -> Iterator[str]:
    with source.forgiving():
        yield from urls(source, owner, at)
