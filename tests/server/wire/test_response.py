"""The sandbox's own answers are indented for who reads them in a terminal or a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.server.looply_sandbox import KEY, LooplySandbox

CURL, BROWSER = ("user-agent", "curl/8.5.0"), ("accept", "text/html,*/*")
RECORDS = "/__admin/sessions/default/records"


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as made:
        yield made


@pytest.mark.parametrize("header", [CURL, BROWSER, ("user-agent", "Wget/1.21")])
@pytest.mark.parametrize("path", [RECORDS, "/__admin/nowhere", "/nowhere", "/__admin/sessions/no"])
def test_a_person_reads_lines(looply: LooplySandbox, header: tuple[str, str], path: str) -> None:
    answer = looply.process.ask("GET", path, [header])
    assert answer.body.startswith(b'{\n  "')
    assert answer.body.endswith(b"\n}\n")
    assert dict(answer.headers)["content-length"] == str(len(answer.body))
    plain = looply.process.ask("GET", path)
    assert b"\n" not in plain.body
    assert json.loads(plain.body) == json.loads(answer.body)


def test_a_vendors_answer_stays_as_it_is(looply: LooplySandbox) -> None:
    path = "/looply/v2/workflows/getOrganizationWorkflows"
    plain, asked = (
        looply.process.ask("GET", path, [KEY]),
        looply.process.ask("GET", path, [KEY, CURL]),
    )
    assert plain.body == asked.body
