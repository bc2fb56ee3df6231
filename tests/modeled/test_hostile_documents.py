"""Documents that were made to do harm: each is read within its bounds or refused in one line, and
no call of what was read waits or breaks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.modeled.documents import TEXT, at, document, many, operation, ref, thing
from tests.modeled.files import Document, answers, read
from understudy.errors import ContractError, InputError
from understudy.openapi import document_bounds
from understudy.openapi.document_bounds import OPERATIONS
from understudy.openapi.user_document import read_document
from understudy.resources import CACHE

NAMED = thing({"id": TEXT}, "id")
STEPS = range(40)  # of a schema that doubles with each: 10^12 in the end
SECRET = "the-secret-of-another-file"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))


def of(schema: Any, **more: Any) -> dict[str, Any]:
    """A collection of things of that schema."""
    paths = {
        "/things": {
            "get": operation(200, many(ref("Thing"))),
            "post": operation(201, ref("Thing"), ref("Thing")),
        },
        "/things/{id}": {
            "parameters": at("id"),
            "get": operation(200, ref("Thing")),
            "patch": operation(200, ref("Thing"), ref("Thing")),
        },
    }
    return document(paths, {"Thing": schema, **more})


def with_field(schema: Any) -> dict[str, Any]:
    return of(thing({"id": TEXT, "x": schema}, "id", "x"))


def doubling(keyword: str) -> dict[str, Any]:
    """A schema whose every step looks twice at the value by that keyword."""

    def step(name: str) -> Any:
        if keyword in ("allOf", "anyOf", "oneOf"):
            return {keyword: [ref(name), {**ref(name), "title": "again"}]}
        if keyword == "dependentSchemas":
            return {keyword: {"id": ref(name)}, "allOf": [ref(name)]}
        if keyword == "not":
            return {"not": {"anyOf": [ref(name), ref(name)]}}
        return {"if": ref(name), "then": ref(name), "else": ref(name)}

    steps = {f"S{each}": step(f"S{each + 1}") for each in STEPS}
    return of({**NAMED, **step("S0")}, **steps, **{f"S{len(STEPS)}": {"type": "object"}})


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf", "not", "if", "dependentSchemas"])
def test_schemas_that_double_with_each_step_hold_nobody_up(tmp_path: Path, keyword: str) -> None:
    assert {each.status for each in answers(read(tmp_path, doubling(keyword)))} <= {
        200,
        201,
        404,
        422,
    }


@pytest.mark.parametrize(
    "made",
    [
        of({"allOf": [ref("Thing")]}),
        of({"$ref": "#/components/schemas/A"}, A=ref("Thing")),
        of({"allOf": [ref("A"), NAMED]}, A={"allOf": [ref("B")]}, B={"allOf": [ref("A")]}),
        of(thing({"id": TEXT, "me": ref("Thing")}, "id", "me")),
        of(thing({"id": TEXT, "all": {**many(ref("Thing")), "minItems": 1}}, "id", "all")),
        of({**NAMED, "additionalProperties": ref("Thing"), "minProperties": 9}),
    ],
    ids=["allOf", "ref", "two", "required", "list", "open"],
)
def test_schemas_in_circles_hold_nobody_up(tmp_path: Path, made: Document) -> None:
    assert {each.status for each in answers(read(tmp_path, made))} <= {200, 201, 404, 422}


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "^(?=(a+)+$)a*!$", r"^(a*)*\1$", "^(a{1000}){1000}$", "(" * 500 + ")" * 500, "^("],
)
def test_patterns_that_backtrack_hold_nobody_up(tmp_path: Path, pattern: str) -> None:
    made = read(tmp_path, with_field({"type": "string", "pattern": pattern}))
    assert {each.status for each in answers(made)} <= {200, 201, 404, 422}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 10**9, "items": TEXT},
        {"type": "string", "minLength": 10**9},
        {"type": "integer", "minimum": 10**400},
        {"type": "number", "multipleOf": 1e-300},
        {"type": "object", "minProperties": 10**9},
        {"type": "array", "prefixItems": [TEXT] * 5_000, "minItems": 5_000},
        {"enum": [*range(50_000)]},
    ],
    ids=["items", "text", "minimum", "step", "properties", "prefix", "enum"],
)
def test_numbers_beyond_all_bounds_hold_nobody_up(tmp_path: Path, schema: Document) -> None:
    found = answers(read(tmp_path, with_field(schema)))
    assert {each.status for each in found} <= {200, 201, 404, 422}
    assert max(len(each.body) for each in found) < 100_000


@pytest.mark.parametrize(
    "schema",
    [{"$ref": "#nowhere"}, {"$ref": "#/components/schemas/%00"}, {"$dynamicRef": "#x"}],
    ids=["anchor", "nul", "dynamic"],
)
def test_what_is_sent_to_a_schema_that_leads_nowhere_costs_its_operation(
    tmp_path: Path, schema: Document
) -> None:
    found = {each.status for each in answers(read(tmp_path, with_field(schema)))}
    assert found == {200, 201, 404, 501}


@pytest.mark.parametrize(
    "schema", [{"type": {}}, {"type": "nothing"}, {"required": {}}, {"properties": []}, 7, None]
)
def test_what_is_no_schema_is_not_held_against_anything(tmp_path: Path, schema: Any) -> None:
    assert {each.status for each in answers(read(tmp_path, with_field(schema)))} <= {
        200,
        201,
        404,
        422,
    }


@pytest.mark.parametrize(
    "leads",
    [
        "../secret.json#/a",
        "..%2fsecret.json#/a",
        "link.json#/a",
        "{outside}#/a",
        "file://{outside}#/a",
        "http://127.0.0.1:1/secret.json#/a",
        "//127.0.0.1/secret.json#/a",
        "/etc/passwd",
        "/dev/zero",
        ".",
        "\x00",
    ],
)
def test_a_reference_out_of_the_folder_is_never_followed(tmp_path: Path, leads: str) -> None:
    outside = tmp_path / "secret.json"
    outside.write_text(json.dumps({"a": {"type": "string", "const": SECRET}}))
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "link.json").symlink_to(outside)
    made = read(tmp_path, with_field({"$ref": leads.replace("{outside}", str(outside))}))
    assert all(SECRET.encode() not in each.body for each in answers(made))
    assert SECRET not in json.dumps(made.contract.document)


def test_a_document_of_more_operations_than_anybody_serves_is_refused(tmp_path: Path) -> None:
    paths: Document = {f"/a{each}/{{id}}": {"get": {}} for each in range(OPERATIONS + 1)}
    with pytest.raises(ContractError) as told:
        read(tmp_path, document(paths))
    assert told.value.what == "has 30,001 operations, at most 30,000 are served"


def test_a_document_of_more_keys_than_anybody_reads_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_bounds, "VALUES", 10_000)
    keys = {f"k{each}": 0 for each in range(10_000)}
    with pytest.raises(ContractError) as told:
        read(tmp_path, {**document({}), "x-data": keys})
    assert told.value.what == "holds more than 10,000 values"
    assert told.value.where.endswith("document.json")


def test_what_lies_in_several_files_is_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "more.json").write_text(json.dumps({"a": {"enum": [*range(250)]}}))
    made = with_field({"$ref": "more.json#/a"})
    assert "more.json" not in json.dumps(read(tmp_path, made).contract.document)
    monkeypatch.setattr(document_bounds, "VALUES", 300)
    monkeypatch.setenv(CACHE, str(tmp_path / "another"))
    found = read_document(tmp_path / "inner" / "document.json")
    assert any("more than 300 values" in each.what for each in found.warnings)


@pytest.mark.parametrize("depth", [201, 2_000, 100_000])
def test_a_document_that_nests_without_end_is_refused(tmp_path: Path, depth: int) -> None:
    text = '{"openapi":"3.1.0","paths":{},"x":' + "[" * depth + "]" * depth + "}"
    with pytest.raises(ContractError, match="nested"):
        read(tmp_path, text)


def test_aliases_that_grow_without_end_are_refused(tmp_path: Path) -> None:
    lines = [f"x{each}: &x{each} [{', '.join([f'*x{each - 1}'] * 9)}]" for each in range(1, 12)]
    text = "\n".join(("openapi: 3.1.0", "paths: {}", "x0: &x0 [a]", *lines))
    with pytest.raises(InputError, match="its aliases written out"):
        read(tmp_path, text)
