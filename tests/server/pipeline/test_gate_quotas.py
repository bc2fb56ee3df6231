"""Quotas: whose they are, what counts against them, and what comes of exceeding one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.server.looply_sandbox import APPROVAL, JSON, KEY, PAYLOAD, LooplySandbox
from understudy.scenarios.rules import gate
from understudy.server.inprocess import Answered

OTHER = ("x-api-key", "looply-key-contoso")
WORKFLOWS = "/getOrganizationWorkflows?limit=1"


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as made:
        yield made


def limited(looply: LooplySandbox, operation: Any, /, requests: int = 2, **limit: Any) -> None:
    told = {"requests": requests, "per": "1m", **limit}
    looply.admin("POST", "/rules", {"operation": operation, "fault": {"limit": told}})


def look(looply: LooplySandbox, *headers: tuple[str, str]) -> int:
    path = f"/looply/v2/workflows{WORKFLOWS}"
    return looply.process.ask("GET", path, headers or (KEY,)).status


def trigger(looply: LooplySandbox, version: int = 2, process: str = "p") -> Answered:
    path = f"/triggerworkflow/{APPROVAL}/{version}"
    return looply.send("POST", path, {"process_id": process})


def wait(answer: Answered) -> tuple[int, str]:
    """The status, and after how many seconds to come again."""
    headers = {name.lower(): value for name, value in answer.headers}
    return answer.status, headers.get("retry-after", "")


def test_several_operations_have_one_quota(looply: LooplySandbox) -> None:
    limited(looply, ["resumeWorkflow", "looply.terminateWorkflow"])
    assert looply.resume().status == 200
    assert looply.send("POST", "/terminateWorkflow/order-1002", {}).status == 200
    assert wait(looply.resume("order-1002")) == (429, "30")
    assert wait(looply.send("POST", "/terminateWorkflow/order-1001", {})) == (429, "30")
    assert look(looply) == 200, "another operation is not concerned"
    (rule,) = looply.admin("GET", "/rules?limit=1")["rules"]
    assert rule["operation"] == "looply.resumeWorkflow, looply.terminateWorkflow"
    assert (rule["matched"], rule["acted"]) == (4, 2)


def test_what_counts_may_hang_on_the_body(looply: LooplySandbox) -> None:
    fast = {"operation": "triggerWorkflow", "when": {"body": {"process_id": "fast"}}}
    limited(looply, [fast, "resumeWorkflow"], 1)
    assert [trigger(looply).status for _ in range(3)] == [200, 200, 200]
    assert [trigger(looply, process="fast").status for _ in range(2)] == [200, 429]
    assert looply.resume().status == 429
    path = f"/looply/v2/workflows/triggerworkflow/{APPROVAL}/2"
    assert looply.process.ask("POST", path, (KEY, JSON), b"no JSON").status == 400, "it is none"


def test_whoever_exceeds_it_gets_nothing_for_so_long(looply: LooplySandbox) -> None:
    limited(looply, "resumeWorkflow", per="10s", block="5m")
    assert [wait(looply.resume()) for _ in range(3)][1:] == [(409, ""), (429, "300")]
    assert looply.why()["because"].endswith(
        "2 requests in 10s, 2 at once, beyond it none for 5m; 5m too early"
    )
    looply.advance(by="59999ms")
    assert wait(looply.resume()) == (429, "241"), "asking again makes it no longer"
    looply.advance(by="240s")
    assert wait(looply.resume()) == (429, "1")
    looply.advance(by="1ms")
    assert looply.resume().status == 409
    assert looply.resume().status == 409


def test_each_value_of_a_parameter_has_its_own(looply: LooplySandbox) -> None:
    limited(looply, "triggerWorkflow", 1, by="workflow_version")
    assert [wait(trigger(looply, 1)), wait(trigger(looply, 2))] == [(200, ""), (200, "")]
    assert [wait(trigger(looply, 1)), wait(trigger(looply, 2))] == [(429, "60"), (429, "60")]
    assert looply.why()["because"].endswith(
        "1 requests in 1m, 1 at once for each workflow_version (workflow_version 2); 1m too early"
    )


def test_each_credential_has_its_own(looply: LooplySandbox) -> None:
    limited(looply, "looply.*", 1, by="credential")
    assert [look(looply), look(looply, OTHER), look(looply), look(looply, OTHER)] == [
        200,
        200,
        429,
        429,
    ]
    assert "(this credential)" in looply.why()["because"]
    assert look(looply, ("x-api-key", "nobodys")) == 403, "whoever it is, has one of his own"
    assert look(looply, ("x-api-key", "nobodys")) == 429
    written = json.dumps(looply.admin("GET", "/snapshot")["rules"])
    assert "northwind" not in written


def test_several_names_are_one_key(looply: LooplySandbox) -> None:
    limited(looply, "triggerWorkflow", 1, by=["workflow_version", "credential"])
    assert [trigger(looply, each).status for each in (1, 2, 1)] == [200, 200, 429]


def test_a_list_counts_by_its_items(looply: LooplySandbox) -> None:
    limited(looply, "resumeWorkflow", 3, count="items")
    assert looply.send("POST", "/resumeWorkflow/order-1001", [PAYLOAD, PAYLOAD]).status == 400
    assert looply.resume().status == 200
    assert wait(looply.resume()) == (429, "20")
    looply.advance(by="1m")
    assert wait(looply.send("POST", "/resumeWorkflow/order-1001", [1] * 9))[0] == 400
    assert wait(looply.resume()) == (429, "20"), "who asks for more than there is takes all"


def test_the_answer_of_the_rule_has_the_true_wait(looply: LooplySandbox) -> None:
    rule = {"operation": ["resumeWorkflow"], "reply": "TOO_MANY_REQUESTS"}
    told = {**rule, "fault": {"limit": {"requests": 1, "per": "7s"}}}
    looply.admin("POST", "/rules", told)
    looply.resume()
    refused = looply.resume()
    waits = [value for name, value in refused.headers if name.lower() == "retry-after"]
    assert (refused.status, waits) == (429, ["7"])


def test_a_call_that_one_quota_refuses_uses_up_no_other(looply: LooplySandbox) -> None:
    limited(looply, "resumeWorkflow", 1, per="10s")
    limited(looply, "looply.*", 3, per="1h")
    limited(looply, "resumeWorkflow", 4, per="1h")
    assert [looply.resume().status for _ in range(5)] == [200, *[429] * 4]
    assert [look(looply) for _ in range(3)] == [200, 200, 429]


def test_of_two_quotas_the_longer_wait_is_told(looply: LooplySandbox) -> None:
    limited(looply, "resumeWorkflow", 1, per="50s")
    limited(looply, "resumeWorkflow", 1, per="10s")
    limited(looply, "resumeWorkflow", 1, per="20s", block="40s")
    assert [wait(looply.resume()) for _ in range(2)] == [(200, ""), (429, "50")]
    looply.advance(by="49999ms")
    assert wait(looply.resume()) == (429, "1")
    looply.advance(by="1ms")
    assert looply.resume().status == 409, "who waits as long as told is refused by none"


def test_a_fork_and_a_snapshot_take_along_what_is_used(looply: LooplySandbox) -> None:
    limited(looply, ["resumeWorkflow", "terminateWorkflow"], 2, by="process_id", block="5m")
    for _ in range(3):
        looply.resume()
    taken = looply.admin("GET", "/snapshot")
    looply.admin("POST", "/fork", {"name": "twin"})
    looply.advance(by="5m")
    assert looply.resume().status == 409
    twin = "/~twin/looply/v2/workflows/resumeWorkflow"
    content = json.dumps(PAYLOAD).encode()
    asked = [
        wait(looply.process.ask("POST", f"{twin}/{order}", (KEY, JSON), content))
        for order in ("order-1001", "order-1002")
    ]
    assert asked == [(429, "300"), (409, "")]
    looply.admin("PUT", "/snapshot", taken)
    assert wait(looply.resume()) == (429, "300")
    looply.advance(by="5m")
    assert looply.resume().status == 409


def test_quotas_that_nobody_uses_any_more_are_forgotten(looply: LooplySandbox) -> None:
    limited(looply, "resumeWorkflow", 1, by="process_id")
    for number in range(1_500):
        if number == 1_000:
            looply.advance(by="2m")
        assert looply.resume(f"nobody-{number}").status == 404
    kept = looply.admin("GET", "/snapshot")["rules"]["quotas"]
    assert len(kept) == 500
    assert looply.resume("nobody-1499").status == 429
    assert looply.resume("nobody-1").status == 404


def test_what_never_matched_is_told_of_each_operation(looply: LooplySandbox) -> None:
    slow = {"operation": "terminateWorkflow", "when": {"process_id": "order-9"}}
    limited(looply, [slow, "triggerWorkflow"])
    looply.send("POST", "/terminateWorkflow/order-1002", {})
    (rule,) = looply.admin("GET", "/rules?limit=1&nearest=true")["rules"]
    assert rule["nearest"] == {
        "request": "default.1",
        "note": 'process_id: expected "order-9", got "order-1002"',
    }


def test_other_rules_may_be_for_several_operations_too(looply: LooplySandbox) -> None:
    rule = {"operation": ["resumeWorkflow", "terminateWorkflow"], "times": 2, "reply": 503}
    looply.admin("POST", "/rules", rule)
    assert looply.resume().status == 503
    assert looply.send("POST", "/terminateWorkflow/order-1001", {}).status == 503
    assert looply.resume().status == 200, "its two times are of both together"


REFUSED = {
    "an unknown one": (
        {"operation": ["resumeWorkflow", "resumeWorkflows"], "reply": 503},
        404,
        "there is no operation 'resumeWorkflows'",
    ),
    "an answer that one of them has not": (
        {"operation": ["resumeWorkflow", "triggerWorkflow"], "reply": "ALREADY_RESTARTED"},
        409,
        "triggerWorkflow has no answer ALREADY_RESTARTED",
    ),
    "every one in a list": (
        {"operation": ["resumeWorkflow", "looply.*"], "reply": 503},
        409,
        "`looply.*` is every operation already",
    ),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_a_list_that_cannot_be_is_refused(looply: LooplySandbox, mistake: str) -> None:
    rule, status, told = REFUSED[mistake]
    target = "/__admin/sessions/default/rules"
    answer = looply.process.ask("POST", target, (JSON,), json.dumps(rule).encode())
    assert (answer.status, json.loads(answer.body)["detail"]) == (status, told)


def test_of_more_quotas_than_there_is_room_for_the_next_to_end_are_forgotten(
    looply: LooplySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "ROOM", 10)
    monkeypatch.setattr(gate, "MOST", 100)
    limited(looply, "resumeWorkflow", 1, per="1h", by="process_id", block="30d")
    for number in range(150):
        assert [looply.resume(f"nobody-{number}").status for _ in range(2)] == [404, 429]
        looply.advance(by="1s")
    kept = looply.admin("GET", "/snapshot")["rules"]["quotas"]
    assert len(kept) == 100
    assert looply.resume("nobody-149").status == looply.resume("nobody-50").status == 429
    assert looply.resume("nobody-0").status == 404
