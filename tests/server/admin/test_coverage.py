"""What a session exercised of the contracts, and what its client got wrong."""

from __future__ import annotations

from typing import Any

from tests.server.admin.admin_client import PATH, AdminClient

SAP = {"payload": {"source": "SAP"}}
JSON = {"content-type": "application/json"}

NOBODYS = "workflow_id=00000000-0000-4000-8000-000000000000&workflow_version=1"


def coverage(admin: AdminClient, session: str, query: str = "") -> Any:
    return admin.ask("GET", f"/sessions/{session}/coverage{query}").body


def answer(admin: AdminClient, session: str, operation: str, name: str) -> tuple[int, int, int]:
    """How often an answer came naturally, forced, faulted."""
    looply = coverage(admin, session, "?vendor=looply")["vendors"][0]
    answers = next(each for each in looply["operations"] if each["operation"] == operation)
    found = next(each for each in answers["answers"] if each["answer"] == name)
    return found["natural"], found["forced"], found["faulted"]


def mistakes(admin: AdminClient, session: str) -> list[tuple[str, Any, int, str]]:
    return [
        (each["kind"], each["operation"], each["times"], each["because"])
        for each in coverage(admin, session)["mistakes"]
    ]


def test_where_nothing_was_asked_nothing_is_told(admin: AdminClient, session: str) -> None:
    assert coverage(admin, session) == {"session": session, "vendors": [], "mistakes": []}


def test_a_vendor_that_nobody_asked_is_told_when_it_is_named(
    admin: AdminClient, session: str
) -> None:
    (looply,) = coverage(admin, session, "?vendor=looply")["vendors"]
    assert (looply["vendor"], looply["requests"], looply["unknown"]) == ("looply", 0, 0)
    contract = admin.sandbox.contract("looply")
    own = {
        each.id: list(each.answers) for each in contract.operations.values() if not each.variant_of
    }
    assert {
        each["operation"]: [answer["answer"] for answer in each["answers"]]
        for each in looply["operations"]
    } == own


def test_an_answer_counts_by_what_brought_it_about(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    assert answer(admin, session, "resumeWorkflow", "WORKFLOW_RESTARTED") == (1, 0, 0)
    admin.resume(session=session)
    admin.resume("magic-already-restarted", session=session)
    headers = {"prefer": "example=ALREADY_RESTARTED"}
    admin.call("POST", "/resumeWorkflow/x", session=session, headers=headers, json=SAP)
    assert answer(admin, session, "resumeWorkflow", "ALREADY_RESTARTED") == (1, 2, 0)
    slow = {"operation": "resumeWorkflow", "fault": {"latency": "1ms"}}
    admin.ask("POST", f"/sessions/{session}/rules", slow)
    lost = {"operation": "resumeWorkflow", "fault": {"malformed": True}}
    admin.ask("POST", f"/sessions/{session}/rules", lost)
    admin.resume(session=session)
    assert answer(admin, session, "resumeWorkflow", "ALREADY_RESTARTED") == (1, 2, 1)


def test_a_form_of_an_operation_counts_for_it(admin: AdminClient, session: str) -> None:
    contract = admin.sandbox.contract("looply")
    form = contract.operations["triggerLatestWorkflow"]
    workflow = "be9439c2-16b9-4de2-bb1a-9154b85af065"
    path = form.path.removeprefix(PATH).replace("{workflow_id}", workflow)
    admin.call(form.method, path, session=session, json={"process_id": "p"})
    assert sum(answer(admin, session, "triggerWorkflow", "OK")) == 1


def test_what_a_rule_answers_beyond_the_contract_stands_apart(
    admin: AdminClient, session: str
) -> None:
    reply = {"status": 502, "body": "<h1>Bad Gateway</h1>", "undocumented": True}
    rule = {"operation": "resumeWorkflow", "reply": reply}
    admin.ask("POST", f"/sessions/{session}/rules", rule)
    admin.resume(session=session)
    (looply,) = coverage(admin, session)["vendors"]
    told = next(each for each in looply["operations"] if each["operation"] == "resumeWorkflow")
    assert told["undocumented"] == [{"status": 502, "times": 1}]
    assert sum(each["forced"] for each in told["answers"]) == 0


def test_transitions_are_those_of_the_lifecycles(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "1h"})
    (looply,) = coverage(admin, session)["vendors"]
    times = {
        (each["collection"], each["from"], each["event"], each["to"]): each["times"]
        for each in looply["transitions"]
    }
    assert times["executions", "AWAITING_RESPONSE", "resume", "IN_PROGRESS"] == 1
    assert times["executions", "IN_PROGRESS", "complete", "COMPLETED"] >= 1
    assert times["workflows", "ACTIVE", "pause", "PAUSED"] == 0
    kinds = {kind.name: kind.lifecycle for kind in admin.sandbox.vendors["looply"].kinds}
    rows = {(n, *row) for n, each in kinds.items() if each is not None for row in each.rows()}
    assert set(times) == rows


def test_a_transition_that_a_rule_made_happen_is_forced(admin: AdminClient, session: str) -> None:
    rule = {"operation": "resumeWorkflow", "times": 1, "reply": 500, "then": {"event": "resume"}}
    admin.ask("POST", f"/sessions/{session}/rules", rule)
    for process in ("order-1001", "order-1001"):
        admin.resume(process, session=session)
    resumed = ("executions", "AWAITING_RESPONSE", "resume", "IN_PROGRESS")
    assert lived(admin, session)[resumed] == (0, 1)
    taken = admin.ask("GET", f"/sessions/{session}/snapshot").body
    admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "1h"})
    done = ("executions", "IN_PROGRESS", "complete", "COMPLETED")
    assert lived(admin, session)[done][1] == 0, "what comes of it happens by itself"
    admin.ask("POST", f"/sessions/{session}/reset")
    admin.ask("PUT", f"/sessions/{session}/snapshot", taken)
    assert lived(admin, session)[resumed] == (0, 1)


def lived(admin: AdminClient, session: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """How often each transition happened, and was forced."""
    (looply,) = coverage(admin, session)["vendors"]
    return {
        (each["collection"], each["from"], each["event"], each["to"]): (
            each["times"],
            each["forced"],
        )
        for each in looply["transitions"]
    }


def test_an_emptied_journal_forgets_no_coverage(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    admin.ask("POST", f"/sessions/{session}/requests/clear")
    assert answer(admin, session, "resumeWorkflow", "WORKFLOW_RESTARTED") == (1, 0, 0)
    admin.ask("POST", f"/sessions/{session}/reset")
    assert coverage(admin, session)["vendors"] == []


def test_a_request_against_the_contract_is_a_mistake(admin: AdminClient, session: str) -> None:
    for process in ("order-1001", "order-1002"):
        admin.call("POST", f"/resumeWorkflow/{process}", session=session, json={"payload": 5})
    admin.call("POST", "/resumeWorkflow/o", session=session, content=b"{", headers=JSON)
    admin.call("POST", "/resumeWorkflow/o", session=session, headers={"x-api-key": ""}, json={})
    told = mistakes(admin, session)
    assert [(kind, operation, times) for kind, operation, times, _ in told] == [
        ("refused", "resumeWorkflow", 2),
        ("refused", "resumeWorkflow", 1),
        ("refused", "resumeWorkflow", 1),
    ]
    assert told[0][3] == "/payload must be object; got 5"
    assert [each["what"] for each in coverage(admin, session)["mistakes"]] == [
        "body /payload: type",
        "body: syntax",
        "unauthenticated",
    ]


def test_a_call_that_no_operation_is_there_for_is_a_mistake(
    admin: AdminClient, session: str
) -> None:
    admin.call("GET", "/getOrganisationWorkflows", session=session)
    admin.call("PUT", "/resumeWorkflow/order-1001", session=session)
    first, second = mistakes(admin, session)
    assert first[:3] == ("unknown", None, 1)
    assert "did you mean" in first[3]
    assert first[3].startswith(f"no operation has the path {PATH}/getOrganisationWorkflows")
    assert second == (
        "unknown", None, 1, f"{PATH}/resumeWorkflow/order-1001 has no PUT; it has POST"
    )  # fmt: skip
    (looply,) = coverage(admin, session)["vendors"]
    assert (looply["requests"], looply["unknown"]) == (2, 2)


def test_an_answer_that_no_page_shows_is_told_with_where_we_have_it_from(
    admin: AdminClient, session: str
) -> None:
    admin.call("GET", f"/getWorkflowById?{NOBODYS}", session=session)
    ((kind, operation, times, because),) = mistakes(admin, session)
    assert (kind, operation, times) == ("inferred", "getWorkflowById", 1)
    source = admin.sandbox.contract("looply").operations["getWorkflowById"].answers["NOT_FOUND"]
    assert because == (
        f"no page of the vendor shows this answer, it is our judgement ({source.provenance.source})"
    )


def test_an_answer_that_the_test_forced_is_leaned_on_by_no_client(
    admin: AdminClient, session: str
) -> None:
    rule = {"operation": "resumeWorkflow", "times": 1, "reply": "UNAVAILABLE"}
    admin.ask("POST", f"/sessions/{session}/rules", rule)
    admin.resume(session=session)
    admin.call("GET", f"/getWorkflowById?{NOBODYS}&__example=UNAVAILABLE", session=session)
    assert mistakes(admin, session) == []


def test_what_the_vendor_refuses_by_its_own_rules_is_no_mistake(
    admin: AdminClient, session: str
) -> None:
    admin.resume(session=session)
    admin.resume(session=session)
    admin.resume("order-9", session=session)
    assert mistakes(admin, session) == []
