"""What the sandbox says itself, where no vendor can be meant: labelled and dated as all answers."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from typing import Any

import pytest

from understudy.client import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings

THEN = "Thu, 01 Jan 2026 00:00:00 GMT"
LIST = "/looply/v2/workflows/getOrganizationWorkflows"
OWN = "operation=-, by=sandbox, provenance=documented, session=-"


def app(**settings: Any) -> Any:
    return create_app(Settings(vendors=("looply",), clock=FROZEN, **settings))


def told(answer: Answered) -> Mapping[str, Any]:
    body: Mapping[str, Any] = json.loads(answer.body)
    assert (body["status"], body["title"]) == (answer.status, body["title"])
    return body


@pytest.mark.parametrize(
    ("target", "headers", "status", "title"),
    [
        ("/nowhere", (), 404, "Nothing is served here"),
        ("/~mine/v2/workflows", (), 404, "Nothing is served here"),
        (f"/~mine{LIST}", (("x-understudy-session", "other"),), 400, "Session refused"),
        (f"/~a:b{LIST}", (), 400, "Session refused"),
        (f"{LIST}?{'x' * 9000}", (), 414, "URI too long"),
        (LIST, tuple((f"x-{n}", "") for n in range(200)), 431, "Too many headers"),
        (LIST, (("x", "x" * 40_000),), 431, "Headers too large"),
        (f"/__admin/health?{'x' * 9000}", (), 414, "URI too long"),
    ],
)
def test_a_refusal_of_its_own_is_labelled_and_dated(
    target: str, headers: tuple[tuple[str, str], ...], status: int, title: str
) -> None:
    with InProcess(app()) as process:
        answer = process.ask("GET", target, headers)
    assert (answer.status, told(answer)["title"]) == (status, title)
    said = dict(answer.headers)
    assert (said["x-understudy"], said["date"]) == (OWN, THEN)


def test_a_call_for_no_vendor_is_kept_where_its_session_is_known() -> None:
    with InProcess(app()) as process:
        kind = (("content-type", "application/json"),)
        process.ask("POST", "/__admin/sessions", kind, b'{"name": "mine"}')
        header = ("x-understudy-session", "mine")
        secret = ("x-api-key", "looply-key-northwind")
        first = process.ask("GET", "/~mine/v2/workflows/getOrganizationWorkflows", (secret,))
        second = process.ask("POST", "/lopply/v2?token=abc&x=1", (header,), b"{}")
        nobodys = process.ask("GET", "/~nobodys/v2")
        listed = json.loads(process.ask("GET", "/__admin/sessions/mine/requests").body)["requests"]
        why = json.loads(process.ask("GET", "/__admin/sessions/mine/requests/1").body)
        wrong = json.loads(process.ask("GET", "/__admin/sessions/mine/coverage").body)["mistakes"]
        note = json.loads(process.ask("GET", "/__admin/sessions/mine/scenario").body)["notes"][0]
        sessions = json.loads(process.ask("GET", "/__admin/sessions").body)["sessions"]
    said = dict(first.headers)
    assert said["x-understudy-request"] == "mine.1"
    assert said["x-understudy"] == OWN.replace("session=-", "session=mine")
    meant = "/looply/v2/workflows/getOrganizationWorkflows"
    assert told(first)["fix"].startswith(
        f"Did you mean {meant}? Begin the path with one of /looply"
    )
    assert told(second)["fix"].startswith("Did you mean /looply/v2? ")
    assert "x-understudy-request" not in dict(nobodys.headers)
    assert [(each["vendor"], each["by"], each["status"]) for each in listed] == [
        ("sandbox", "sandbox", 404)
    ] * 2
    assert (why["because"], why["hint"]) == (told(first)["detail"], f"did you mean {meant}?")
    assert why["request"]["headers"]["x-api-key"] == "***"
    assert why["curl"].endswith(f"{meant.removeprefix('/looply')} -H 'x-api-key: <a key>'")
    assert [(each["kind"], each["vendor"]) for each in wrong] == [("unknown", "sandbox")] * 2
    assert note == f"request 1 is left out: no operation is GET {meant.removeprefix('/looply')}"
    assert [each["name"] for each in sessions] == ["default", "mine"]


def test_a_vendor_that_ships_and_is_not_served_is_told_so() -> None:
    with InProcess(app()) as process:
        answer = process.ask("GET", "/refold/api/v2/public/workflow")
    assert told(answer)["fix"] == "Serve it, too: understudy serve looply refold"


def test_a_secret_of_a_call_for_no_vendor_is_not_kept() -> None:
    with InProcess(app()) as process:
        process.ask("GET", f"{LIST}")
        process.ask("POST", "/nowhere?token=abc&x=1")
        why = json.loads(process.ask("GET", "/__admin/sessions/default/requests/2").body)
    assert why["query"] == "token=***&x=1"


def test_no_room_for_a_session_is_its_own_refusal() -> None:
    with InProcess(app(sessions=1)) as process:
        assert process.ask("GET", f"/~first{LIST}").status == 403
        answer = process.ask("GET", f"/~second{LIST}")
    assert (answer.status, told(answer)["title"]) == (503, "Session refused")
    assert dict(answer.headers)["x-understudy"] == OWN


@pytest.mark.parametrize(
    ("method", "path", "status", "label"),
    [
        ("GET", "/health", 200, "operation=admin.health, by=sandbox, session=-"),
        ("GET", "/sessions/mine", 200, "operation=admin.getSession, by=sandbox, session=mine"),
        ("GET", "/sessions/nobodys", 404, "operation=admin.getSession, by=sandbox, session=-"),
        ("DELETE", "/sessions/mine", 204, "operation=admin.deleteSession, by=sandbox, session=-"),
        ("GET", "/vendors/mine", 404, "operation=admin.getVendor, by=sandbox, session=-"),
        ("GET", "/nowhere", 404, "operation=-, by=sandbox, session=-"),
        ("PATCH", "/health", 405, "operation=-, by=sandbox, session=-"),
    ],
)
def test_an_admin_answer_is_labelled_and_dated(
    method: str, path: str, status: int, label: str
) -> None:
    with InProcess(app()) as process:
        body = b'{"name": "mine"}'
        kind = (("content-type", "application/json"),)
        assert process.ask("POST", "/__admin/sessions", kind, body).status == 201
        answer = process.ask(method, f"/__admin{path}")
    said = dict(answer.headers)
    assert (answer.status, said["date"]) == (status, THEN)
    assert said["x-understudy"] == label.replace("sandbox,", "sandbox, provenance=documented,")


def test_an_admin_answer_has_its_sessions_date() -> None:
    with InProcess(app()) as process:
        body = b'{"name": "mine", "clock": {"at": "2026-01-05T09:00:00Z"}}'
        process.ask("POST", "/__admin/sessions", (("content-type", "application/json"),), body)
        dates = [
            dict(process.ask("GET", path).headers)["date"]
            for path in ("/__admin/sessions/mine/clock", "/~mine/nowhere", "/__admin/health")
        ]
    assert dates == ["Mon, 05 Jan 2026 09:00:00 GMT"] * 2 + [THEN]


@pytest.mark.parametrize(
    ("sent", "status", "title"),
    [
        (b"NO HTTP\r\n\r\n", 400, "No HTTP request"),
        (b"GET / HTTP/1.1\r\nx: " + b"x" * 300_000, 431, "Headers too large"),
    ],
)
def test_what_never_became_a_call_is_answered_in_the_same_way(
    sent: bytes, status: int, title: str
) -> None:
    with ThreadServer(app()) as server:
        host, _, port = server.url.rpartition("//")[2].partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as wire:
            wire.sendall(sent)
            got = b""
            while more := wire.recv(65536):
                got += more
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    said = dict(line.split(": ", 1) for line in lines)
    assert int(first.split()[1]) == json.loads(body)["status"] == status
    assert json.loads(body)["title"] == title
    assert int(said["content-length"]) == len(body)
    assert (said["x-understudy"], said["date"], said["connection"]) == (OWN, THEN, "close")
