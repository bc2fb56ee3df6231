"""The console on a document of the user's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.console.browsing import Browser

ACCOUNT = {
    "type": "object",
    "required": ["Name"],
    "properties": {"id": {"type": "string", "readOnly": True}, "Name": {"type": "string"}},
}


def _answer(status: int) -> dict[str, Any]:
    return {
        str(status): {
            "description": "An account",
            "content": {"application/json": {"schema": ACCOUNT}},
        }
    }


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Books", "version": "1"},
    "paths": {
        "/Accounts": {
            "post": {
                "operationId": "createAccount",
                "requestBody": {"content": {"application/json": {"schema": ACCOUNT}}},
                "responses": _answer(201),
            }
        },
        "/Accounts/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "get": {"operationId": "getAccount", "responses": _answer(200)},
        },
    },
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    file: Path = tmp_path_factory.mktemp("books") / "books.json"
    file.write_text(json.dumps(DOCUMENT))
    browser = Browser(documents=(f"books={file}",))
    yield browser
    browser.process.close()


def test_what_is_created_has_a_record_under_the_documents_own_name(books: Browser) -> None:
    form = next(
        each
        for each in books.page("/vendors/books/createAccount").all("form")
        if "data-call" in each.attributes
    )
    assert form["data-target"] == "/books/Accounts"
    assert list(json.loads(form.one("textarea").text)) == ["Name"]
    made = books.process.ask(
        "POST", "/books/Accounts", (("content-type", "application/json"),), b'{"Name": "Till"}'
    )
    assert made.status == 201
    page = books.page("/records/books/Accounts")
    link = next(each["href"] for each in page.all("a", class_="id"))
    assert link.endswith(json.loads(made.body)["id"])
    record = books.page(link.partition("/sessions/default")[2])
    assert 'Name "Till"' in record.one("div", id="held").text


@pytest.mark.parametrize(
    "path",
    ["/vendors/books", "/vendors/books/getAccount", "/records", "/coverage?vendor=books", "/clock"],
)
def test_every_view_is_there_for_it(books: Browser, path: str) -> None:
    assert "books" in books.page(path).text or path == "/clock"
