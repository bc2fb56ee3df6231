"""What happens as it happens: pages of events, and streams that are followed over a port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.server.admin.admin_client import WAITING, AdminClient
from tests.server.looply_sandbox import KEY, PAYLOAD
from understudy.client import create_app
from understudy.server.admin import event_log
from understudy.server.admin.event_log import EventLog
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings

Event = tuple[str, str, dict[str, Any]]  # id, kind, data


def events(admin: AdminClient, session: str, after: str = "") -> tuple[list[Any], str]:
    """The events behind one, and what to go on behind."""
    query = f"?after={after}" if after else ""
    told = admin.ask("GET", f"/sessions/{session}/events{query}").body
    return told["events"], told["next"]


def test_a_call_and_what_it_brought_about(admin: AdminClient, session: str) -> None:
    _, begin = events(admin, session)
    admin.resume(session=session)
    told, end = events(admin, session, begin)
    assert [each["event"] for each in told] == ["transition", "call"]
    moved, call = (each["data"] for each in told)
    assert moved == {
        "session": session,
        "vendor": "looply",
        "collection": "executions",
        "id": WAITING,
        "at": "2026-01-05T09:00:00.000Z",
        "event": "resume",
        "from": "AWAITING_RESPONSE",
        "to": "IN_PROGRESS",
        "by": "call",
    }
    assert (call["session"], call["id"]) == (session, f"{session}.1")
    assert (call["operation"], call["status"]) == ("resumeWorkflow", 200)
    assert events(admin, session, end) == ([], end)


def test_what_fell_due_came_by_time_and_the_clock_is_told(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    _, begin = events(admin, session)
    admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "10m"})
    told, _ = events(admin, session, begin)
    last = told[-1]["data"]
    assert {each["data"]["by"] for each in told[:-1]} == {"time"}
    assert "complete" in {each["data"]["event"] for each in told[:-1]}
    assert (told[-1]["event"], last["operation"]) == ("clock", "advanceClock")
    assert (last["now"], last["frozen"]) == ("2026-01-05T09:10:00.000Z", True)


def test_what_was_undone_has_not_happened(admin: AdminClient, session: str) -> None:
    _, begin = events(admin, session)
    admin.resume(session=session)
    refused = admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "2000000d"})
    assert refused.status == 409
    assert [each["event"] for each in events(admin, session, begin)[0]] == ["transition", "call"]


def test_changes_of_rules_and_sessions_are_told_by_their_operation(
    admin: AdminClient, session: str
) -> None:
    begin = admin.ask("GET", "/events").body["next"]
    path = f"/sessions/{session}"
    rule = {"operation": "resumeWorkflow", "reply": "ALREADY_RESTARTED"}
    admin.ask("POST", f"{path}/rules", rule)
    admin.ask("DELETE", f"{path}/rules/r1")
    admin.ask("POST", f"{path}/fork", {"name": "twin"})
    admin.resume(session="twin")
    admin.ask("POST", f"{path}/reset")
    admin.resume(session=session)
    admin.ask("DELETE", "/sessions/twin")
    told = admin.ask("GET", f"/events?after={begin}").body["events"]
    seen = [
        (each["event"], each["data"]["session"], each["data"].get("operation")) for each in told
    ]
    assert seen == [
        ("rules", session, "addRules"),
        ("rules", session, "deleteRule"),
        ("session", "twin", "forkSession"),
        ("transition", "twin", None),
        ("call", "twin", "resumeWorkflow"),
        ("session", session, "resetSession"),
        ("transition", session, None),
        ("call", session, "resumeWorkflow"),
        ("session", "twin", "deleteSession"),
    ]
    assert told[1]["data"]["rule"] == "r1"


def test_above_fifty_a_second_there_is_a_summary_of_the_rest(
    admin: AdminClient, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_log, "A_SECOND", 5)
    _, begin = events(admin, session)
    for _ in range(30):
        admin.call("GET", "/nothing", session=session)
    told, _ = events(admin, session, begin)
    assert [each["event"] for each in told] == ["call"] * 5
    assert admin.ask("GET", f"/sessions/{session}/requests").body["requests"][-1]["number"] == 30


def test_the_summary_comes_when_the_second_is_over() -> None:
    async def told() -> list[Any]:
        log = EventLog(iter(range(100)))
        assert log.room(1.0) is None
        log._told = event_log.A_SECOND
        for name in ("a", "b", "a"):
            more = log.room(1.5)
            assert more is not None
            more.call(name)
        log._close()
        return [(each.kind, each.told) for each in log.since(0, 10)]

    counted = {"calls": 3, "transitions": 0, "changes": 0, "sessions": {"a": 2, "b": 1}}
    assert asyncio.run(told()) == [("summary", counted)]


def test_who_comes_back_too_late_is_told_that_some_are_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(event_log, "KEPT", 2)
    log = EventLog(iter(range(100)))
    for each in "abcd":
        log.add("call", each)
    assert [(each.number, each.kind) for each in log.since(1, 9)] == [
        (2, "gap"),
        (3, "call"),
        (4, "call"),
    ]
    assert [each.told for each in log.since(2, 9)] == ["c", "d"]
    assert [each.told for each in log.since(2, 1)] == ["c"]


def test_an_id_of_another_run_is_a_gap(admin: AdminClient, session: str) -> None:
    events(admin, session)
    told, _ = events(admin, session, "0-1")
    assert [each["event"] for each in told] == ["gap"]


def test_asking_for_events_enters_no_journal(admin: AdminClient, session: str) -> None:
    events(admin, session)
    assert admin.ask("GET", f"/sessions/{session}/requests").body["requests"] == []


def test_a_secret_of_a_refusal_is_not_told(admin: AdminClient, session: str) -> None:
    _, begin = events(admin, session)
    body = {"payload": {"source": "sk_live_51MzQ2kLkdIwHu7ixZq4n"}}
    admin.call("POST", "/resumeWorkflow/order-1001", session=session, json=body)
    told = json.dumps(events(admin, session, begin)[0])
    assert "must be" in told
    assert "51MzQ2kLkdIwHu7ixZq4n" not in told


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadServer]:
    app = create_app(Settings(vendors=("looply",), clock=FROZEN))
    with ThreadServer(app) as served:
        yield served


def resume(url: str, session: str) -> None:
    """One call of that session."""
    path = "/looply/v2/workflows/resumeWorkflow/order-1001"
    httpx.post(f"{url}/~{session}{path}", json=PAYLOAD, headers=dict([KEY]))


def read(lines: Iterator[str], count: int) -> list[Event]:
    """The next events of a stream."""
    told: list[Event] = []
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            told.append((fields["id"], fields["event"], json.loads(fields["data"])))
            fields = {}
            if len(told) == count:
                break
    return told


def test_a_stream_tells_what_comes_and_goes_on_where_it_was_left(server: ThreadServer) -> None:
    base = f"{server.url}/__admin/sessions"
    httpx.post(base, json={"name": "live"})
    asked = {"accept": "text/event-stream"}
    with httpx.stream("GET", f"{base}/live/events", headers=asked, timeout=10) as stream:
        assert stream.headers["content-type"] == "text/event-stream"
        assert stream.headers["cache-control"] == "no-store"
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        resume(server.url, "default")  # of another session: not told here
        resume(server.url, "live")
        first = read(lines, 2)
    assert [(kind, data["session"]) for _, kind, data in first] == [
        ("transition", "live"),
        ("call", "live"),
    ]
    resume(server.url, "live")
    back = {**asked, "last-event-id": first[0][0]}
    with httpx.stream("GET", f"{base}/live/events", headers=back, timeout=10) as stream:
        lines = stream.iter_lines()
        again = read(lines, 2)
        assert [data["number"] for _, _, data in again] == [1, 2]
        httpx.delete(f"{base}/live")
        assert read(lines, 2)[-1][2]["operation"] == "deleteSession"  # and the stream ends


def test_head_of_a_stream_ends_at_once(server: ThreadServer) -> None:
    told = httpx.head(f"{server.url}/__admin/events", headers={"accept": "text/event-stream"})
    assert (told.status_code, told.content) == (200, b"")
