"""What holds for every shipped contract, whoever's it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.specs.contracts import (
    ADMIN,
    VENDORS,
    Answer,
    Operation,
    answers,
    document,
    follow,
    operations,
    parameters,
)
from understudy import resources
from understudy.openapi.schema import Checker

EVERY = pytest.mark.parametrize("name", resources.specs())
EVERY_VENDOR = pytest.mark.parametrize("name", VENDORS)
UPPER_SNAKE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")


def every_answer(name: str) -> Iterator[Answer]:
    for operation in operations(name):
        yield from answers(name, operation)


def stray(node: Any, at: str = "") -> Iterator[str]:
    """Where a provenance says something that is none."""
    if isinstance(node, Mapping):
        told = node.get("x-provenance")
        if told is not None and (
            set(told) != {"is", "source"}
            or told["is"] not in ("documented", "observed", "inferred")
            or not told["source"]
        ):
            yield at
        for key, value in node.items():
            yield from stray(value, f"{at}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from stray(value, f"{at}/{number}")


@EVERY
def test_it_is_openapi(name: str) -> None:
    errors = [str(error) for error in OpenAPIV31SpecValidator(dict(document(name))).iter_errors()]
    assert errors == []


@EVERY
def test_operations_have_plain_names_of_their_own(name: str) -> None:
    ids = [operation.id for operation in operations(name)]
    assert [each for each in ids if not CAMEL.fullmatch(each)] == []
    assert sorted(set(ids)) == sorted(ids)


@EVERY
def test_example_names_are_unique_in_their_operation(name: str) -> None:
    for operation in operations(name):
        names = [answer.name for answer in answers(name, operation)]
        assert [each for each in names if not UPPER_SNAKE.fullmatch(each)] == [], operation.id
        assert sorted(set(names)) == sorted(names), operation.id


@EVERY
def test_each_status_has_an_answer(name: str) -> None:
    for operation in operations(name):
        told = {answer.status for answer in answers(name, operation)}
        assert told == set(operation.raw["responses"]), operation.id


@EVERY
def test_example_bodies_keep_to_their_own_schema(name: str) -> None:
    components = document(name).get("components", {}).get("schemas", {})
    wrong = {
        str(answer): [
            v.message for v in Checker(answer.schema, components).violations(answer.raw["value"])
        ]
        for answer in every_answer(name)
        if answer.schema is not None
    }
    assert {answer: messages for answer, messages in wrong.items() if messages} == {}


@EVERY
def test_a_variant_differs_from_its_operation_only_in_its_path(name: str) -> None:
    by_id = {operation.id: operation for operation in operations(name)}
    for operation in by_id.values():
        if "x-variant-of" in operation.raw:
            whole = by_id[operation.raw["x-variant-of"]]
            assert [(a.status, a.name) for a in answers(name, operation)] == [
                (a.status, a.name) for a in answers(name, whole)
            ]
            assert operation.raw.get("requestBody") == whole.raw.get("requestBody")


@EVERY
def test_header_parameters_are_texts(name: str) -> None:
    """A typed header makes a checker's unknown-header probe look like a wrong value."""
    for operation in operations(name):
        for parameter in parameters(name, operation):
            if parameter["in"] == "header":
                assert follow(name, parameter["schema"])["type"] == "string", parameter["name"]


@EVERY
def test_parameters_and_operations_are_described(name: str) -> None:
    for operation in operations(name):
        assert operation.raw["summary"]
        assert [p["name"] for p in parameters(name, operation) if not p.get("description")] == []


@EVERY_VENDOR
def test_provenance_stands_on_every_operation_and_answer(name: str) -> None:
    missing = [each.id for each in operations(name) if "x-provenance" not in each.raw]
    for answer in every_answer(name):
        if "x-provenance" not in answer.raw or "x-provenance" not in answer.response:
            missing.append(str(answer))
    assert missing == []


@EVERY
def test_provenance_is_one_of_three_with_its_source(name: str) -> None:
    assert list(stray(document(name))) == []


@EVERY_VENDOR
def test_no_answer_knows_more_than_its_status(name: str) -> None:
    """What the page lists may be answered in words it does not show; never the other way round."""
    bolder = [
        str(answer)
        for answer in every_answer(name)
        if answer.raw["x-provenance"]["is"] == "documented"
        and answer.response["x-provenance"]["is"] == "inferred"
    ]
    assert bolder == []


@EVERY_VENDOR
def test_every_operation_is_secured(name: str) -> None:
    whole = document(name)
    for operation in operations(name):
        alternatives = operation.raw.get("security", whole.get("security"))
        assert alternatives, operation.id
        assert {} not in alternatives, operation.id


@EVERY_VENDOR
def test_links_lead_to_operations_and_their_parameters(name: str) -> None:
    by_id = {operation.id: operation for operation in operations(name)}
    for operation in by_id.values():
        for raw in operation.raw["responses"].values():
            for link in follow(name, raw).get("links", {}).values():
                there = link_target(name, by_id, follow(name, link))
                assert set(link.get("parameters", {})) <= there, operation.id


def link_target(name: str, by_id: Mapping[str, Operation], link: Mapping[str, Any]) -> set[str]:
    """The names a link may fill."""
    found = parameters(name, by_id[link["operationId"]])
    return {p["name"] for p in found} | {f"{p['in']}.{p['name']}" for p in found}


def test_our_own_api_is_held_to_the_same_standard() -> None:
    assert ADMIN in resources.specs()
