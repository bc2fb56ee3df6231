"""What a check needs to read in an OpenAPI document before anything compiles it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
