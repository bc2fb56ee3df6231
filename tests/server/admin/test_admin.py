"""What holds for every admin call: who may, where it goes, and how a mistake is told."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from tests.server.admin.admin_client import Desk
from understudy.errors import ContractError, SimulationError
from understudy.server.admin import HANDLERS
from understudy.server.sessions.session import Session

TOKEN = "open-sesame"


@pytest.fixture(scope="module")
def guarded() -> Desk:
    return Desk(admin_token=TOKEN)


@pytest.mark.parametrize("said", [f"Bearer {TOKEN}", f"bearer  {TOKEN}"])
def test_the_token_opens(guarded: Desk, said: str) -> None:
    assert guarded.ask("GET", "/vendors", headers={"authorization": said}).status == 200


@pytest.mark.parametrize("said", [None, TOKEN, f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x"])
def test_nothing_else_does(guarded: Desk, said: str | None) -> None:
    headers = {} if said is None else {"authorization": said}
    told = guarded.ask("GET", "/vendors", headers=headers)
    assert (told.status, told.answer) == (401, "UNAUTHORIZED")
    assert told.headers["www-authenticate"] == "Bearer"


def test_health_is_open_for_probes(guarded: Desk) -> None:
    assert guarded.ask("GET", "/health").status == 200


def test_without_a_token_all_is_open(desk: Desk) -> None:
    assert desk.ask("GET", "/vendors").status == 200


@pytest.mark.parametrize("path", ["", "/", "/health/", "/session", "/console", "/sessions/a/b"])
def test_an_unknown_path_is_answered_with_those_there_are(desk: Desk, path: str) -> None:
    told = desk.ask("GET", path)
    assert (told.status, told.answer) == (404, "PATH_NOT_FOUND")
    assert "/__admin/sessions" in told.body["exists"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "OPTIONS"])
def test_another_method_is_answered_with_those_there_are(desk: Desk, method: str) -> None:
    told = desk.ask(method, "/sessions")
    assert (told.status, told.answer) == (405, "METHOD_NOT_ALLOWED")
    assert told.headers["allow"] == "GET, POST, HEAD"


@pytest.mark.parametrize(
    "path", ["/health", "/vendors", "/sessions/nobodys", "/vendors?no=1", "/nowhere"]
)
def test_head_is_get_without_a_body(desk: Desk, path: str) -> None:
    whole = desk.client.get(f"/__admin{path}")
    head = desk.client.head(f"/__admin{path}")
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert dict(head.headers) == dict(whole.headers)
    assert int(head.headers["content-length"]) == len(whole.content) > 0


def test_head_needs_a_get(desk: Desk, session: str) -> None:
    head = desk.client.head(f"/__admin/sessions/{session}/reset")
    assert (head.status_code, head.headers["allow"], head.content) == (405, "POST", b"")


def test_health_is_told_whatever_our_own_contract_is(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()

    def broken(name: str) -> NoReturn:
        raise ContractError("openapi is missing", where="specs/admin.yaml#/openapi", fix="Write it")

    monkeypatch.setattr(desk.sandbox, "contract", broken)
    assert desk.client.get("/__admin/health").json()["status"] == "ok"
    told = desk.client.get("/__admin/vendors")
    assert (told.status_code, told.json()["where"]) == (500, "specs/admin.yaml#/openapi")


@pytest.mark.parametrize("name", ["requests", "rules"])
def test_who_would_delete_a_list_is_told_what_empties_it(
    desk: Desk, session: str, name: str
) -> None:
    told = desk.ask("DELETE", f"/sessions/{session}/{name}")
    assert (told.status, told.answer) == (405, "METHOD_NOT_ALLOWED")
    said, method, path = told.body["fix"].split()
    assert (said, method, path) == ("Say", "POST", f"/__admin/sessions/{session}/{name}/clear")
    assert desk.ask(method, path.removeprefix("/__admin")).status < 300
    assert "fix" not in desk.ask("DELETE", "/vendors").body


def test_every_mistake_is_told_at_once(desk: Desk, session: str) -> None:
    path = f"/sessions/{session}/requests?limit=0&status=1&by=nobody"
    told = desk.ask("GET", path).body
    assert [each["name"] for each in told["violations"]] == ["status", "by", "limit"]
    assert told["where"] == "query status"
    assert told["detail"].endswith("(and 2 more)")


@pytest.mark.parametrize(
    ("raw", "status", "answer"),
    [
        (b"{", 400, "MALFORMED_BODY"),
        (b'{"name": "\\ud800"}', 400, "MALFORMED_BODY"),
        (b'{"seed": NaN}', 400, "MALFORMED_BODY"),
        (b"[" * 100_000, 400, "MALFORMED_BODY"),
        (b'{"seed": 1e400}', 400, "MALFORMED_BODY"),
        (b'{"seed": 1.5}', 400, "BAD_REQUEST"),
        (b'{"seeds": 1}', 400, "BAD_REQUEST"),
        (b'"shop"', 400, "BAD_REQUEST"),
    ],
)
def test_a_body_is_read_strictly(desk: Desk, raw: bytes, status: int, answer: str) -> None:
    told = desk.ask("POST", "/sessions", raw=raw)
    assert (told.status, told.answer) == (status, answer)


def test_a_body_of_another_type_is_refused(desk: Desk) -> None:
    headers = {"content-type": "text/plain"}
    told = desk.ask("POST", "/sessions", raw=b"{}", headers=headers)
    assert (told.status, told.answer) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert told.body["fix"] == "Send content-type: application/json"


def test_a_world_that_cannot_go_on_says_which_record(
    desk: Desk, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(_: Session) -> int:
        raise SimulationError("it loops", where="executions 1", fix="Give a step a duration")

    with monkeypatch.context() as patch:
        patch.setattr(Session, "present", stuck)
        reply = desk.client.get(f"/__admin/sessions/{session}")
    assert reply.status_code == 500
    told = reply.json()
    assert (told["detail"], told["where"]) == ("it loops", "executions 1")
    assert told["fix"] == "Give a step a duration"
    assert desk.ask("POST", f"/sessions/{session}/reset").status == 200


def test_what_breaks_is_our_fault_and_says_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr("understudy.server.admin.HANDLERS", {**HANDLERS, "health": broken})
    reply = desk.client.get("/__admin/health")
    assert reply.status_code == 500
    assert reply.json() == {
        "type": "urn:understudy:internal-error",
        "title": "The sandbox broke",
        "status": 500,
        "detail": "RuntimeError",
    }
    assert "health broke" in caplog.text
