"""Magic inputs of a document: for each answer of an operation, what a client sends to get it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from understudy.errors import ContractError
from understudy.modeled.plan import Api
from understudy.openapi.operation import Answer, Operation, Parameter, Violations
from understudy.openapi.schema import Checker

TEXT, NUMBER = "magic-{0}", "{1}{2:03}"
# How a magic value may be written, by the answer's name, status and number: the first that fits.
FORMS = (
    TEXT,
    "magic{1}{2}",
    "6d616769-6300-4000-8000-{1:06}{2:06}",
    "6d61676963{1:07}{2:07}",
    NUMBER,
)
WORDS = frozenset(("body", "record", "headers", "path"))  # of conditions: no parameter is meant


class Place(NamedTuple):
    """Somewhere in a call that can hold a magic value."""

    when: Callable[[Any], Mapping[str, Any]]  # the condition of a rule for a value there
    read: Callable[[str], Any]  # a text as a call of it is read; None: it does not fit


def magic_inputs(api: Api, operation: Operation) -> list[dict[str, Any]]:
    """A rule for each answer of an operation; none where nothing of a call can be chosen."""
    answers = [each for each in operation.answers.values() if each.status >= 200]
    for place in _places(api, operation):
        found = _values(place, answers)
        if found:
            return [
                {
                    "name": f"magic {operation.id}: {answer.name}",
                    "operation": f"{api.contract.name}.{operation.id}",
                    "when": place.when(value),
                    "reply": answer.name,
                }
                for answer, value in zip(answers, found, strict=True)
            ]
    return []


def _places(api: Api, operation: Operation) -> Iterator[Place]:
    """Where a value of a call may be chosen, the best place first."""
    query = [each for each in operation.query_parameters.values() if each.required]
    query += [each for each in operation.query_parameters.values() if not each.required]
    for each in reversed(operation.path_parameters):
        yield _parameter(each)
    yield from _fields(api, operation)
    if operation.body is not None and "text/plain" in operation.body.media_types[:1]:
        yield Place(lambda value: {"body": value}, str)
    yield from map(_parameter, query)
    yield from map(_parameter, operation.header_parameters.values())


def _parameter(parameter: Parameter) -> Place:
    name = parameter.name
    header = parameter.location == "header"

    def when(value: Any) -> Mapping[str, Any]:
        if header:
            return {"headers": {name: value}}
        return {f"{parameter.location}.{name}" if name in WORDS else name: value}

    def read(text: str) -> Any:
        value = parameter.decode([text])
        return None if isinstance(value, Violations) else value

    return Place(when, read)


def _fields(api: Api, operation: Operation) -> Iterator[Place]:
    """The fields of a body, those that must be there first."""
    if operation.body is None:
        return
    node = api.schemas.node(operation.body.schema, f"body of {operation.id}")
    needed = node.schema.get("required")
    fields = sorted(
        api.schemas.properties(node).items(),
        key=lambda each: not (isinstance(needed, list) and each[0] in needed),
    )
    for name, field in fields:
        if field.schema.get("readOnly") is not True and not name.startswith("$"):
            yield _field(name, Checker(field.schema, api.schemas.registry))


def _field(name: str, checker: Checker) -> Place:
    def when(value: Any) -> Mapping[str, Any]:
        return {"body": {name: value}}

    def read(text: str) -> Any:
        with suppress(ContractError):  # a schema that is none
            return next((each for each in (text, [text]) if checker.is_valid(each)), None)
        return None

    return Place(when, read)


def _values(place: Place, answers: Sequence[Answer]) -> list[Any]:
    """A value for each answer that the place takes, written as the first form that fits all."""
    for form in FORMS:
        found = [place.read(text) for text in _texts(form, answers)]
        if all(map(_is_plain, found)) and len({*map(str, found)}) == len(answers):
            return found
    return []


def _is_plain(value: Any) -> bool:
    """Whether it is a text or a number, or a list of one."""
    held = value[0] if type(value) is list and len(value) == 1 else value
    return type(held) is str or type(held) is int


def _texts(form: str, answers: Sequence[Answer]) -> Iterator[str]:
    seen: dict[int, int] = {}
    for answer in answers:
        number = seen[answer.status] = seen.get(answer.status, 0) + 1
        word = re.sub("[^a-z0-9]+", "-", answer.name.lower()).strip("-")
        yield form.format(word, answer.status, number)
