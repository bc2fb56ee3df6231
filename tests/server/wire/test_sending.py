"""Every fault, seen from outside by clients that know nothing of it, and in process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from time import monotonic
from typing import Any

import pytest

from tests.cli.served_process import serving
from tests.server.external_clients import CLIENTS, Outside
from tests.server.looply_sandbox import PAYLOAD, RUNNING, WAITING, LooplySandbox, code
from understudy.server.inprocess import CallTimeout, ConnectionLost
from understudy.server.wire.sending import malformed

_numbers = count(1)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("serve"), "looply") as served:
        yield served.url


@pytest.fixture(params=CLIENTS)
def outside(url: str, request: pytest.FixtureRequest) -> Outside:
    return Outside(url, f"fault-{next(_numbers)}", request.param)


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as made:
        yield made


# What each client says, in the order of CLIENTS.
RESET = ("ReadError", "ConnectionError", "56")
CLOSED = ("RemoteProtocolError", "ConnectionError", "52")
LATE = ("ReadTimeout", "ReadTimeout", "28")
CUT = ("RemoteProtocolError", "ChunkedEncodingError", "18")


@pytest.mark.parametrize(
    ("fault", "seen", "state"),
    [
        ({"lose": "answer"}, RESET, "IN_PROGRESS"),
        ({"lose": "answer", "by": "close"}, CLOSED, "IN_PROGRESS"),
        ({"lose": "request"}, RESET, "AWAITING_RESPONSE"),
        ({"lose": "request", "by": "close"}, CLOSED, "AWAITING_RESPONSE"),
        ({"hang": True}, LATE, "AWAITING_RESPONSE"),
        ({"truncate": 10}, CUT, "IN_PROGRESS"),
        ({"truncate": 0}, CUT, "IN_PROGRESS"),
    ],
)
def test_a_connection_that_ends(
    outside: Outside, fault: Any, seen: tuple[str, ...], state: str
) -> None:
    outside.rule("resumeWorkflow", times=1, fault=fault)
    assert outside.resume(timeout=0.5).wrong in seen
    assert outside.state() == state
    assert outside.resume().status == (409 if state == "IN_PROGRESS" else 200)


def test_the_journal_says_what_was_lost(outside: Outside) -> None:
    outside.rule("resumeWorkflow", name="gone", times=1, fault={"lose": "answer"})
    outside.resume()
    why = outside.why()
    assert (why["by"], why["lost"], why["reply"]["status"]) == ("fault", "answer", 200)
    assert why["because"] == "the rule 'gone' struck (call 1 it matched)"
    outside.rule("resumeWorkflow", name="deaf", times=1, fault={"lose": "request"})
    outside.resume()
    why = outside.why()
    assert (why["by"], why["lost"]) == ("fault", "request")
    assert why["because"] == "the rule 'deaf' struck at the gate"


def test_an_answer_that_is_no_json(outside: Outside) -> None:
    outside.rule("resumeWorkflow", fault={"malformed": True})
    seen = outside.resume()
    assert (seen.status, seen.headers["content-type"]) == (200, "application/json")
    assert seen.body.startswith(b'{"message":"success"')
    with pytest.raises(json.JSONDecodeError):
        _ = seen.json
    assert outside.state() == "IN_PROGRESS"


@pytest.mark.parametrize("body", [b"12", b"[]", b'"x"', b"true", b"7", b'{"a":1}', b"<p>no</p>"])
def test_a_malformed_body_is_never_json(body: bytes) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(malformed(body))


def test_an_answer_of_another_type(outside: Outside) -> None:
    outside.rule("resumeWorkflow", fault={"content_type": "text/html"})
    seen = outside.resume()
    assert (seen.status, seen.headers["content-type"]) == (200, "text/html")
    assert seen.json["code"] == "WORKFLOW_RESTARTED"


def test_an_answer_that_drips(outside: Outside) -> None:
    whole = outside.look().body
    outside.rule(
        "getWorkflowExecutionById", fault={"drip": {"bytes": len(whole) // 4, "every": "100ms"}}
    )
    seen = outside.look()
    assert (seen.status, seen.body) == (200, whole)
    assert 0.3 <= seen.took < 2
    outside.rule("getWorkflowExecutionById", fault={"drip": {"bytes": 1, "every": "1s"}})
    assert outside.look(timeout=0.3).wrong in (*LATE, "ConnectionError")  # requests, in a body


@pytest.mark.parametrize("latency", ["300ms", {"min": "200ms", "max": "400ms"}])
def test_latency_is_really_waited(outside: Outside, latency: Any) -> None:
    outside.rule("*", name="slow", times=1, fault={"latency": latency})
    seen = outside.resume()
    assert seen.status == 200
    assert 0.2 <= seen.took < 2
    assert outside.why()["because"].startswith("the rule 'slow' delayed it by ")
    now = outside.admin("GET", "/clock")["now"]
    assert "2026-01-01T00:00:00.200Z" <= now <= "2026-01-01T00:00:00.400Z", "a frozen clock moves"


def test_latency_above_a_clients_timeout_is_its_timeout(outside: Outside) -> None:
    outside.rule("*", times=1, fault={"latency": "600ms"})
    assert outside.resume(timeout=0.2).wrong in LATE
    end = monotonic() + 5
    while outside.state() != "IN_PROGRESS":
        assert monotonic() < end, "the call is carried out, though nobody waits for it"


def test_virtual_latency_only_moves_the_clock(outside: Outside) -> None:
    outside.rule("*", fault={"latency": "2h", "virtual": True})
    seen = outside.resume()
    assert (seen.status, seen.headers["date"]) == (200, "Thu, 01 Jan 2026 02:00:00 GMT")
    assert seen.took < 1


def test_lognormal_latency_is_the_same_for_the_same_seed(outside: Outside) -> None:
    outside.rule("*", fault={"latency": {"median": "100s", "p99": "200s"}, "virtual": True})
    delays = []
    for _ in range(9):
        outside.look()
        delays.append(outside.why()["because"].rpartition(" ")[2])
    assert len(set(delays)) == 9
    outside.admin("POST", "/reset")
    outside.rule("*", fault={"latency": {"median": "100s", "p99": "200s"}, "virtual": True})
    outside.look()
    assert outside.why()["because"].rpartition(" ")[2] == delays[0]


def test_a_quota_refuses_until_the_time_it_tells(outside: Outside) -> None:
    outside.rule("*", name="quota", fault={"limit": {"requests": 2, "per": "10s", "burst": 3}})
    seen = [outside.look() for _ in range(5)]
    assert [each.status for each in seen] == [200, 200, 200, 429, 429]
    assert seen[-1].headers["retry-after"] == "5"
    why = outside.why()
    assert why["by"] == "rule"
    assert why["because"].endswith(
        "2 requests in 10s, 3 at once; 5s too early; "
        "refused 2 times in a row, the retry did not wait"
    )
    outside.admin("POST", "/clock/advance", {"by": "4999ms"})
    assert outside.look().status == 429
    outside.admin("POST", "/clock/advance", {"by": "1ms"})
    assert [outside.look().status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("by", ["reset", "close"])
@pytest.mark.parametrize("lost", ["request", "answer"])
def test_in_process_a_lost_connection_is_an_error(
    looply: LooplySandbox, lost: str, by: str
) -> None:
    looply.rule("resumeWorkflow", times=1, fault={"lose": lost, "by": by})
    with pytest.raises(ConnectionLost, match=by):
        looply.resume()
    assert looply.record()["state"] == ("IN_PROGRESS" if lost == "answer" else "AWAITING_RESPONSE")


def test_in_process_nobody_waits_for_ever(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", fault={"hang": True})
    with pytest.raises(ConnectionLost, match="hang"):
        looply.resume()
    with pytest.raises(CallTimeout, match=r"no answer within 0\.05 s"):
        looply.send("POST", "/resumeWorkflow/order-1001", {}, timeout=0.05)


def test_in_process_a_truncated_answer_is_a_lost_connection(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", fault={"truncate": 5})
    with pytest.raises(ConnectionLost, match="finish"):
        looply.resume()


def test_in_process_a_late_call_is_carried_out_though_nobody_waits(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", times=1, fault={"latency": "150ms"})
    with pytest.raises(CallTimeout):
        looply.send("POST", "/resumeWorkflow/order-1001", PAYLOAD, timeout=0.02)
    looply.rule("terminateWorkflow", times=1, fault={"latency": "200ms"})
    assert looply.send("POST", "/terminateWorkflow/order-1002", {}).status == 200
    assert looply.record(WAITING)["state"] == "IN_PROGRESS"
    assert looply.record(RUNNING)["state"] == "TERMINATED"


def test_a_session_that_is_reset_meanwhile_stays_as_it_is(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", times=1, fault={"latency": "100ms"})
    with pytest.raises(CallTimeout):
        looply.send("POST", "/resumeWorkflow/order-1001", PAYLOAD, timeout=0.01)
    looply.admin("POST", "/reset")
    looply.rule("terminateWorkflow", times=1, fault={"latency": "150ms"})
    assert looply.send("POST", "/terminateWorkflow/order-1002", {}).status == 200
    assert looply.record()["state"] == "AWAITING_RESPONSE", "the late call met no new world"


def test_delay_and_refusal_may_come_together(looply: LooplySandbox) -> None:
    looply.rule("resumeWorkflow", name="busy", reply="ALREADY_RESTARTED")
    looply.rule("*", name="slow", fault={"latency": "1h", "virtual": True})
    assert code(looply.resume()) == (409, "ALREADY_RESTARTED")
    assert looply.why()["because"] == (
        "the rule 'slow' delayed it by 1h; the rule 'busy' struck (call 1 it matched)"
    )


def test_time_that_ends_is_told_and_nothing_breaks() -> None:
    with LooplySandbox(clock="9998-12-31T23:00:00Z") as looply:
        looply.rule("*", fault={"latency": "2h", "virtual": True})
        assert looply.resume().status == 500
        assert "the clock ends with the year 9998" in looply.why()["because"]


def test_a_quota_may_have_an_answer_of_its_own(looply: LooplySandbox) -> None:
    limit = {"requests": 1, "per": "1m"}
    looply.rule("resumeWorkflow", fault={"limit": limit}, reply={"status": 503})
    assert [looply.resume().status for _ in range(2)] == [200, 503]
    assert dict(looply.resume().headers)["retry-after"] == "60"
