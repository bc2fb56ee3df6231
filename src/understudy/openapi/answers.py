"""The answers of an operation: each named example of each status, else a sample."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from msgspec import Struct

from understudy.openapi.media_types import (
    essence,
    is_header,
    is_json,
    is_sendable,
    json_first,
    sent_type,
)
from understudy.openapi.operation import DEFAULT, Answer, Provenance, Violation
from understudy.openapi.sampled_answers import Sampled, sampler
from understudy.openapi.scalars import write
from understudy.openapi.source import UNDECLARED, Source
from understudy.yaml import escape

NAME = re.compile(r"[A-Z][A-Z0-9_]*")
STREAM = "text/event-stream"
RANGE = re.compile(r"[1-5]XX", re.IGNORECASE)
Check = Callable[[Any], list[Violation]]


class _Response(Struct, frozen=True):
    """One status, its references followed."""

    status: int
    span: str  # "4XX" or "default" where it stands for several
    raw: Mapping[str, Any]
    at: str
    content: Mapping[str, Any]  # by media type

    @property
    def word(self) -> str:
        """What its nameless answers are called."""
        if self.span:
            return self.span.upper()
        try:
            return HTTPStatus(self.status).name
        except ValueError:
            return f"STATUS_{self.status}"


class Checks(dict[int, Check]):
    """The check of a reply's body by status; of one in a declared range, the range's."""

    __slots__ = ("declared", "spans")

    def __init__(self) -> None:
        super().__init__()
        self.spans: dict[str, Check] = {}
        self.declared: set[int] = set()  # in no range, whether they have a body or not

    def get(self, status: int, default: Any = None) -> Any:
        found = super().get(status)
        if found is not None or not self.spans or status in self.declared:
            return found if found is not None else default
        return self.spans.get(f"{status // 100}XX") or self.spans.get(DEFAULT, default)


def compile_answers(
    source: Source, operation: Mapping[str, Any], at: str
) -> tuple[dict[str, Answer], Checks]:
    """The answers by name, and per status the check of a reply's body."""
    answers: dict[str, Answer] = {}
    checks = Checks()
    for response in _responses(source, operation, at):
        if not response.span:
            checks.declared.add(response.status)
        for answer in _answers(source, response):
            name = answer.name
            if name in answers:
                name = _another(source, answer, answers, response.at)
                answer = answer.called(name)
            answers[name] = answer
        for media_type in json_first(response.content)[:1]:
            media = source.mapping(response.content, media_type, f"{response.at}/content")
            if "schema" not in media or not _checked(source, media_type):
                continue
            place = f"{response.at}/content/{escape(media_type)}/schema"
            check = source.checker(media["schema"], place, "writeOnly").violations
            if response.span:
                checks.spans[response.span] = check
            else:
                checks[response.status] = check
    if not answers:
        source.warn(f"{at}/responses", "there is no answer", "Declare one")
        answers["OK"] = Answer("OK", 200, "", UNDECLARED)
    return answers, checks


def _responses(source: Source, operation: Mapping[str, Any], at: str) -> Iterator[_Response]:
    declared = source.mapping(operation, "responses", at)
    good = any(str(status).startswith("2") for status in declared)
    for said, node in declared.items():
        status, place = str(said), f"{at}/responses/{said}"
        if status.startswith("x-"):
            continue
        with source.forgiving():
            raw, where = source.follow(node, place)
            content = source.mapping(raw, "content", where)
            if source.own and len(content) > 1:  # the same, told as it happens
                content = {kind: each for kind, each in content.items() if kind != STREAM}
            if status.isdecimal() and len(status) == 3 and "100" <= status <= "599":
                yield _Response(int(status), "", raw, where, content)
                continue
            if source.own or not (status == DEFAULT or RANGE.fullmatch(status)):
                raise source.error(place, f"status {status} is a range", "Write each status out")
            ranged = (500 if good else 200) if status == DEFAULT else int(status[0]) * 100
            span = status if status == DEFAULT else status.upper()
            yield _Response(ranged, span, raw, where, content)


def _answers(source: Source, response: _Response) -> Iterator[Answer]:
    if source.own and len(response.content) > 1:
        raise source.error(
            f"{response.at}/content",
            "an answer has several media types",
            "Keep the one the vendor sends",
        )
    common = _Common(
        source.text(response.raw, "description"),
        source.provenance(response.raw, response.at),
        _headers(source, response.raw, response.at),
    )
    if not response.content:
        name = response.word
        if source.own:
            place = f"{response.at}/x-example-name"
            name = _name(source, response.raw.get("x-example-name"), place)
        yield Answer(
            name,
            response.status,
            common.description,
            common.provenance,
            headers=common.headers,
            span=response.span,
        )
    for media_type in json_first(response.content):
        if is_sendable(media_type):
            yield from _of_type(source, response, media_type, common)
        else:
            what = f"{media_type[:100]!r} is no media type; it is passed over"
            source.tell(source.error(f"{response.at}/content", what, "Write one, like text/plain"))


class _Common(NamedTuple):
    """What all answers of one status share."""

    description: str
    provenance: Provenance
    headers: Mapping[str, str]


def _of_type(
    source: Source, response: _Response, media_type: str, common: _Common
) -> Iterator[Answer]:
    """The answers of one media type: its examples, or else one that is sampled."""
    place = f"{response.at}/content/{escape(media_type)}"
    media = source.mapping(response.content, media_type, f"{response.at}/content")
    schema, sent = media.get("schema"), sent_type(media_type)
    found = False
    for name, value, summary, provenance in _examples(source, media, place):
        found = True
        yield Answer(
            name,
            response.status,
            common.description,
            provenance or common.provenance,
            sent,
            value,
            common.headers,
            summary,
            schema,
            response.span,
        )
    if found:
        return
    answer = Answer(
        response.word,
        response.status,
        common.description,
        common.provenance,
        sent,
        media.get("example"),
        common.headers,
        "",
        schema,
        response.span,
    )
    if "example" in media:
        yield answer
    else:
        yield Sampled(answer, sampler(source, schema, sent, place))


def _examples(
    source: Source, media: Mapping[str, Any], place: str
) -> Iterator[tuple[str, Any, str, Provenance]]:
    """The named examples: name, value, summary, provenance; those elsewhere are left out."""
    examples = source.mapping(media, "examples", place)
    if source.own and not examples:
        what = "an answer with a body needs a named example"
        raise source.error(f"{place}/examples", what, "Write `examples: {NAME: ...}`")
    for name, node in examples.items():
        with source.forgiving():
            example, where = source.follow(node, f"{place}/examples/{escape(name)}")
            if "value" in example:
                name = _name(source, name, where)
                provenance = source.provenance(example, where)
                yield name, example["value"], source.text(example, "summary"), provenance
            elif source.own or "externalValue" not in example:
                raise source.error(where, "an example needs its value", "Write `value:`")


def _checked(source: Source, media_type: str) -> bool:
    return source.own or is_json(essence(sent_type(media_type)))


def _another(source: Source, answer: Answer, answers: Mapping[str, Answer], at: str) -> str:
    """A name of its own for an answer whose name is taken."""
    if source.own:
        raise source.error(
            at,
            f"example {answer.name} stands twice in the operation",
            "Example names are unique in an operation",
        )
    kind = re.sub(r"\W+", "_", essence(answer.media_type or "").rpartition("/")[2]).upper()
    status = answer.span.upper() or str(answer.status)
    same = answers[answer.name]
    parts = [kind] if (same.status, same.span) == (answer.status, answer.span) else [status, kind]
    name = answer.name
    for part in parts:
        name = f"{name}_{part}"
        if name not in answers:
            return name
    number = 2
    while f"{name}_{number}" in answers:
        number += 1
    return f"{name}_{number}"


def _name(source: Source, name: object, at: str) -> str:
    if not source.own and isinstance(name, str) and name:
        return name
    if isinstance(name, str) and NAME.fullmatch(name):
        return name
    what = "an answer without a body needs a name" if name is None else f"{name!r} is no name"
    raise source.error(at, what, "Names of examples are UPPER_SNAKE, like NOT_FOUND")


def _headers(source: Source, response: Mapping[str, Any], at: str) -> dict[str, str]:
    """The example values of the declared headers; the server writes content-type itself."""
    found = {}
    for name, node in source.mapping(response, "headers", at).items():
        with source.forgiving():
            header, _ = source.follow(node, f"{at}/headers/{name}")
            if str(name).lower() == "content-type":
                continue
            value = _header(source, header, f"{at}/headers/{name}")
            if value is None:
                continue
            found[str(name)] = write(value)
            if not is_header(str(name), found[str(name)]):
                del found[str(name)]
                what = f"no HTTP header can be {str(name)[:100]!r} with that value; it is not sent"
                source.tell(source.error(f"{at}/headers", what, "Write ASCII in one line"))
    return found


def _header(source: Source, header: Mapping[str, Any], at: str) -> Any:
    """A header's example; of a user's document also its schema's, and one that must be there is
    made up."""
    if "example" in header or source.own:
        return header.get("example")
    for example in source.mapping(header, "examples", at).values():
        if isinstance(example, Mapping) and "value" in example:
            return example["value"]
    schema = header.get("schema")
    said, _ = source.follow(schema, at) if isinstance(schema, Mapping) else ({}, at)
    for key in ("example", "const", "default"):
        if key in said:
            return said[key]
    options = said.get("examples", said.get("enum"))
    if isinstance(options, list) and options:
        return options[0]
    return sampler(source, schema, "", at)() if header.get("required") is True else None
