"""From a checked document to a compiled contract; what is broken is told with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from understudy.errors import ContractError
from understudy.openapi.answers import compile_answers
from understudy.openapi.document import check
from understudy.openapi.inputs import (
    by_location,
    compile_body,
    compile_parameters,
    compile_security,
    reads_leniently,
)
from understudy.openapi.operation import Contract, Operation, SecurityScheme
from understudy.openapi.router import Router
from understudy.openapi.schema import Checker
from understudy.openapi.source import Source
from understudy.yaml import escape

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def compile_contract(
    name: str, document: Mapping[str, Any], file: str, *, eager: bool = False
) -> Contract:
    """The contract of a vendor. `eager` also compiles every schema and tries every example."""
    if eager:
        check(document, file)
    source = Source(document, file)
    _check_own(source, name)
    servers = _servers(source)
    base_path = urlsplit(servers[0]).path.rstrip("/")
    schemes = _schemes(source)
    operations = _operations(source, base_path, schemes)
    info = source.mapping(document, "info", "")
    contract = Contract(
        name=name,
        title=source.text(info, "title") or name,
        version=source.text(info, "version"),
        description=source.text(info, "description"),
        servers=servers,
        base_path=base_path,
        operations=operations,
        schemes=schemes,
        below=Router(tuple(operations.values()), file).below,
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


def _servers(source: Source) -> tuple[str, ...]:
    found = []
    for index, server in enumerate(source.items(source.document, "servers", "")):
        url = server.get("url") if isinstance(server, Mapping) else None
        if not isinstance(url, str):
            raise source.error(f"/servers/{index}", "url is missing", "Write the base URL")
        variables = source.mapping(server, "variables", f"/servers/{index}")
        for name, raw in variables.items():
            variable = source.object(raw, f"/servers/{index}/variables/{escape(name)}")
            url = url.replace(f"{{{name}}}", source.text(variable, "default"))
        found.append(url)
    if not found:
        raise source.error("/servers", "servers is missing", "Write the vendor's base URL")
    return tuple(found)


def _schemes(source: Source) -> dict[str, SecurityScheme]:
    found = {}
    components = source.mapping(source.document, "components", "")
    for name, raw in source.mapping(components, "securitySchemes", "/components").items():
        scheme, at = source.follow(raw, f"/components/securitySchemes/{name}")
        kind = scheme.get("type"), scheme.get("in"), source.text(scheme, "scheme").lower()
        if kind == ("apiKey", "header", ""):
            found[name] = SecurityScheme(name, source.text(scheme, "name").lower())
        elif kind == ("http", None, "bearer"):
            found[name] = SecurityScheme(name, "authorization", "bearer")
        else:
            raise source.error(
                at, "this kind of credential is not read", "Use apiKey in header, or http bearer"
            )
    return found


def _operations(
    source: Source, base_path: str, schemes: Mapping[str, SecurityScheme]
) -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for path, raw in source.mapping(source.document, "paths", "").items():
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            raise source.error("/paths", f"path {path!r} is no path", "It begins with a slash")
        item, at = source.follow(raw, f"/paths/{escape(path)}")
        for method in (each for each in item if each in METHODS):
            operation = _operation(source, base_path, path, method, item, at, schemes)
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
    base_path: str,
    path: str,
    method: str,
    item: Mapping[str, Any],
    parent: str,
    schemes: Mapping[str, SecurityScheme],
) -> Operation:
    at = f"{parent}/{method}"
    raw = source.mapping(item, method, parent)
    parameters = compile_parameters(source, item, raw, at, path)
    answers, schemas = compile_answers(source, raw, at)
    query = by_location(parameters, "query")
    return Operation(
        id=_identifier(source, raw, at),
        method=method.upper(),
        path=base_path + path,
        summary=source.text(raw, "summary"),
        description=source.text(raw, "description"),
        provenance=source.provenance(raw, at),
        path_parameters=tuple(by_location(parameters, "path").values()),
        query_parameters=query,
        header_parameters=by_location(parameters, "header"),
        body=compile_body(source, raw, at),
        answers=answers,
        schemas=schemas,
        security=compile_security(source, raw, at, schemes),
        vendor_id=source.text(raw, "x-vendor-operation-id") or None,
        variant_of=source.text(raw, "x-variant-of") or None,
        also_at=tuple(base_path + str(each) for each in source.items(raw, "x-also-at", at)),
        deep_parameters={name: each for name, each in query.items() if each.deep},
    )


def _identifier(source: Source, raw: Mapping[str, Any], at: str) -> str:
    identifier = raw.get("operationId")
    if isinstance(identifier, str) and identifier.isidentifier():
        return identifier
    what = "is missing" if identifier is None else f"{identifier!r} is no plain name"
    raise source.error(f"{at}/operationId", f"operationId {what}", "Write a camelCase name")
