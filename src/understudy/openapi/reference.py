"""`$ref` inside one document: followed, never beyond it; and a walk over all that may hold one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from understudy.errors import ContractError
from understudy.openapi.schema import check_keywords
from understudy.yaml import escape

LIMIT = 32  # a chain of references longer than this is a circle
# Below these the keys are names, so `default` or `example` there is no keyword.
NAMES = frozenset(
    [
        "properties",
        "patternProperties",
        "dependentSchemas",
        "$defs",
        "schemas",
        "responses",
        "parameters",
        "headers",
        "examples",
        "requestBodies",
        "securitySchemes",
        "links",
        "callbacks",
        "pathItems",
        "paths",
        "content",
    ]
)
DATA = frozenset(("example", "default", "const", "enum", "value"))


def resolve(document: Mapping[str, Any], ref: object, file: str, pointer: str) -> Any:
    """What a local `$ref` points to."""
    where = f"{file}#{pointer}"
    if not isinstance(ref, str) or not ref.startswith("#/"):
        raise ContractError(
            f"$ref {ref!r} leaves the document", where=where, fix="Write `#/components/...`"
        )
    node: Any = document
    for step in ref[2:].split("/"):
        key = unquote(step).replace("~1", "/").replace("~0", "~")
        node = _step(node, key)
        if node is None:
            raise ContractError(
                f"$ref {ref} points to nothing", where=where, fix="Declare it, or mend the name"
            )
    return node


def follow(
    document: Mapping[str, Any], node: Any, file: str, pointer: str
) -> tuple[Mapping[str, Any], str]:
    """The object itself, all references followed, with the pointer where it stands."""
    for _ in range(LIMIT):
        if not isinstance(node, Mapping):
            raise ContractError("an object is wanted here", where=f"{file}#{pointer}")
        if "$ref" not in node:
            return node, pointer
        ref = node["$ref"]
        node, pointer = resolve(document, ref, file, pointer), str(ref)[1:]
    raise ContractError("$ref runs in a circle", where=f"{file}#{pointer}", fix="Break the circle")


def check_references(document: Mapping[str, Any], file: str) -> None:
    """Every `$ref` leads somewhere inside, every pattern compiles, every format has a checker."""
    for node, pointer in objects(document):
        if isinstance(node.get("$ref"), str):
            resolve(document, node["$ref"], file, pointer)
        problem = check_keywords(node)
        if problem is not None:
            keyword, what, fix = problem
            raise ContractError(what, where=f"{file}#{pointer}/{keyword}", fix=fix)


def objects(
    node: Any, pointer: str = "", named: bool = False
) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Every object of a document that is no data, with its pointer."""
    if isinstance(node, list):
        for index, each in enumerate(node):
            yield from objects(each, f"{pointer}/{index}")
    elif isinstance(node, dict):
        if not named:
            yield node, pointer
        for key, value in node.items():
            if isinstance(value, dict | list) and (named or not _data(key, value)):
                inside = not named and key in NAMES and isinstance(value, dict)
                yield from objects(value, f"{pointer}/{escape(key)}", inside)


def _data(key: str, value: Any) -> bool:
    """Whether a keyword holds data, in which nothing is meant as a reference or a schema."""
    return key in DATA or key.startswith("x-") or (key == "examples" and isinstance(value, list))


def _step(node: Any, key: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(key)
    if isinstance(node, list) and key.isdecimal() and int(key) < len(node):
        return node[int(key)]
    return None
