"""`x-understudy-check` in a contract: what an operation is excused from, never without a reason.

    x-understudy-check:
      positive_data_acceptance: {allow: [400], because: half a cursor is no schema violation}

On an operation: a status a check would refuse, or a warning that is known to be true. At the top
of the document: what no run against this contract can show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from understudy.checks.outcome import Allowance
from understudy.errors import ContractError

EXTENSION = "x-understudy-check"
TAKES_STATUSES = ("positive_data_acceptance", "negative_data_rejection", "missing_required_header")
OF_AN_OPERATION = (*TAKES_STATUSES, "accepted", "missing_test_data", "validation_mismatch")
OF_A_CONTRACT = ("examples", "stateful", "object_level_authorization")

_STATUS = re.compile("[1-5](?:[0-9]{2}|[Xx]{2})")


def of_contract(document: Mapping[str, Any], file: str) -> tuple[Allowance, ...]:
    """What the whole contract is excused from; ContractError with the place."""
    return tuple(_read(document.get(EXTENSION), OF_A_CONTRACT, f"{file}#/{EXTENSION}"))


def of_operations(document: Mapping[str, Any], file: str) -> dict[str, tuple[Allowance, ...]]:
    """What each operation is excused from, by operationId; those without are absent."""
    found = {}
    for path, method, operation, _ in operations(document):
        if EXTENSION in operation:
            where = path.replace("~", "~0").replace("/", "~1")
            place = f"{file}#/paths/{where}/{method}/{EXTENSION}"
            found[operation["operationId"]] = tuple(
                _read(operation[EXTENSION], OF_AN_OPERATION, place)
            )
    return found


def _read(value: Any, known: tuple[str, ...], where: str) -> Iterator[Allowance]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        raise ContractError("is no mapping of checks", where=where, fix=f"There are {_list(known)}")
    for check, entry in value.items():
        yield _one(check, entry, known, f"{where}/{check}")


def _one(check: str, entry: Any, known: tuple[str, ...], where: str) -> Allowance:
    if check not in known:
        raise ContractError("is nothing to allow here", where=where, fix=f"Use {_list(known)}")
    because = entry.get("because") if isinstance(entry, Mapping) else None
    if not isinstance(because, str) or not because.strip():
        raise ContractError("has no reason", where=where, fix="Add because: one sentence")
    allow = tuple(str(status) for status in entry.get("allow", ()))
    if bool(allow) != (check in TAKES_STATUSES):
        wanted = "Add allow: [400]" if check in TAKES_STATUSES else "Remove allow"
        raise ContractError(
            "allows no status" if not allow else "takes no status", where=where, fix=wanted
        )
    if wrong := [status for status in allow if not _STATUS.fullmatch(status)]:
        raise ContractError(f"{wrong[0]!r} is no status", where=where, fix="Write 400 or 4XX")
    return Allowance(check, because.strip(), allow)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)


METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def listing(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The operationId, method and path of every operation."""
    return [
        (operation["operationId"], method, path)
        for path, method, operation, _ in operations(document)
    ]


def operations(
    document: Mapping[str, Any],
) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Every operation of a document: path, method, operation, and the path's item."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method], item


def parameters(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every parameter of every operation, by operationId; references are followed."""
    for _, _, operation, item in operations(document):
        for parameter in (*item.get("parameters", ()), *operation.get("parameters", ())):
            yield operation["operationId"], followed(parameter, document)


def examples_of(parameter: Mapping[str, Any]) -> Iterator[Any]:
    """The values of a parameter's examples, each once."""
    schema = parameter.get("schema", {})
    values = [
        *([parameter["example"]] if "example" in parameter else ()),
        *(each.get("value") for each in parameter.get("examples", {}).values()),
        *([schema["example"]] if "example" in schema else ()),
        *schema.get("examples", ()),
    ]
    for at, value in enumerate(values):
        if value not in values[:at]:
            yield value


def followed(value: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a local reference points at; anything else as it is."""
    while "$ref" in value:
        target: Any = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        value = target
    return value
