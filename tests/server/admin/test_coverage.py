"""What a session exercised of the contracts, and what its client got wrong."""

from __future__ import annotations

from typing import Any

from tests.server.admin.admin_client import PATH, Desk

SAP = {"payload": {"source": "SAP"}}
JSON = {"content-type": "application/json"}

NOBODYS = "workflow_id=00000000-0000-4000-8000-000000000000&workflow_version=1"


def coverage(desk: Desk, session: str, query: str = "") -> Any:
    return desk.ask("GET", f"/sessions/{session}/coverage{query}").body


def answer(desk: Desk, session: str, operation: str, name: str) -> tuple[int, int, int]:
    """How often an answer came naturally, forced, faulted."""
    looply = coverage(desk, session, "?vendor=looply")["vendors"][0]
    answers = next(each for each in looply["operations"] if each["operation"] == operation)
    found = next(each for each in answers["answers"] if each["answer"] == name)
    return found["natural"], found["forced"], found["faulted"]


def mistakes(desk: Desk, session: str) -> list[tuple[str, Any, int, str]]:
    return [
        (each["kind"], each["operation"], each["times"], each["because"])
        for each in coverage(desk, session)["mistakes"]
    ]


def test_where_nothing_was_asked_nothing_is_told(desk: Desk, session: str) -> None:
    assert coverage(desk, session) == {"session": session, "vendors": [], "mistakes": []}


def test_a_vendor_that_nobody_asked_is_told_when_it_is_named(desk: Desk, session: str) -> None:
    (looply,) = coverage(desk, session, "?vendor=looply")["vendors"]
    assert (looply["vendor"], looply["requests"], looply["unknown"]) == ("looply", 0, 0)
    contract = desk.sandbox.contract("looply")
    own = {
        each.id: list(each.answers) for each in contract.operations.values() if not each.variant_of
    }
    assert {
        each["operation"]: [answer["answer"] for answer in each["answers"]]
        for each in looply["operations"]
    } == own


def test_an_answer_counts_by_what_brought_it_about(desk: Desk, session: str) -> None:
    desk.resume(session=session)
    assert answer(desk, session, "resumeWorkflow", "WORKFLOW_RESTARTED") == (1, 0, 0)
    desk.resume(session=session)
    desk.resume("magic-already-restarted", session=session)
    headers = {"prefer": "example=ALREADY_RESTARTED"}
    desk.call("POST", "/resumeWorkflow/x", session=session, headers=headers, json=SAP)
    assert answer(desk, session, "resumeWorkflow", "ALREADY_RESTARTED") == (1, 2, 0)
    slow = {"operation": "resumeWorkflow", "fault": {"latency": "1ms"}}
    desk.ask("POST", f"/sessions/{session}/rules", slow)
    lost = {"operation": "resumeWorkflow", "fault": {"malformed": True}}
    desk.ask("POST", f"/sessions/{session}/rules", lost)
    desk.resume(session=session)
    assert answer(desk, session, "resumeWorkflow", "ALREADY_RESTARTED") == (1, 2, 1)


def test_a_form_of_an_operation_counts_for_it(desk: Desk, session: str) -> None:
    contract = desk.sandbox.contract("looply")
    form = contract.operations["triggerLatestWorkflow"]
    workflow = "be9439c2-16b9-4de2-bb1a-9154b85af065"
    path = form.path.removeprefix(PATH).replace("{workflow_id}", workflow)
    desk.call(form.method, path, session=session, json={"process_id": "p"})
    assert sum(answer(desk, session, "triggerWorkflow", "OK")) == 1


def test_what_a_rule_answers_beyond_the_contract_stands_apart(desk: Desk, session: str) -> None:
    reply = {"status": 502, "body": "<h1>Bad Gateway</h1>", "undocumented": True}
    rule = {"operation": "resumeWorkflow", "reply": reply}
    desk.ask("POST", f"/sessions/{session}/rules", rule)
    desk.resume(session=session)
    (looply,) = coverage(desk, session)["vendors"]
    told = next(each for each in looply["operations"] if each["operation"] == "resumeWorkflow")
    assert told["undocumented"] == [{"status": 502, "times": 1}]
    assert sum(each["forced"] for each in told["answers"]) == 0


def test_transitions_are_those_of_the_lifecycles(desk: Desk, session: str) -> None:
    desk.resume(session=session)
    desk.ask("POST", f"/sessions/{session}/clock/advance", {"by": "1h"})
    (looply,) = coverage(desk, session)["vendors"]
    times = {
        (each["collection"], each["from"], each["event"], each["to"]): each["times"]
        for each in looply["transitions"]
    }
    assert times["executions", "AWAITING_RESPONSE", "resume", "IN_PROGRESS"] == 1
    assert times["executions", "IN_PROGRESS", "complete", "COMPLETED"] >= 1
    assert times["workflows", "ACTIVE", "pause", "PAUSED"] == 0
    kinds = {kind.name: kind.lifecycle for kind in desk.sandbox.vendors["looply"].kinds}
    rows = {(n, *row) for n, each in kinds.items() if each is not None for row in each.rows()}
    assert set(times) == rows


def test_a_transition_that_a_rule_made_happen_is_forced(desk: Desk, session: str) -> None:
    rule = {"operation": "resumeWorkflow", "times": 1, "reply": 500, "then": {"event": "resume"}}
    desk.ask("POST", f"/sessions/{session}/rules", rule)
    for process in ("order-1001", "order-1001"):
        desk.resume(process, session=session)
    resumed = ("executions", "AWAITING_RESPONSE", "resume", "IN_PROGRESS")
    assert lived(desk, session)[resumed] == (0, 1)
    taken = desk.ask("GET", f"/sessions/{session}/snapshot").body
    desk.ask("POST", f"/sessions/{session}/clock/advance", {"by": "1h"})
    done = ("executions", "IN_PROGRESS", "complete", "COMPLETED")
    assert lived(desk, session)[done][1] == 0, "what comes of it happens by itself"
    desk.ask("POST", f"/sessions/{session}/reset")
    desk.ask("PUT", f"/sessions/{session}/snapshot", taken)
    assert lived(desk, session)[resumed] == (0, 1)


def lived(desk: Desk, session: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """How often each transition happened, and was forced."""
    (looply,) = coverage(desk, session)["vendors"]
    return {
        (each["collection"], each["from"], each["event"], each["to"]): (
            each["times"],
            each["forced"],
        )
        for each in looply["transitions"]
    }


def test_an_emptied_journal_forgets_no_coverage(desk: Desk, session: str) -> None:
    desk.resume(session=session)
    desk.ask("POST", f"/sessions/{session}/requests/clear")
    assert answer(desk, session, "resumeWorkflow", "WORKFLOW_RESTARTED") == (1, 0, 0)
    desk.ask("POST", f"/sessions/{session}/reset")
    assert coverage(desk, session)["vendors"] == []


def test_a_request_against_the_contract_is_a_mistake(desk: Desk, session: str) -> None:
    for process in ("order-1001", "order-1002"):
        desk.call("POST", f"/resumeWorkflow/{process}", session=session, json={"payload": 5})
    desk.call("POST", "/resumeWorkflow/o", session=session, content=b"{", headers=JSON)
    desk.call("POST", "/resumeWorkflow/o", session=session, headers={"x-api-key": ""}, json={})
    told = mistakes(desk, session)
    assert [(kind, operation, times) for kind, operation, times, _ in told] == [
        ("refused", "resumeWorkflow", 2),
        ("refused", "resumeWorkflow", 1),
        ("refused", "resumeWorkflow", 1),
    ]
    assert told[0][3] == "/payload must be object; got 5"
    assert [each["what"] for each in coverage(desk, session)["mistakes"]] == [
        "body /payload: type",
        "body: syntax",
        "unauthenticated",
    ]


def test_a_call_that_no_operation_is_there_for_is_a_mistake(desk: Desk, session: str) -> None:
    desk.call("GET", "/getOrganisationWorkflows", session=session)
    desk.call("PUT", "/resumeWorkflow/order-1001", session=session)
    first, second = mistakes(desk, session)
    assert first[:3] == ("unknown", None, 1)
    assert "did you mean" in first[3]
    assert first[3].startswith(f"no operation has the path {PATH}/getOrganisationWorkflows")
    assert second == (
        "unknown", None, 1, f"{PATH}/resumeWorkflow/order-1001 has no PUT; it has POST"
    )  # fmt: skip
    (looply,) = coverage(desk, session)["vendors"]
    assert (looply["requests"], looply["unknown"]) == (2, 2)


def test_an_answer_that_no_page_shows_is_told_with_where_we_have_it_from(
    desk: Desk, session: str
) -> None:
    desk.call("GET", f"/getWorkflowById?{NOBODYS}", session=session)
    ((kind, operation, times, because),) = mistakes(desk, session)
    assert (kind, operation, times) == ("inferred", "getWorkflowById", 1)
    source = desk.sandbox.contract("looply").operations["getWorkflowById"].answers["NOT_FOUND"]
    assert because == (
        f"no page of the vendor shows this answer, it is our judgement ({source.provenance.source})"
    )


def test_an_answer_that_the_test_forced_is_leaned_on_by_no_client(desk: Desk, session: str) -> None:
    rule = {"operation": "resumeWorkflow", "times": 1, "reply": "UNAVAILABLE"}
    desk.ask("POST", f"/sessions/{session}/rules", rule)
    desk.resume(session=session)
    desk.call("GET", f"/getWorkflowById?{NOBODYS}&__example=UNAVAILABLE", session=session)
    assert mistakes(desk, session) == []


def test_what_the_vendor_refuses_by_its_own_rules_is_no_mistake(desk: Desk, session: str) -> None:
    desk.resume(session=session)
    desk.resume(session=session)
    desk.resume("order-9", session=session)
    assert mistakes(desk, session) == []
