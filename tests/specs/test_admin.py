"""Our own admin API's contract: its conventions, and patterns as exact as what reads the values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.specs.contracts import (
    ADMIN,
    Operation,
    answers,
    document,
    follow,
    operations,
    parameters,
)
from understudy.openapi.compiler import check_handlers, compile_contract
from understudy.scenarios.language import grammar
from understudy.server.admin import HANDLERS
from understudy.server.sessions.names import SESSION
from understudy.simulation.clock import duration, instant

OPERATIONS = {operation.id: operation for operation in operations(ADMIN)}
SCHEMAS: Mapping[str, Any] = document(ADMIN)["components"]["schemas"]
OPEN = {"health"}
STREAMED = {"listEvents", "listSessionEvents"}  # a page, or as it happens

each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def pattern(name: str) -> str:
    """The pattern of a schema of the contract, without its anchors."""
    return str(SCHEMAS[name]["pattern"]).removeprefix("^").removesuffix("$")


def schemas(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every schema below a request body, references followed."""
    if isinstance(node, Mapping):
        node = follow(ADMIN, node)
        yield node
        for key, value in node.items():
            if key == "properties":
                for each in value.values():
                    yield from schemas(each)
            elif key in ("oneOf", "anyOf", "items"):
                for each in value if isinstance(value, list) else [value]:
                    yield from schemas(each)


def test_each_operation_has_a_handler_and_each_handler_an_operation() -> None:
    check_handlers(compile_contract(ADMIN, document(ADMIN), "admin.yaml", eager=True), HANDLERS)


@each_operation
def test_the_usual_refusals_are_declared(operation: Operation) -> None:
    declared = set(operation.raw["responses"])
    wanted = {"405", "413"}
    if operation.id not in OPEN:
        wanted |= {"401"}
    if parameters(ADMIN, operation) or "requestBody" in operation.raw:
        wanted |= {"400"}
    if "requestBody" in operation.raw:
        wanted |= {"415"}
    if "{" in operation.path:
        wanted |= {"404"}
    assert wanted <= declared


@each_operation
def test_refusals_are_problems_of_one_media_type(operation: Operation) -> None:
    for status, raw in operation.raw["responses"].items():
        content = follow(ADMIN, raw).get("content", {})
        if status >= "400":
            assert list(content) == ["application/problem+json"], status
        elif operation.id in STREAMED:
            assert list(content) == ["application/json", "text/event-stream"], status
        elif status != "204":
            assert list(content) == ["application/json"], status


@each_operation
def test_a_problems_type_is_its_name(operation: Operation) -> None:
    for answer in answers(ADMIN, operation):
        if answer.status >= "400":
            name = answer.name.lower().replace("_", "-")
            assert answer.raw["value"]["type"] == f"urn:understudy:{name}"
            assert answer.raw["value"]["status"] == int(answer.status)


def test_request_bodies_are_closed_where_the_grammar_is() -> None:
    loose = {
        str(schema.get("description", schema))
        for operation in OPERATIONS.values()
        if "requestBody" in operation.raw
        for schema in schemas(operation.raw["requestBody"]["content"]["application/json"]["schema"])
        if schema.get("type") == "object" and schema.get("additionalProperties") is not False
    }
    open_by_nature = {
        str(SCHEMAS["Story"]["description"]),  # the scenario grammar is its schema
        str(SCHEMAS["When"]["description"]),  # parameters by name
        str(SCHEMAS["RecordEntry"]["description"]),  # each vendor's entries are its schema
        str(SCHEMAS["Snapshot"]["description"]),  # its seal is its schema
        str(SCHEMAS["ForcedReply"]["oneOf"][2]["properties"]["headers"]),
    }
    assert loose == open_by_nature


def test_everything_is_provided_by_the_readme() -> None:
    for operation in OPERATIONS.values():
        told = [operation.raw, *(a.raw for a in answers(ADMIN, operation))]
        assert {each["x-provenance"]["is"] for each in told} == {"documented"}


def test_session_names_are_those_of_every_path() -> None:
    assert pattern("SessionName") == SESSION.pattern


@pytest.mark.parametrize(
    ("name", "fits"),
    [("shop", True), ("...", True), (".", False), ("..", False), ("a b", False), ("x" * 65, False)],
)
def test_a_new_session_has_a_name_that_survives_in_a_path(name: str, fits: bool) -> None:
    assert (re.fullmatch(pattern("NewSessionName"), name) is not None) == fits


@given(st.from_regex(pattern("Instant"), fullmatch=True))
def test_whatever_the_contract_calls_an_instant_is_one(text: str) -> None:
    assert -90_000_000 < instant(text) < 253_370_851_200_000


@given(st.datetimes(), st.sampled_from(["Z", "+23:59", "-00:30"]))
def test_every_instant_of_its_years_fits(moment: Any, zone: str) -> None:
    text = f"{moment.isoformat()}{zone}"
    fits = re.fullmatch(pattern("Instant"), text) is not None
    assert fits == (1970 <= moment.year <= 9998)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-05T24:00:00Z",
        "2026-01-05T23:59:60Z",
        "2026-01-05T09:00:00",
        "2026-01-05T09:00:00+24:00",
        "9999-01-01T00:00:00Z",
        "2026-01-05T09:00:00Z\n",
    ],
)
def test_what_is_no_instant_does_not_fit(text: str) -> None:
    assert re.fullmatch(pattern("Instant"), text) is None


@pytest.mark.parametrize("text", ["2028-02-29T00:00:00Z", "2000-02-29T00:00:00.123456789+05:30"])
def test_leap_days_fit(text: str) -> None:
    assert re.fullmatch(pattern("Instant"), text) is not None


@given(st.from_regex(r"[0-9]{1,6}(ms|s|m|h|d|h[0-9]{1,2}m)", fullmatch=True))
def test_usual_durations_fit_and_are_read(text: str) -> None:
    assert re.fullmatch(pattern("Duration"), text) is not None
    assert duration(text) >= 0


@pytest.mark.parametrize("text", ["-1s", "1", "1.5s", "1 s", "1y", "", "1s1m"])
def test_what_is_no_duration_to_advance_by_does_not_fit(text: str) -> None:
    assert re.fullmatch(pattern("Duration"), text) is None


@pytest.mark.parametrize(
    ("name", "part"), [("Rule", "rule"), ("Fault", "fault"), ("Expectation", "verification")]
)
def test_rules_are_those_of_a_scenario_file(name: str, part: str) -> None:
    told, ours = grammar.definitions()[part], SCHEMAS[name]
    ways = told.get("oneOf", told.get("anyOf", [told]))
    assert set(ours["properties"]) == set().union(*(each["properties"] for each in ways))
    needed = ours.get("anyOf", [ours]) if len(ways) > 1 else [ours]
    assert [set(each.get("required", ())) for each in needed] == [
        set(each["required"]) & {"operation", "order"} if len(ways) > 1 else set(each["required"])
        for each in ways
    ]


def test_a_clock_is_set_as_in_a_scenario_file() -> None:
    told = grammar.schema(())["properties"]["clock"]
    read = set(SCHEMAS["Clock"]["properties"])
    assert set(SCHEMAS["ClockSettings"]["properties"]) == set(told["properties"]) | read
