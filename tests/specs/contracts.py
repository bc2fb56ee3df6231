"""The shipped contracts as their files say it, references followed: what the tests here read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from understudy import resources
from understudy.openapi.document import load

METHODS = ("get", "put", "post", "delete", "patch")
ADMIN = "admin"
VENDORS = tuple(name for name in resources.specs() if name != ADMIN)
Json = Mapping[str, Any]


class Operation(NamedTuple):
    """One method of one path."""

    id: str
    method: str
    path: str
    raw: Json


class Answer(NamedTuple):
    """One named example of one status; a status without a body is an answer by itself."""

    operation: str
    status: str
    name: str
    raw: Json  # the example, or the response where there is no body
    response: Json
    schema: Json | None

    def __str__(self) -> str:
        return f"{self.operation} {self.status} {self.name}"


@cache
def document(name: str) -> Json:
    """The whole document of a contract."""
    return load(resources.spec(name))


def follow(name: str, node: Json) -> Json:
    """The object itself, its references followed."""
    while "$ref" in node:
        found: Any = document(name)
        for step in node["$ref"][2:].split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def operations(name: str) -> Iterator[Operation]:
    """Every operation, those that are forms of another included."""
    for path, item in document(name)["paths"].items():
        for method in METHODS:
            if method in item:
                raw = item[method]
                yield Operation(raw["operationId"], method, path, raw)


def own_operations(name: str) -> list[Operation]:
    """The operations that are no optional-segment form of another."""
    return [each for each in operations(name) if "x-variant-of" not in each.raw]


def answers(name: str, operation: Operation) -> Iterator[Answer]:
    """Every answer of an operation, in the contract's order."""
    for status, raw in operation.raw["responses"].items():
        response = follow(name, raw)
        if "content" not in response:
            own_name = response.get("x-example-name", "")
            yield Answer(operation.id, status, own_name, response, response, None)
        for media in response.get("content", {}).values():
            for example, value in media["examples"].items():
                yield Answer(
                    operation.id, status, example, follow(name, value), response, media["schema"]
                )


def parameters(name: str, operation: Operation) -> list[Json]:
    """The parameters of an operation, those of its path included."""
    shared = document(name)["paths"][operation.path].get("parameters", [])
    return [follow(name, each) for each in (*shared, *operation.raw.get("parameters", []))]


def is_documented(node: Json) -> bool:
    """Whether the vendor's page says so."""
    return bool(node["x-provenance"]["is"] == "documented")


def ids_of(name: str, *patterns: re.Pattern[str]) -> tuple[set[str], str]:
    """All that looks like an id in a contract, and the text of its base world, to look it up."""
    path = resources.scenario(f"{name}/base")
    assert path is not None
    text = json.dumps([document(name)["paths"], document(name)["components"]])
    found = {each for pattern in patterns for each in pattern.findall(text)}
    return found, path.read_text(encoding="utf-8")
