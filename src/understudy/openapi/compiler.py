"""From one of our own documents to a compiled contract; what is broken is told with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.document import check
from understudy.openapi.index import METHODS
from understudy.openapi.inputs import reads_leniently
from understudy.openapi.operation import Contract, Operation, SecurityScheme
from understudy.openapi.operation_parts import compile_parts
from understudy.openapi.router import Router
from understudy.openapi.schema import Checker
from understudy.openapi.security import compile_schemes
from understudy.openapi.servers import base_path, compile_servers
from understudy.openapi.source import Source
from understudy.yaml import escape


def compile_contract(
    name: str, document: Mapping[str, Any], file: str, *, eager: bool = False
) -> Contract:
    """The contract of a vendor. `eager` also compiles every schema and tries every example."""
    if eager:
        check(document, file)
    source = Source(document, file)
    _check_own(source, name)
    servers = compile_servers(source)
    base = base_path(servers[0])
    schemes = compile_schemes(source)
    operations = _operations(source, base, schemes)
    router = Router(file)
    for operation in operations.values():
        for path in (operation.path, *operation.also_at):
            router.add(path, operation)
    info = source.mapping(document, "info", "")
    contract = Contract(
        name=name,
        title=source.text(info, "title") or name,
        version=source.text(info, "version"),
        description=source.text(info, "description"),
        servers=servers,
        base_path=base,
        operations=operations,
        schemes=schemes,
        below=router.below,
        document=document,
        file=file,
        lenient=reads_leniently(source),
    )
    if eager:
        verify(contract)
    return contract


def check_handlers(contract: Contract, handler_names: Iterable[str]) -> None:
    """Each operation that is no variant has a handler, and no handler is left over."""
    wanted = {each.id for each in contract.operations.values() if each.variant_of is None}
    have = set(handler_names)
    unknown, missing = sorted(wanted - have), sorted(have - wanted)
    if not unknown and not missing:
        return
    told = []
    if unknown:
        told.append(f"no handler serves {', '.join(unknown)}")
    if missing:
        told.append(f"nothing declares {', '.join(missing)}")
    raise ContractError(
        f"this is not the contract {contract.name} is built for: {'; '.join(told)}",
        where=f"{contract.file}#/paths",
        fix=f"Understudy serves its own specs/{contract.name}.yaml, not a vendor's own document",
    )


def verify(contract: Contract) -> None:
    """Compile every schema and hold every example against its own; the first wrong one is told."""
    schemas = Source(contract.document, contract.file).schemas
    for name, schema in schemas.items():
        Checker(schema, schemas, f"{contract.file}#/components/schemas/{name}").compile()
    for operation in contract.operations.values():
        where = f"{contract.file}#/paths ({operation.id})"
        for parameter in operation.parameters:
            Checker(parameter.schema, schemas, where).compile()
        if operation.body is not None:
            operation.body.is_valid(None)
        for answer in operation.answers.values():
            held = operation.schemas.get(answer.status)
            wrong = held(answer.example) if held is not None else ()
            if wrong:
                raise ContractError(
                    f"example {answer.name} breaks its own schema: {wrong[0].message}",
                    where=where,
                    fix="Mend the example or the schema",
                )


def _check_own(source: Source, name: str) -> None:
    """Refuse a vendor's own document at once: nothing in it says where it comes from."""
    for item in source.mapping(source.document, "paths", "").values():
        for operation in item.values() if isinstance(item, Mapping) else ():
            if isinstance(operation, Mapping) and "x-provenance" in operation:
                return
    raise source.error(
        "/paths",
        "no operation says where it comes from (x-provenance): this is not our contract",
        f"Understudy serves its own specs/{name}.yaml, not a vendor's own document",
    )


def _operations(
    source: Source, base: str, schemes: Mapping[str, SecurityScheme]
) -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for path, raw in source.mapping(source.document, "paths", "").items():
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            raise source.error("/paths", f"path {path!r} is no path", "It begins with a slash")
        item, at = source.follow(raw, f"/paths/{escape(path)}")
        for method in (each for each in item if each in METHODS):
            operation = _operation(source, base, path, method, item, at, schemes)
            if operation.id in found:
                raise source.error(
                    f"{at}/{method}/operationId",
                    f"operationId {operation.id} stands twice",
                    "Rename one of them",
                )
            found[operation.id] = operation
    if not found:
        raise source.error("/paths", "there is no operation", "Declare one")
    _check_variants(source, found)
    return found


def _check_variants(source: Source, operations: Mapping[str, Operation]) -> None:
    own = [each.id for each in operations.values() if each.variant_of is None]
    for operation in operations.values():
        if operation.variant_of is not None and operation.variant_of not in own:
            raise source.error(
                f"/paths ({operation.id})",
                f"x-variant-of names {operation.variant_of}, which is no operation of its own",
                f"There are: {', '.join(own)}",
            )


def _operation(
    source: Source,
    base: str,
    path: str,
    method: str,
    item: Mapping[str, Any],
    parent: str,
    schemes: Mapping[str, SecurityScheme],
) -> Operation:
    at = f"{parent}/{method}"
    raw = source.mapping(item, method, parent)
    return Operation(
        id=_identifier(source, raw, at),
        method=method.upper(),
        path=base + path,
        vendor_id=source.text(raw, "x-vendor-operation-id") or None,
        variant_of=source.text(raw, "x-variant-of") or None,
        also_at=tuple(base + str(each) for each in source.items(raw, "x-also-at", at)),
        **compile_parts(source, item, raw, at, path, schemes),
    )


def _identifier(source: Source, raw: Mapping[str, Any], at: str) -> str:
    identifier = raw.get("operationId")
    if isinstance(identifier, str) and identifier.isidentifier():
        return identifier
    what = "is missing" if identifier is None else f"{identifier!r} is no plain name"
    raise source.error(f"{at}/operationId", f"operationId {what}", "Write a camelCase name")
