"""Documents with names of any kind, and with parts that are no OpenAPI: what can be served is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.modeled.documents import TEXT, document, operation, ref, thing
from tests.modeled.files import Document, answers, read
from understudy.resources import CACHE


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))


NAMES = {
    "script": "<script>alert(1)</script>",
    "nul": "a\x00b",
    "traversal": "../../../etc/passwd",
    "escape": "\x1b[31mred",
    "lines": "a\r\nX-Evil: 1",
    "half": "\ud800",
    "emoji": "\N{GRINNING FACE}",
    "none": "",
    "braces": "{}",
    "reserved": "__admin",
    "long": "x" * 10_000,
}


def called(name: str) -> dict[str, Any]:
    """A document in which everything that can have a name has that one."""
    answer = operation(200, thing({name: TEXT}, name), operationId=name, tags=[name])
    answer["responses"]["200"] |= {
        "description": name,
        "headers": {name: {"example": name}, "x-said": {"example": name}},
    }
    answer["responses"]["200"]["content"][name] = {
        "schema": TEXT,
        "examples": {name: {"value": name}},
    }
    answer["parameters"] = [
        {"name": name, "in": place, "schema": TEXT} for place in ("query", "header", "cookie")
    ]
    schemes = {name: {"type": "apiKey", "in": "header", "name": name}}
    sent = {"content": {name: {"schema": TEXT}, "application/json": {"schema": ref(name)}}}
    made = document(
        {
            "/plain": {"get": answer, "post": {**operation(200), "requestBody": sent}},
            f"/{name}": {"get": operation(200, TEXT)},
            f"/of/{{{name}}}": {"get": operation(200, TEXT)},
        },
        {name: thing({name: TEXT}, name)},
        info={"title": name, "version": name},
        servers=[{"url": name}, {"url": f"https://example.org/{name}"}],
        security=[{}, {name: []}],
    )
    made["components"]["securitySchemes"] = schemes
    return made


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_of_any_kind_break_nothing_and_reach_no_header_line(
    tmp_path: Path, name: str
) -> None:
    made = read(tmp_path, called(name))
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", made.vendor.name)
    found = answers(made)
    assert len(found) >= 4
    assert {each.status for each in found} <= {200, 201, 400, 404, 414, 415, 422, 501}
    for each in found:
        assert all(
            re.fullmatch(r"[\x20-\x7e\x80-\xff]*", text) for line in each.headers for text in line
        )
        assert "x-evil" not in dict(each.headers)


SHAPES: dict[str, Any] = {
    "operation": {"paths": {"/a": {"get": 5}}},
    "path": {"paths": {"/a": []}},
    "parameters": {"paths": {"/a": {"get": operation(200, parameters=[5, None, {"$ref": "#/x"}])}}},
    "responses": {"paths": {"/a": {"get": {"responses": {"200": 5, "abc": {}, "999": {}}}}}},
    "body": {"paths": {"/a": {"post": {"requestBody": {"content": 5}, "responses": {}}}}},
    "path circle": {"paths": {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"}}},
    "security": {"paths": {"/a": {"get": operation(200)}}, "security": [5, {"x": 5}]},
    "servers": {"paths": {"/a": {"get": operation(200)}}, "servers": [5, {"url": "http://[bad"}]},
    "token url": {
        "paths": {"/a": {"get": operation(200)}},
        "components": {
            "securitySchemes": {
                "a": {"type": "oauth2", "flows": {"password": {"tokenUrl": "http://[bad"}}}
            }
        },
    },
    "many parameters": {
        "paths": {"/" + "/".join(f"{{p{each}}}" for each in range(300)): {"get": operation(200)}}
    },
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_is_no_openapi_in_one_place_costs_no_more_than_its_operation(
    tmp_path: Path, shape: Document
) -> None:
    whole = {"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}, **shape}
    whole["paths"] = {**shape["paths"], "/fine": {"get": operation(200, TEXT)}}
    found = answers(read(tmp_path, whole))
    assert found[-1].status == 200
    assert {each.status for each in found} <= {200, 204, 422, 501}
