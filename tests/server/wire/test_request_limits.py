"""How much one body may hold: counted before anything is read of it."""

from __future__ import annotations

import json

import pytest

from tests.server.looply_sandbox import LooplySandbox, code
from understudy.server.inprocess import Answered
from understudy.server.wire.request_limits import PARTS, has_too_many_values

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"


def part(number: int) -> str:
    return f'--b\r\ncontent-disposition: form-data; name="f{number}"\r\n\r\n1\r\n'


@pytest.mark.parametrize(
    ("body", "media_type", "is_too_much"),
    [
        ("[" + ",".join(["1"] * 99) + "]", JSON, False),
        ("[" + ",".join(["1"] * 100) + "]", JSON, True),
        (" \n[" + ",".join(["1"] * 100) + "]", "", True),
        (json.dumps({f"k{n}": n for n in range(49)}), JSON, False),
        (json.dumps({f"k{n}": n for n in range(50)}), JSON, True),
        ("[" + ",".join(["{}"] * 70) + "]", JSON, True),
        ("[" * 120, JSON, False),
        ("[" * 201, JSON, True),
        (json.dumps(["a,b:c[{"] * 50 + ['a " \\ , \n' * 500]), JSON, False),
        (json.dumps(["\\"] * 100), JSON, True),
        (json.dumps(["x" * 500] * 100), JSON, True),
        ('["' + "," * 500, JSON, True),
        ("a, b: c, " * 100, "text/plain", False),
        ("&".join(["a=1"] * 100), FORM, False),
        ("&".join(["a=1"] * 102), FORM, True),
        ("&" * 500, "text/plain", False),
        ("".join(map(part, range(PARTS))), MULTIPART, False),
        ("".join(map(part, range(PARTS + 2))), MULTIPART, True),
    ],
)
def test_values_keys_and_fields_are_counted(
    body: str, media_type: str, *, is_too_much: bool
) -> None:
    assert has_too_many_values(body.encode(), media_type, 100) is is_too_much


def told(answer: Answered) -> dict[str, str]:
    found: dict[str, str] = json.loads(answer.body)
    return found


def test_a_call_with_more_is_refused_as_one_that_is_too_large() -> None:
    with LooplySandbox(body_values=50) as door:
        payload = {"payload": {"source": "SAP", "more": list(range(50))}}
        answer = door.send("POST", "/resumeWorkflow/order-1001", payload)
        assert code(answer)[0] == 413
        why = door.why()
        assert (why["reply"]["answer"], why["because"]) == (
            "CONTENT_TOO_LARGE",
            "the body has more than 50 values and keys",
        )
        assert why["request"].get("body") is None, "nobody keeps what nobody reads"
        payload["payload"]["more"] = list(range(40))
        assert code(door.send("POST", "/resumeWorkflow/order-1001", payload))[0] == 200


def test_an_admin_call_with_more_is_refused_by_name() -> None:
    with LooplySandbox() as door:
        body = json.dumps({"operation": "looply.resumeWorkflow", "when": {"x": [0] * 250_001}})
        target = "/__admin/sessions/default/rules"
        answer = door.process.ask("POST", target, (("content-type", JSON),), body.encode())
        assert (answer.status, told(answer)["detail"]) == (
            413,
            "the body has more than 250000 values and keys",
        )
