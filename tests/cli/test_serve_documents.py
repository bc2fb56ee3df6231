"""`understudy serve DOC...`: what is printed works when it is pasted, and edits are taken in."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import IO, Any

import pytest

from tests.cli.served_process import ask, serving
from tests.modeled.documents import ORDER, at, document, many, operation, parameter, ref

PATHS = {
    "/orders": {
        "get": operation(
            200,
            many(ref("Order")),
            operationId="listOrders",
            parameters=[{**parameter("shop"), "required": True}],
        ),
        "post": operation(201, ref("Order"), ref("Order"), operationId="createOrder"),
    },
    "/orders/{id}": {
        "parameters": at("id"),
        "get": operation(200, ref("Order"), operationId="getOrder"),
    },
}
SCHEMES = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "appid"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
}


def write(folder: Path, scheme: str = "header", **more: Any) -> Path:
    value = document(PATHS, {"Order": ORDER}, servers=[{"url": "https://api.shop.example/v1"}])
    value["components"]["securitySchemes"] = {"key": SCHEMES[scheme]}
    file = folder / "openapi.json"
    file.write_text(json.dumps({**value, "security": [{"key": []}], **more}))
    return file


def pasted(line: str) -> tuple[str, dict[str, str]]:
    """The URL and the headers of a curl line."""
    words = shlex.split(line)
    assert words[:2] == ["curl", "-i"]
    headers = (words[at + 1] for at, word in enumerate(words) if word == "-H")
    url = next(word for word in words if word.startswith("http"))
    return url, dict(each.split(": ", 1) for each in headers)


def _line(printed: IO[str] | None, title: str) -> str:
    """The rest of the line that is printed with this title."""
    assert printed is not None
    found = next(line for line in printed if line.strip().startswith(title))
    return found.strip().removeprefix(title).strip()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_line_to_try_works(tmp_path: Path, scheme: str) -> None:
    write(tmp_path, scheme)
    with serving(tmp_path, str(tmp_path / "openapi.json"), "--clock", "frozen") as served:
        url, headers = pasted(_line(served.process.stdout, "try"))
        answer = ask(url, headers)
        assert (answer.status, len(answer.body)) == (200, 3)
        assert ask(re.sub("appid=[^&]*", "a=1", url)).status == 401


def test_documents_stand_beside_vendors(tmp_path: Path) -> None:
    file = write(tmp_path)
    with serving(tmp_path, f"shop={file}", str(file), "looply") as served:
        told = ask(f"{served.url}/__admin/health").body
        assert told["vendors"] == ["shop", "orders", "looply"]


def test_stateless_answers_remember_nothing(tmp_path: Path) -> None:
    file = write(tmp_path)
    options = ("--stateless", "--no-auth", "--clock", "frozen")
    with serving(tmp_path, str(file), *options) as served:
        sent = {"content-type": "application/json"}
        body = json.dumps({"customer": "ada", "total": 3})
        made = ask(f"{served.url}/orders", sent, body)
        assert made.status == 201
        assert ask(f"{served.url}/orders/ord_nothing").status == 200
