"""The commands for what runs: what they print of a sandbox, at 80 columns and where none are."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from time import monotonic, sleep

import httpx
import pytest
from click import unstyle

from understudy.cli import main
from understudy.cli.event_stream import parsed
from understudy.cli.records import cell, columns
from understudy.client import create_app
from understudy.server.admin.events import streams
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings

KEY = {"x-api-key": "looply-key-northwind"}
SAP = {"payload": {"source": "SAP"}}
WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"
Say = Callable[..., str]


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadServer]:
    with ThreadServer(create_app(Settings(vendors=("looply",), clock=FROZEN))) as served:
        yield served


@pytest.fixture(scope="module")
def url(server: ThreadServer) -> str:
    return server.url


@pytest.fixture
def say(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Say]:
    """Runs a command as on a terminal of 80 columns, or as into a pipe: what it prints."""
    monkeypatch.setenv("UNDERSTUDY_URL", url)
    httpx.post(f"{url}/__admin/sessions", json={"name": "mine", "clock": "frozen"})

    def run(*words: str, columns: int = 0) -> str:
        monkeypatch.setattr("sys.stdout.isatty", lambda: bool(columns), raising=False)
        size = os.terminal_size((columns or 80, 24))
        monkeypatch.setattr("understudy.cli.terminal.get_terminal_size", lambda: size)
        assert main([*words]) == 0
        return unstyle(capsys.readouterr().out)

    yield run
    httpx.delete(f"{url}/__admin/sessions/mine")


def resume(url: str, process: str = "order-1001") -> None:
    path = f"{url}/~mine/looply/v2/workflows/resumeWorkflow/{process}"
    httpx.post(path, json=SAP, headers=KEY)


def test_status_says_what_runs_where(say: Say, url: str) -> None:
    told = say("status")
    assert told.startswith(f"Understudy 0.1.0 runs on {url} with ")
    assert f"{url}/looply" in told


def test_requests_are_listed_with_why(say: Say, url: str) -> None:
    assert say("requests", "--session", "mine") == "Session mine has no such request yet.\n"
    resume(url)
    resume(url)
    told = say("requests", "--session", "mine")
    first, second = (line.split() for line in told.splitlines() if line.startswith(" mine."))
    assert first[:6] == ["mine.1", "01-01", "00:00:00", "looply.resumeWorkflow", "200",
                         "WORKFLOW_RESTARTED"]  # fmt: skip
    assert " ".join(second[6:]).startswith("refusal it was resumed at 2026-01-01T00:00:00.000Z")
    assert "mine.1" not in say("requests", "--session", "mine", "--status", "409")


def test_on_80_columns_what_is_left_out_is_said(say: Say, url: str) -> None:
    resume(url)
    told = say("requests", "--session", "mine", columns=80)
    assert max(map(len, told.splitlines())) <= 80
    assert "Left out for want of room: by, because" in told
    assert "Why one was answered so: understudy why mine.1" in told


def test_collections_are_counted(say: Say) -> None:
    told = say("records", "looply", "--session", "mine")
    assert [line.split() for line in told.splitlines() if "installations" in line] == [
        ["looply", "installations", "3"]
    ]


def test_what_calls_take_is_never_left_out_and_no_id_is_broken(say: Say) -> None:
    told = say("records", "looply", "executions", "--session", "mine", columns=80)
    lines = told.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[2].split() == ["id", "process_id", "state"]
    assert [WAITING, "order-1001", "AWAITING_RESPONSE"] in [line.split() for line in lines]
    assert "Left out for want of room: name, workflow_id" in told


def test_a_documents_records_are_told_by_their_fields() -> None:
    data = {"id": "o1", "item": "tea", "sold": True}
    record = {"id": "o1", "state": "", "fields": {"id": "o1", "serial": 1, **data}}
    other = {"id": "o2", "state": "", "fields": {"id": "o2", "serial": 2, "item": "\x1b[2J"}}
    assert columns([record, other], ["id"]) == (["id", "item", "sold"], [])
    assert [cell("\x1b[2J"), cell(True), cell(None)] == ["\\x1b[2J", "yes", ""]


def test_rules_are_listed_with_how_often_they_struck(say: Say, url: str) -> None:
    assert "no rules but magic inputs" in say("rules", "--session", "mine")
    rule = {"operation": "looply.resumeWorkflow", "times": 1, "reply": "ALREADY_RESTARTED"}
    httpx.post(f"{url}/__admin/sessions/mine/rules", json=rule)
    resume(url)
    told = say("rules", "--session", "mine")
    (line,) = (line for line in told.splitlines() if line.startswith(" r1"))
    assert line.split(maxsplit=5)[1:5] == ["looply.resumeWorkflow", "1", "1", "(spent)"]


def test_sessions_are_listed_with_their_clocks(say: Say) -> None:
    (line,) = (line for line in say("sessions").splitlines() if line.startswith(" mine"))
    assert line.split()[:4] == ["mine", "2026-01-01", "00:00:00", "frozen"]


def test_the_clock_is_told_and_let_on(say: Say) -> None:
    told = say("clock", "--session", "mine")
    assert told.splitlines()[0] == "2026-01-01T00:00:00.000Z  frozen"
    told = say("clock", "advance", "1w", "--session", "mine")
    assert told.splitlines()[0] == "2026-01-08T00:00:00.000Z  frozen"
    assert "What happened in 7d" in told
    assert ["8", "looply", "executions", "complete", "IN_PROGRESS", "COMPLETED"] in [
        line.split() for line in told.splitlines()
    ]
    assert "running" in say("clock", "run", "--session", "mine").splitlines()[0]
    assert "x60" in say("clock", "run", "60", "--session", "mine").splitlines()[0]
    assert "frozen" in say("clock", "freeze", "--session", "mine").splitlines()[0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["clock", "advance"], "how far?. Say 10m, 1w, an instant, next or idle"),
        (["clock", "stop"], "a clock cannot 'stop'. There are advance, freeze, run"),
        (["clock", "run", "fast"], "'fast' is no speed. Say how many times as fast, like 60"),
    ],
)
def test_a_mistake_is_one_line(
    words: list[str], told: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--url", url]) == 2
    assert capsys.readouterr().err == f"Error: {told}\n"


def test_a_session_is_put_back(say: Say, url: str) -> None:
    resume(url)
    assert say("reset", "--session", "mine") == (
        "Session mine is as it started; its clock says 2026-01-01T00:00:00.000Z.\n"
    )
    assert "no such request" in say("requests", "--session", "mine")


def test_calls_are_followed_until_the_session_ends(
    say: Say, url: str, server: ThreadServer
) -> None:
    resume(url)

    def go_on() -> None:
        end = monotonic() + 10
        while not streams(server.app.sandbox) and monotonic() < end:
            sleep(0.01)
        resume(url)
        resume(url, "order-9")
        httpx.delete(f"{url}/__admin/sessions/mine")

    thread = threading.Thread(target=go_on)
    thread.start()
    told = say("requests", "--session", "mine", "--status", "404", "--follow")
    thread.join()
    assert told.splitlines() == [
        "Session mine has no such request yet.",
        "mine.3  01-01 00:00:00  looply.resumeWorkflow  404 EXECUTION_NOT_FOUND  refusal: "
        "org-northwind has no execution of 'order-9'",
        "The session mine has ended.",
    ]


def test_lines_of_a_stream_are_events() -> None:
    text = 'retry: 1000\n\nid: a-1\nevent: call\ndata: {"number": 1}\n\n: ping\n\n'
    assert list(parsed(iter(text.split("\n")))) == [("a-1", "call", {"number": 1})]
