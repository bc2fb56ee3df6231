"""What a form needs to call an operation: its parameters, examples of them, and of its body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.errors import UnderstudyError
from understudy.openapi.operation import Contract, Operation, Parameter
from understudy.openapi.sample import sample
from understudy.server.console.json_tree import pretty

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def parameters(contract: Contract, operation: Operation) -> list[dict[str, Any]]:
    """The operation's parameters with what to write into them."""
    examples = _parameter_examples(contract, operation)
    return [_parameter(each, examples.get((each.location, each.name))) for each in _all(operation)]


def _all(operation: Operation) -> list[Parameter]:
    return [each for each in operation.parameters if each.location != "cookie"]


def _parameter(parameter: Parameter, example: Any) -> dict[str, Any]:
    schema = parameter.schema if isinstance(parameter.schema, Mapping) else {}
    value = example if example is not None and parameter.required else None
    return {
        "name": parameter.name,
        "location": parameter.location,
        "required": parameter.required,
        "choices": [str(each) for each in schema.get("enum", ()) if each is not None],
        "example": "" if example is None else _text(example),
        "value": "" if value is None else _text(value),
        "description": parameter.description,
    }


def body_example(contract: Contract, operation: Operation) -> str:
    """A body to begin with: the document's own example, else a sample of its schema."""
    body = operation.body
    if body is None:
        return ""
    content = next(iter(body.contents.values()), None)
    declared = _declared(contract, operation).get("requestBody", {})
    said = _followed(declared, contract.document).get("content", {})
    for media in said.values():
        found = _example(media, contract.document)
        if found is not None:
            return found if isinstance(found, str) else pretty(found)
    if content is None:
        return ""
    try:
        return pretty(sample(content.schema, body.components, without="readOnly"))
    except (UnderstudyError, RecursionError, TypeError):
        return ""


def _parameter_examples(contract: Contract, operation: Operation) -> dict[tuple[str, str], Any]:
    found = {}
    for each in _declared(contract, operation).get("parameters", ()):
        parameter = _followed(each, contract.document)
        example = _example(parameter, contract.document)
        if example is None:
            example = parameter.get("schema", {}).get("example")
        found[parameter.get("in", ""), parameter.get("name", "")] = example
    return found


def _declared(contract: Contract, operation: Operation) -> dict[str, Any]:
    """The operation in its document, with its path's parameters."""
    wanted = operation.vendor_id, operation.id
    for item in contract.document.get("paths", {}).values():
        for method in METHODS:
            found = item.get(method) if isinstance(item, Mapping) else None
            if isinstance(found, Mapping) and found.get("operationId") in wanted:
                both = [*item.get("parameters", ()), *found.get("parameters", ())]
                return {**found, "parameters": both}
    return {}


def _example(holder: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    if "example" in holder:
        return holder["example"]
    first: Any = next(iter(holder.get("examples", {}).values()), {})
    return _followed(first, document).get("value")


def _followed(value: Any, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a `$ref` inside the document means."""
    for _ in range(10):
        if not isinstance(value, Mapping) or "$ref" not in value:
            break
        found: Any = document
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name, {}) if isinstance(found, Mapping) else {}
        value = found
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else pretty(value)
