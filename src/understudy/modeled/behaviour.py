"""A Model in the words of a `behaviour:` section: printed to be edited, and read again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from understudy.errors import InputError
from understudy.modeled.model import Collection, Model, Operation, Role

ROLES: tuple[str, ...] = get_args(Role)
PARTS = {"collections": Collection, "operations": Operation}


def described(model: Model) -> dict[str, Any]:
    """The section: collections by name, and of each operation its role with the collection."""
    return {
        "collections": {
            name: msgspec.to_builtins(each) for name, each in model.collections.items()
        },
        "operations": {name: _operation(each) for name, each in model.operations.items()},
    }


def read(section: Any) -> Model:
    """The model of a section; InputError with the pointer of what it cannot be."""
    if not isinstance(section, Mapping) or section.keys() - PARTS.keys():
        raise InputError("this is no behaviour", fix=f"It has {' and '.join(PARTS)}")
    operations = {
        name: _read(each, f"/operations/{name}")
        for name, each in _mapping(section, "operations").items()
    }
    collections = {
        name: _converted(each, Collection, f"/collections/{name}")
        for name, each in _mapping(section, "collections").items()
    }
    for name, operation in operations.items():
        if operation.of and operation.of not in collections:
            there = ", ".join(collections) or "none"
            where = f"/operations/{name}/{operation.role}"
            raise InputError(
                f"no collection {operation.of!r}", where=where, fix=f"There are {there}"
            )
    return Model(collections, operations)


def _operation(operation: Operation) -> dict[str, Any]:
    said = msgspec.to_builtins(operation)
    role, of = said.pop("role"), said.pop("of", "")
    return {role: of, **said}


def _read(said: Any, where: str) -> Operation:
    if not isinstance(said, Mapping):
        raise InputError("an operation is said by its role", where=where, fix=_ROLES)
    roles = [each for each in ROLES if isinstance(said.get(each), str)]
    if len(roles) != 1:
        what = f"{' and '.join(roles)} at once" if roles else "no role is said"
        raise InputError(what, where=where, fix=_ROLES)
    rest = {key: value for key, value in said.items() if key != roles[0]}
    made: Operation = _converted({"role": roles[0], "of": said[roles[0]], **rest}, Operation, where)
    return made


def _converted(said: Any, kind: type[Any], where: str) -> Any:
    known = set(kind.__struct_fields__)
    if isinstance(said, Mapping) and (unknown := sorted(map(str, said.keys() - known))):
        there = ", ".join(sorted(known - {"role", "of"}))
        raise InputError(
            f"nothing is called {unknown[0]!r} here", where=where, fix=f"There are {there}"
        )
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        raise InputError(str(error), where=where, fix="Mend it") from None


def _mapping(section: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = section.get(name, {})
    if not isinstance(value, Mapping):
        raise InputError("a mapping is wanted here", where=f"/{name}", fix="Write `name: {...}`")
    return value


_ROLES = f"Say one of {', '.join(ROLES)} with its collection, like `list: orders`"
