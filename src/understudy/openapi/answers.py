"""The answers of an operation: each named example of each status."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from understudy.openapi.operation import Answer, Violation
from understudy.openapi.scalars import write
from understudy.openapi.schema import Checker
from understudy.openapi.source import Source
from understudy.yaml import escape

NAME = re.compile(r"[A-Z][A-Z0-9_]*")
Check = Callable[[Any], list[Violation]]


@dataclass(frozen=True, slots=True)
class _Response:
    """One status, its references followed."""

    status: int
    raw: Mapping[str, Any]
    at: str
    media_type: str | None
    media: Mapping[str, Any]


def compile_answers(
    source: Source, operation: Mapping[str, Any], at: str
) -> tuple[dict[str, Answer], dict[int, Check]]:
    """The answers by name, and per status the check of a reply's body."""
    answers: dict[str, Answer] = {}
    checks: dict[int, Check] = {}
    for response in _responses(source, operation, at):
        for answer in _answers(source, response):
            if answer.name in answers:
                raise source.error(
                    response.at,
                    f"example {answer.name} stands twice in the operation",
                    "Example names are unique in an operation",
                )
            answers[answer.name] = answer
        schema = response.media.get("schema")
        if schema is not None:
            place = f"{source.file}#{response.at}/content/{escape(str(response.media_type))}/schema"
            checks[response.status] = Checker(schema, source.schemas, place).violations
    if not answers:
        raise source.error(f"{at}/responses", "there is no answer", "Declare one")
    return answers, checks


def _responses(source: Source, operation: Mapping[str, Any], at: str) -> Iterator[_Response]:
    for status, node in source.mapping(operation, "responses", at).items():
        raw, place = source.follow(node, f"{at}/responses/{status}")
        if not (status.isdecimal() and len(status) == 3):
            raise source.error(
                f"{at}/responses/{status}", f"status {status} is a range", "Write each status out"
            )
        content = source.mapping(raw, "content", place)
        if len(content) > 1:
            raise source.error(
                f"{place}/content",
                "an answer has several media types",
                "Keep the one the vendor sends",
            )
        media_type = next(iter(content), None)
        media = source.mapping(content, media_type, f"{place}/content") if media_type else {}
        yield _Response(int(status), raw, place, media_type, media)


def _answers(source: Source, response: _Response) -> Iterator[Answer]:
    raw, at = response.raw, response.at
    description = source.text(raw, "description")
    headers = _headers(source, raw, at)
    provenance = source.provenance(raw, at)
    if response.media_type is None:
        name = _name(source, raw.get("x-example-name"), f"{at}/x-example-name")
        yield Answer(name, response.status, description, provenance, headers=headers)
        return
    place = f"{at}/content/{escape(response.media_type)}/examples"
    examples = source.mapping(response.media, "examples", place.rpartition("/")[0])
    if not examples:
        raise source.error(
            place, "an answer with a body needs a named example", "Write `examples: {NAME: ...}`"
        )
    for name, node in examples.items():
        example, where = source.follow(node, f"{place}/{escape(name)}")
        if "value" not in example:
            raise source.error(where, "an example needs its value", "Write `value:`")
        yield Answer(
            _name(source, name, where),
            response.status,
            description,
            source.provenance(example, where),
            response.media_type,
            example["value"],
            headers,
            source.text(example, "summary"),
        )


def _name(source: Source, name: object, at: str) -> str:
    if isinstance(name, str) and NAME.fullmatch(name):
        return name
    what = "an answer without a body needs a name" if name is None else f"{name!r} is no name"
    raise source.error(at, what, "Names of examples are UPPER_SNAKE, like NOT_FOUND")


def _headers(source: Source, response: Mapping[str, Any], at: str) -> dict[str, str]:
    """The example values of the declared headers; the server writes content-type itself."""
    found = {}
    for name, node in source.mapping(response, "headers", at).items():
        header, _ = source.follow(node, f"{at}/headers/{name}")
        if "example" in header and name.lower() != "content-type":
            found[name] = write(header["example"])
    return found
