"""What holds for every admin call: who may, where it goes, and how a mistake is told."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest

from tests.server.admin.admin_client import AdminClient
from understudy.errors import ContractError, SimulationError
from understudy.server.admin import HANDLERS
from understudy.server.sessions.session import Session

TOKEN = "open-sesame"


@pytest.fixture(scope="module")
def guarded() -> AdminClient:
    return AdminClient(admin_token=TOKEN)


@pytest.mark.parametrize("said", [f"Bearer {TOKEN}", f"bearer  {TOKEN}"])
def test_the_token_opens(guarded: AdminClient, said: str) -> None:
    assert guarded.ask("GET", "/vendors", headers={"authorization": said}).status == 200


@pytest.mark.parametrize("said", [None, TOKEN, f"Basic {TOKEN}", "Bearer ", f"Bearer {TOKEN}x"])
def test_nothing_else_does(guarded: AdminClient, said: str | None) -> None:
    headers = {} if said is None else {"authorization": said}
    told = guarded.ask("GET", "/vendors", headers=headers)
    assert (told.status, told.answer) == (401, "UNAUTHORIZED")
    assert told.headers["www-authenticate"] == "Bearer"


def test_health_is_open_for_probes(guarded: AdminClient) -> None:
    assert guarded.ask("GET", "/health").status == 200


def test_without_a_token_all_is_open(admin: AdminClient) -> None:
    assert admin.ask("GET", "/vendors").status == 200


@pytest.mark.parametrize("path", ["", "/", "/health/", "/session", "/consoles", "/sessions/a/b"])
def test_an_unknown_path_is_answered_with_those_there_are(admin: AdminClient, path: str) -> None:
    told = admin.ask("GET", path)
    assert (told.status, told.answer) == (404, "PATH_NOT_FOUND")
    assert "/__admin/sessions" in told.body["exists"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "OPTIONS"])
def test_another_method_is_answered_with_those_there_are(admin: AdminClient, method: str) -> None:
    told = admin.ask(method, "/sessions")
    assert (told.status, told.answer) == (405, "METHOD_NOT_ALLOWED")
    assert told.headers["allow"] == "GET, POST, HEAD"


@pytest.mark.parametrize(
    "path", ["/health", "/vendors", "/sessions/nobodys", "/vendors?no=1", "/nowhere"]
)
def test_head_is_get_without_a_body(admin: AdminClient, path: str) -> None:
    whole = admin.client.get(f"/__admin{path}")
    head = admin.client.head(f"/__admin{path}")
    assert (head.status_code, head.content) == (whole.status_code, b"")
    assert dict(head.headers) == dict(whole.headers)
    assert int(head.headers["content-length"]) == len(whole.content) > 0


def test_head_needs_a_get(admin: AdminClient, session: str) -> None:
    head = admin.client.head(f"/__admin/sessions/{session}/reset")
    assert (head.status_code, head.headers["allow"], head.content) == (405, "POST", b"")


def test_health_is_told_whatever_our_own_contract_is(monkeypatch: pytest.MonkeyPatch) -> None:
    admin = AdminClient()

    def broken(name: str) -> NoReturn:
        raise ContractError("openapi is missing", where="specs/admin.yaml#/openapi", fix="Write it")

    monkeypatch.setattr(admin.sandbox, "contract", broken)
    assert admin.client.get("/__admin/health").json()["status"] == "ok"
    told = admin.client.get("/__admin/vendors")
    assert (told.status_code, told.json()["where"]) == (500, "specs/admin.yaml#/openapi")


@pytest.mark.parametrize("name", ["requests", "rules"])
def test_who_would_delete_a_list_is_told_what_empties_it(
    admin: AdminClient, session: str, name: str
) -> None:
    told = admin.ask("DELETE", f"/sessions/{session}/{name}")
    assert (told.status, told.answer) == (405, "METHOD_NOT_ALLOWED")
    said, method, path = told.body["fix"].split()
    assert (said, method, path) == ("Say", "POST", f"/__admin/sessions/{session}/{name}/clear")
    assert admin.ask(method, path.removeprefix("/__admin")).status < 300
    assert "fix" not in admin.ask("DELETE", "/vendors").body


def test_every_mistake_is_told_at_once(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/requests?limit=0&status=1&by=nobody"
    told = admin.ask("GET", path).body
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
def test_a_body_is_read_strictly(admin: AdminClient, raw: bytes, status: int, answer: str) -> None:
    told = admin.ask("POST", "/sessions", raw=raw)
    assert (told.status, told.answer) == (status, answer)


def test_a_body_of_another_type_is_refused(admin: AdminClient) -> None:
    headers = {"content-type": "text/plain"}
    told = admin.ask("POST", "/sessions", raw=b"{}", headers=headers)
    assert (told.status, told.answer) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert told.body["fix"] == "Send content-type: application/json"


def test_a_world_that_cannot_go_on_says_which_record(
    admin: AdminClient, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(_: Session) -> int:
        raise SimulationError("it loops", where="executions 1", fix="Give a step a duration")

    with monkeypatch.context() as patch:
        patch.setattr(Session, "present", stuck)
        reply = admin.client.get(f"/__admin/sessions/{session}")
    assert reply.status_code == 500
    told = reply.json()
    assert (told["detail"], told["where"]) == ("it loops", "executions 1")
    assert told["fix"] == "Give a step a duration"
    assert admin.ask("POST", f"/sessions/{session}/reset").status == 200


def test_what_breaks_is_our_fault_and_says_no_more(
    admin: AdminClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr("understudy.server.admin.HANDLERS", {**HANDLERS, "health": broken})
    reply = admin.client.get("/__admin/health")
    assert reply.status_code == 500
    assert reply.json() == {
        "type": "urn:understudy:internal-error",
        "title": "The sandbox broke",
        "status": 500,
        "detail": "RuntimeError",
    }
    assert "health broke" in caplog.text
