"""How often a checker would look at one value: schemas that double with each step are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.openapi.structure import listed

HEAVIEST = 20_000  # schemas that one value is held against
COMPONENTS = "#/components/schemas/"
# Keywords whose schemas look at the same value.
LISTS = ("allOf", "anyOf", "oneOf")
SINGLE = ("not", "if", "then", "else")


def too_heavy(schemas: Mapping[str, Any]) -> list[str]:
    """The components that hold one value against more schemas than anybody can wait for."""
    weights: dict[str, int] = {}
    for name in schemas:
        _weigh(name, schemas, weights)
    return [name for name, weight in weights.items() if weight > HEAVIEST]


def _weigh(first: str, schemas: Mapping[str, Any], weights: dict[str, int]) -> None:
    """The weight of a component and of all it leads to; a circle adds nothing."""
    waiting = [first]
    opened: set[str] = set()
    while waiting:
        name = waiting[-1]
        if name in weights:
            waiting.pop()
            continue
        own, names = _own(schemas.get(name))
        missing = [each for each in names if each not in weights and each not in opened]
        if missing and name not in opened:
            opened.add(name)
            waiting.extend(dict.fromkeys(missing))
            continue
        opened.add(name)
        waiting.pop()
        total = own + sum(weights.get(each, 1) for each in names)
        weights[name] = min(total, 10 * HEAVIEST)


def _own(schema: Any) -> tuple[int, list[str]]:
    """The schemas in one that look at the same value: how many, and the components they name."""
    count, names, waiting = 0, [], [schema]
    while waiting and count <= HEAVIEST:
        each = waiting.pop()
        count += 1
        if isinstance(each, Mapping):
            ref = each.get("$ref")
            if isinstance(ref, str) and ref.startswith(COMPONENTS):
                names.append(ref.removeprefix(COMPONENTS))
            waiting.extend(_parts(each))
    return count, names


def _parts(schema: Mapping[str, Any]) -> Iterator[Any]:
    for key in LISTS:
        yield from listed(schema, key)
    for key in SINGLE:
        if key in schema:
            yield schema[key]
    named = schema.get("dependentSchemas")
    yield from named.values() if isinstance(named, Mapping) else ()
