"""What the admin contract does not allow in a request, told in words: no patterns, no jargon.

The words are the contract's own: `x-in-words` of a schema says what a value must be and is like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from understudy.openapi.operation import Operation, Violation
from understudy.openapi.request import split_query
from understudy.openapi.schema import COMPONENTS
from understudy.openapi.violations import show

IN_WORDS = "x-in-words"
UNKNOWN = "unknown"  # the keyword of a query parameter that the operation has not got
CLOSED = ("additionalProperties", "unevaluatedProperties")
OF_ANOTHER_KIND = ("type", "enum", "const", "pattern")
LENGTHS = ("minLength", "maxLength")  # told as they are, unless the schema has words of its own

ANYTHING = "something else"
TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
}


def unknown_parameters(operation: Operation, query: str) -> Iterator[Violation]:
    """The query parameters that the operation has not got, each told once."""
    known = list(operation.query_parameters)
    for name, value in dict(split_query(query)).items():
        if name is None or name not in operation.query_parameters:
            said = "?" if name is None else name
            has = f"{operation.id} has {listed(known)}" if known else f"{operation.id} takes none"
            message = f"there is no query parameter {said!r}; {has}"
            yield Violation("query", said, "", UNKNOWN, known, value, message)


def in_words(violation: Violation, operation: Operation) -> Violation:
    """The violation as a person reads it; what it says already in words stays."""
    if violation.keyword in CLOSED:
        return _not_known(violation, operation)
    schemas = list(schemas_at(operation, violation))
    if violation.keyword in ("minProperties", "maxProperties"):
        return _too_many(violation, schemas)
    if violation.keyword == "required":
        return violation._replace(message=f"{_subject(violation)} {_lacks(violation, schemas)}")
    told = any(IN_WORDS in each for each in schemas) and violation.keyword in LENGTHS
    if not schemas or not (told or violation.keyword in OF_ANOTHER_KIND):
        return violation
    wanted = " or ".join(dict.fromkeys(phrase(each) for each in schemas))
    message = f"{_subject(violation)} must be {wanted}; got {show(violation.got)}"
    return violation._replace(message=message, expected=wanted)


def nearest_name(violation: Violation) -> str:
    """What was probably meant by a name that there is not; empty for anything else."""
    if violation.keyword == UNKNOWN:
        said = violation.name
    elif violation.keyword in CLOSED:
        said = violation.pointer.rpartition("/")[2]
    else:
        return ""
    return next(iter(get_close_matches(said.lower(), violation.expected, 1)), "")


def wanted_value(operation: Operation, violation: Violation) -> str:
    """What a member that an object lacks must be; empty for any other violation."""
    if violation.keyword != "required" or not isinstance(violation.expected, str):
        return ""
    step = violation.expected.replace("~", "~0").replace("/", "~1")
    lacking = violation._replace(pointer=f"{violation.pointer}/{step}")
    found = dict.fromkeys(phrase(each) for each in schemas_at(operation, lacking))
    return " or ".join(each for each in found if each != ANYTHING)


def phrase(schema: Mapping[str, Any]) -> str:
    """What a value must be: the schema's own words, its options, or its type."""
    if IN_WORDS in schema:
        return str(schema[IN_WORDS])
    if "enum" in schema:
        return listed([show(each) for each in schema["enum"]], "or")
    if "const" in schema:
        return show(schema["const"])
    types = schema.get("type", ())
    types = [types] if isinstance(types, str) else types
    return listed([TYPES.get(each, each) for each in types], "or") or ANYTHING


def schemas_at(operation: Operation, violation: Violation) -> Iterator[Mapping[str, Any]]:
    """Every schema that a value at the violation's place may keep to."""
    if violation.location == "body":
        body = operation.body
        if body is not None:
            yield from _below(body.schema, violation.pointer, body.components)
        return
    for parameter in operation.parameters:
        if (parameter.location, parameter.name) == (violation.location, violation.name):
            components = operation.body.components if operation.body is not None else {}
            yield from _below(parameter.schema, violation.pointer, components)


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as a sentence has them: `a, b and c`."""
    *first, end = names or ("",)
    return f"{', '.join(first)} {last} {end}" if first else end


def _not_known(violation: Violation, operation: Operation) -> Violation:
    parent = violation.pointer.rpartition("/")[0]
    above = violation._replace(pointer=parent)
    known = _properties(schemas_at(operation, above))
    has = f"{parent or 'the body'} has {listed(known)}" if known else "nothing may stand there"
    message = f"{violation.pointer} is not known; {has}"
    return violation._replace(message=message, expected=known)


def _lacks(violation: Violation, schemas: Sequence[Mapping[str, Any]]) -> str:
    """What an object lacks, and what it is like where the schema has words for it."""
    lacks = f"lacks {violation.expected}"
    for each in schemas:
        if IN_WORDS in each and violation.expected in each.get("required", ()):
            return f"{lacks}; it must be {each[IN_WORDS]}"
    return lacks


def _too_many(violation: Violation, schemas: Sequence[Mapping[str, Any]]) -> Violation:
    known = _properties(schemas)
    if not known:
        return violation
    count = "one" if violation.keyword == "minProperties" else "only one"
    wanted = f"{count} of {listed(known, 'or')}"
    message = f"{_subject(violation)} must have {wanted}; got {show(violation.got)}"
    return violation._replace(message=message, expected=wanted)


def _properties(schemas: Iterator[Mapping[str, Any]] | Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for each in schemas for name in each.get("properties", ())))


def _subject(violation: Violation) -> str:
    return violation.pointer or violation.name or "the body"


def _below(schema: Any, pointer: str, components: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schemas at a JSON pointer below one, its references and branches followed."""
    for each in _branches(schema, components):
        head, _, rest = pointer[1:].partition("/")
        if not pointer:
            yield each
            continue
        step = head.replace("~1", "/").replace("~0", "~")
        if step in each.get("properties", {}):
            below = each["properties"][step]
        elif "items" in each and step.isdecimal():
            below = each["items"]
        else:
            below = each.get("additionalProperties")
        if isinstance(below, Mapping):
            yield from _below(below, f"/{rest}" if rest else "", components)


def _branches(schema: Any, components: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema itself, or each that it offers."""
    while isinstance(schema, Mapping) and "$ref" in schema:
        schema = components.get(str(schema["$ref"]).removeprefix(COMPONENTS))
    if not isinstance(schema, Mapping):
        return
    if IN_WORDS in schema or not {"oneOf", "anyOf"} & schema.keys():
        yield schema
    for key in ("oneOf", "anyOf"):
        for each in schema.get(key, ()):
            yield from _branches(each, components)
