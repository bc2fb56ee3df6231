"""Answers of any document: examples of every form, samples, ranges, media types, headers."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.openapi.operation import Answer, Operation

from .small_contracts import users, users_one

NUMBER = {"type": "integer"}
PET = {
    "type": "object",
    "required": ["name", "secret"],
    "properties": {"name": {"type": "string"}, "secret": {"type": "string", "writeOnly": True}},
}


def answering(responses: dict[str, Any], **more: Any) -> Operation:
    return users_one(responses=responses, **more)


def good(**media: Any) -> dict[str, Any]:
    return {"description": "Good", "content": {"application/json": media}}


def shown(operation: Operation) -> list[tuple[str, int, str | None, Any]]:
    return [
        (each.name, each.status, each.media_type, each.example)
        for each in operation.answers.values()
    ]


class TestExamples:
    def test_a_nameless_one_is_called_by_its_status(self) -> None:
        operation = answering({"200": good(example={"a": 1}), "404": good(example=None)})
        assert shown(operation) == [
            ("OK", 200, "application/json", {"a": 1}),
            ("NOT_FOUND", 404, "application/json", None),
        ]

    def test_names_of_any_form_stay(self) -> None:
        examples = {"a dog": {"value": 1, "summary": "A dog"}, "кот": {"value": 2}}
        operation = answering({"200": good(examples=examples)})
        assert [*operation.answers] == ["a dog", "кот"]
        assert operation.answers["a dog"].summary == "A dog"

    def test_a_name_that_repeats_says_its_status(self) -> None:
        same = {"response": {"value": 1}}
        operation = answering(
            {str(status): good(examples=same) for status in (200, 400)}
            | {"4XX": good(examples=same)}
        )
        assert [*operation.answers] == ["response", "response_400", "response_4XX"]

    def test_what_stands_elsewhere_is_left_out(self) -> None:
        examples = {"far": {"externalValue": "https://x.example/a.json"}, "near": {"value": 1}}
        assert [*answering({"200": good(examples=examples)}).answers] == ["near"]
        only = answering({"200": good(examples={"far": examples["far"]}, schema={"const": 5})})
        assert shown(only) == [("OK", 200, "application/json", 5)]

    def test_one_without_a_value_is_told(self) -> None:
        paths = {"/a": {"get": {"responses": {"200": good(examples={"x": {}}, example=1)}}}}
        yard = users(paths)
        assert shown(yard.operations["get_a"]) == [("OK", 200, "application/json", 1)]
        assert [each.what for each in yard.warnings] == ["an example needs its value"]


class TestSamples:
    def test_without_an_example_there_is_a_sample_the_same_each_time(self) -> None:
        schema = {"type": "object", "required": ["n"], "properties": {"n": NUMBER}}
        samples = [answering({"200": good(schema=schema)}).answers["OK"].example for _ in range(2)]
        assert samples[0] == samples[1]
        assert type(samples[0]["n"]) is int

    def test_it_is_made_when_asked_for_and_once(self) -> None:
        answer = answering({"200": good(schema={"type": "string"})}).answers["OK"]
        with pytest.raises(AttributeError):
            object.__getattribute__(answer, "example")
        assert answer.example is answer.example

    def test_statuses_differ(self) -> None:
        schema = {"type": "string", "format": "uuid"}
        operation = answering({"200": good(schema=schema), "201": good(schema=schema)})
        assert operation.answers["OK"].example != operation.answers["CREATED"].example

    def test_a_schema_without_a_sample_is_told(self) -> None:
        schema = {"allOf": [{"type": "string"}, {"type": "integer"}]}
        yard = users({"/a": {"get": {"responses": {"200": good(schema=schema)}}}})
        assert yard.operations["get_a"].answers["OK"].example is None
        assert [each.what for each in yard.warnings] == ["no sample keeps to this schema"]

    def test_a_body_of_any_kind(self) -> None:
        assert shown(answering({"200": good()})) == [("OK", 200, "application/json", {})]


class TestStatuses:
    operation = answering(
        {
            "201": {"description": "Made"},
            "4XX": good(example="client"),
            "default": good(example="else"),
            "299": {"description": "Odd"},
        }
    )

    def named(self, status: int) -> list[tuple[str, int, Any]]:
        return [(each.name, each.status, each.example) for each in self.operation.by_status(status)]

    def test_names_and_statuses(self) -> None:
        assert shown(self.operation) == [
            ("CREATED", 201, None, None),
            ("4XX", 400, "application/json", "client"),
            ("DEFAULT", 500, "application/json", "else"),
            ("STATUS_299", 299, None, None),
        ]

    def test_a_status_is_answered_by_its_range_else_by_default(self) -> None:
        assert self.named(201) == [("CREATED", 201, None)]
        assert self.named(404) == [("4XX", 404, "client")]
        assert self.named(503) == [("DEFAULT", 503, "else")]
        assert self.named(200) == [("DEFAULT", 200, "else")]

    def test_a_sample_of_a_range_is_one(self) -> None:
        operation = answering({"4XX": good(schema={"const": 7})})
        (answer,) = operation.by_status(409)
        assert (answer.status, answer.span, answer.example) == (409, "4XX", 7)

    def test_default_alone_is_the_success(self) -> None:
        assert shown(answering({"default": good(example=1)})) == [
            ("DEFAULT", 200, "application/json", 1)
        ]

    def test_replies_are_checked_by_range(self) -> None:
        operation = answering(
            {
                "200": good(schema=NUMBER),
                "5XX": good(schema={"type": "boolean"}),
                "default": good(schema={"type": "string"}),
            }
        )
        checks = {status: operation.schemas.get(status) for status in (200, 503, 404)}
        keywords = {
            status: [each.expected for each in check(None)]
            for status, check in checks.items()
            if check is not None
        }
        assert keywords == {200: ["integer"], 503: ["boolean"], 404: ["string"]}
        assert answering({"200": good(schema=NUMBER)}).schemas.get(404) is None

    def test_what_is_no_status_is_told(self) -> None:
        paths = {"/a": {"get": {"responses": {"ok": good(), "600": good(), "x-y": 1}}}}
        yard = users(paths)
        assert [(each.name, each.status) for each in yard.operations["get_a"].answers.values()] == [
            ("OK", 200)
        ]
        assert yard.operations["get_a"].answers["OK"].provenance.kind == "inferred"
        assert [each.what for each in yard.warnings] == [
            "status ok is a range",
            "status 600 is a range",
            "there is no answer",
        ]


class TestMediaTypes:
    def of(self, **content: Any) -> list[Answer]:
        operation = answering({"200": {"description": "", "content": content}})
        return [*operation.answers.values()]

    def test_each_has_its_answers_json_first(self) -> None:
        made = self.of(
            **{
                "text/csv": {"example": "a,b"},
                "application/json": {"example": [1]},
                "application/problem+json": {"example": {}},
            }
        )
        assert [(each.name, each.media_type) for each in made] == [
            ("OK", "application/json"),
            ("OK_PROBLEM_JSON", "application/problem+json"),
            ("OK_CSV", "text/csv"),
        ]

    def test_a_range_is_sent_as_something(self) -> None:
        assert [each.media_type for each in self.of(**{"*/*": {}})] == ["application/json"]
        assert [each.media_type for each in self.of(**{"text/*": {}})] == ["text/plain"]
        assert [each.media_type for each in self.of(**{"image/*": {}})] == [
            "application/octet-stream"
        ]

    def test_a_sample_of_a_text_is_a_text(self) -> None:
        (answer,) = self.of(**{"text/plain": {"schema": {"const": 7}}})
        assert answer.example == "7"

    def test_what_is_write_only_need_not_be_answered(self) -> None:
        check = answering({"200": good(schema=PET)}).schemas[200]
        assert [each.expected for each in check({})] == ["name"]


class TestHeaders:
    def test_examples_of_every_form(self) -> None:
        headers = {
            "X-A": {"schema": NUMBER, "example": 5},
            "X-B": {"examples": {"one": {"value": "b"}}},
            "X-C": {"schema": {"default": 7}},
            "X-D": {"schema": {"enum": ["d", "e"]}},
            "X-E": {"schema": {"const": "must"}, "required": True},
            "X-F": {"schema": {"type": "boolean"}, "required": True},
            "X-G": {"schema": NUMBER},
            "Content-Type": {"schema": {}, "example": "no"},
        }
        operation = answering({"200": {"description": "", "headers": headers}})
        made = dict(operation.answers["OK"].headers)
        assert made.pop("X-F") in ("true", "false")
        assert made == {"X-A": "5", "X-B": "b", "X-C": "7", "X-D": "d", "X-E": "must"}

    def test_a_broken_one_is_left_out(self) -> None:
        headers = {"X-A": {"$ref": "#/nowhere/x"}, "X-B": {"example": "b"}}
        operation = answering({"200": {"description": "", "headers": headers}})
        assert operation.answers["OK"].headers == {"X-B": "b"}

    def test_links_are_nobodys_business(self) -> None:
        links = {"next": {"operationId": "nothing"}}
        operation = answering({"200": {"description": "", "links": links}})
        assert operation.broken is None
