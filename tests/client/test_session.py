"""One vendor from Python: where it is, as whom, how it shall behave, what it was asked."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from understudy.client import Refused, Sandbox, VerificationFailed

SAP = {"payload": {"source": "SAP"}}
APPROVAL = "be9439c2-16b9-4de2-bb1a-9154b85af065"


def resume(client: httpx.Client, process: str = "order-1001") -> httpx.Response:
    return client.post(f"/resumeWorkflow/{process}", json=SAP)


def test_a_client_of_ones_own_needs_url_and_key(outside: Sandbox) -> None:
    assert outside.looply.url == f"{outside.origin}/~{outside.name}/looply/v2/workflows"
    assert outside.looply.key == "looply-key-northwind"
    reply = httpx.post(
        f"{outside.looply.url}/resumeWorkflow/order-1001",
        headers={"x-api-key": outside.looply.key},
        json=SAP,
    )
    assert reply.json()["code"] == "WORKFLOW_RESTARTED"


@pytest.mark.parametrize("vendor", ["looply", "refold", "cloudflare", "interactly", "hydracore"])
def test_every_vendor_has_a_url_and_a_key(either: Sandbox, vendor: str) -> None:
    client = either[vendor]
    assert client.url.startswith(f"{either.prefix}/{vendor}")
    assert any(client.key in value for value in client.headers.values())


def test_another_credential_is_another_caller(either: Sandbox) -> None:
    with either.looply.client("other") as looply:
        assert resume(looply).status_code == 404
    with either.looply.client() as looply:
        assert resume(looply).status_code == 200


def test_nobody_sends_no_credential(either: Sandbox) -> None:
    assert either.looply.headers_of("nobody") == {}
    with either.looply.client("nobody") as looply:
        assert resume(looply).status_code == 403


def test_a_vendor_of_two_surfaces_is_signed_for_the_operations(either: Sandbox) -> None:
    hydracore = either.hydracore
    assert hydracore.headers_of() == {"x-api-key": "hc_live_northwind"}
    inner = {"authorization": "Bearer hydracore-proxy-lettings"}
    assert hydracore.headers_of(operation="queryWorkflowsInternal") == inner
    with hydracore.client(operation="queryWorkflowsInternal") as client:
        assert client.headers["authorization"] == inner["authorization"]


def test_a_credential_that_there_is_not_is_told_with_those_there_are(either: Sandbox) -> None:
    with pytest.raises(Refused) as refused:
        either.looply.client("nobodys")
    assert str(refused.value) == (
        "looply has no credential 'nobodys' in this session. There are default, other, nobody"
    )
    with pytest.raises(Refused, match=r"there is no operation looply.none. There are triggerW"):
        either.looply.headers_of(operation="none")


def test_a_world_without_a_default_takes_its_first_credential_by_name(app: Any) -> None:
    keys = [{"name": name, "key": f"key-{name}", "organization": "o"} for name in ("zoe", "ada")]
    world = {"looply": {"base": "none", "credentials": keys}}
    with Sandbox(app=app, scenario={"understudy": 1, "scenario": "Two", "world": world}) as sandbox:
        assert sandbox.looply.key == "key-ada"
        assert sandbox.looply.headers_of("zoe") == {"x-api-key": "key-zoe"}


def test_a_world_without_credentials_says_what_can_be_said(app: Any) -> None:
    world = {"looply": {"base": "none"}}
    story = {"understudy": 1, "scenario": "None", "world": world}
    with Sandbox(app=app, scenario=story) as sandbox:
        with pytest.raises(Refused, match=r"looply has no credential at all .* Say 'nobody'"):
            sandbox.looply.client()
        with sandbox.looply.client("nobody") as looply:
            assert resume(looply).status_code == 403


def test_a_clients_own_options_win(either: Sandbox) -> None:
    options: dict[str, Any] = {"headers": {"x-api-key": "wrong", "accept": "text/plain"}}
    with either.looply.client(timeout=3, **options) as looply:
        assert looply.timeout == httpx.Timeout(3)
        assert looply.headers["accept"] == "text/plain"
        assert resume(looply).status_code == 403


def test_an_answer_is_forced(either: Sandbox) -> None:
    rule = either.looply.force("resumeWorkflow", "MISSING_RESUME_TOKEN", times=1)
    assert rule == "r1"
    with either.looply.client() as looply:
        replies = [resume(looply) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [500, 200]


def test_answers_come_one_after_the_other_then_it_is_as_usual(either: Sandbox) -> None:
    ids = either.looply.force("resumeWorkflow", "MISSING_RESUME_TOKEN", "WORKFLOW_RESTART_FAILED")
    with either.looply.client() as looply:
        replies = [resume(looply).json()["code"] for _ in range(4)]
    assert ids == ["r1", "r2"]
    assert replies == [
        "MISSING_RESUME_TOKEN",
        "WORKFLOW_RESTART_FAILED",
        "WORKFLOW_RESTARTED",
        "ALREADY_RESTARTED",
    ]


def test_answers_after_each_other_come_so_often_each_and_only_where_they_should(
    inside: Sandbox,
) -> None:
    where = {"process_id": "order-1001"}
    inside.looply.force("resumeWorkflow", 500, 409, times=2, when=where)
    with inside.looply.client() as looply:
        assert resume(looply, "order-1002").json()["code"] == "EXECUTION_IN_PROGRESS"
        assert [resume(looply).status_code for _ in range(5)] == [500, 500, 409, 409, 200]


def test_of_rules_added_one_by_one_the_newest_is_asked_first(inside: Sandbox) -> None:
    for answer in ("MISSING_RESUME_TOKEN", "WORKFLOW_RESTART_FAILED"):
        inside.looply.force("resumeWorkflow", answer, times=1)
    with inside.looply.client() as looply:
        replies = [resume(looply).json()["code"] for _ in range(2)]
    assert replies == ["WORKFLOW_RESTART_FAILED", "MISSING_RESUME_TOKEN"]


def test_at_least_and_at_most_so_many_calls(inside: Sandbox) -> None:
    with inside.looply.client() as looply:
        for _ in range(12):
            resume(looply)
    inside.looply.verify("resumeWorkflow", times={"$min": 2, "$max": 12})
    with pytest.raises(VerificationFailed) as failed:
        inside.looply.verify("resumeWorkflow", times={"$max": 3})
    first, came, _ = str(failed.value).splitlines()
    assert first == "looply.resumeWorkflow came 12 times, wanted at most 3"
    assert came.startswith(f"  came     {inside.name}.1, {inside.name}.2, ")
    assert came.endswith(f", {inside.name}.10 and 2 more")


def test_several_operations_are_limited_together(either: Sandbox) -> None:
    strict = {"operation": "resumeWorkflow", "when": {"body": {"payload": {"source": "SAP"}}}}
    limit = {"requests": 1, "per": "10s", "block": "1m"}
    either.looply.fault([strict, "getOrganizationWorkflows"], limit=limit)
    with either.looply.client() as looply:
        replies = [resume(looply), looply.get("/getOrganizationWorkflows")]
    assert [reply.status_code for reply in replies] == [200, 429]
    assert replies[1].headers["retry-after"] == "60"


def test_an_answer_is_forced_where_it_should_be(either: Sandbox) -> None:
    either.looply.force(
        "resumeWorkflow", "ALREADY_RESTARTED", when={"process_id": "order-1002"}, skip=1
    )
    with either.looply.client() as looply:
        assert resume(looply, "order-1001").status_code == 200
        assert resume(looply, "order-1002").json()["code"] == "EXECUTION_IN_PROGRESS"
        assert resume(looply, "order-1002").json()["code"] == "ALREADY_RESTARTED"


def test_an_answer_that_there_is_not_is_told_with_those_there_are(either: Sandbox) -> None:
    with pytest.raises(Refused, match=r"resumeWorkflow has no answer NONE. It has 200 WORKFLOW_RE"):
        either.looply.force("resumeWorkflow", "NONE")
    with pytest.raises(Refused, match=r"Did you mean looply.resumeWorkflow?"):
        either.looply.force("resumeWorkflo", 409)


def test_an_answer_is_lost_after_the_fact(either: Sandbox) -> None:
    either.looply.fault("resumeWorkflow", lose="answer", times=1)
    with either.looply.client() as looply:
        with pytest.raises(httpx.TransportError):
            resume(looply)
        assert resume(looply).json()["code"] == "ALREADY_RESTARTED"
    lost, refused = either.looply.requests()
    assert (lost["lost"], refused["status"]) == ("answer", 409)


def test_requests_are_chosen_by_operation_and_status(either: Sandbox) -> None:
    with either.looply.client() as looply:
        resume(looply)
        resume(looply)
        looply.get("/getOrganizationWorkflows")
    vendor = either.looply
    assert [each["number"] for each in vendor.requests()] == [1, 2, 3]
    assert [each["number"] for each in vendor.requests(operation="resumeWorkflow")] == [1, 2]
    assert [each["status"] for each in vendor.requests("resumeWorkflow", status=409)] == [409]
    assert either.cloudflare.requests() == []
    with pytest.raises(Refused, match=r"there is no operation 'looply.listInstances'"):
        vendor.requests("listInstances")


def test_whose_call_it_was_is_verified(either: Sandbox) -> None:
    with either.looply.client("other") as looply:
        looply.get("/getOrganizationWorkflows")
    either.looply.verify("getOrganizationWorkflows", credential="other", times=1)
    with pytest.raises(VerificationFailed, match="as: expected default, got other"):
        either.looply.verify("getOrganizationWorkflows", credential="default")


def test_what_came_as_it_should_is_verified(either: Sandbox) -> None:
    with either.looply.client() as looply:
        resume(looply)
        resume(looply)
    vendor = either.looply
    vendor.verify("resumeWorkflow")
    vendor.verify("resumeWorkflow", times=2, body=SAP)
    vendor.verify("resumeWorkflow", times=2, process_id="order-1001")
    vendor.verify("resumeWorkflow", times=1, record={"state": "AWAITING_RESPONSE"})
    vendor.verify("resumeWorkflow", when={"process_id": "order-1001"}, body=SAP)
    vendor.verify("terminateWorkflow", times=0)


def test_a_verification_that_fails_tells_the_nearest_misses(either: Sandbox) -> None:
    with either.looply.client() as looply:
        resume(looply)
        looply.get("/getOrganizationWorkflows")
        looply.get("/getOrganizationWorkflows")
    with pytest.raises(VerificationFailed) as failed:
        either.looply.verify("resumeWorkflow", times=2, body={"payload": {"source": "Oracle"}})
    assert str(failed.value) == (
        "looply.resumeWorkflow came 0 times, wanted 2\n"
        f"  nearly   {either.name}.1, answered 200:"
        ' body/payload/source: expected "Oracle", got "SAP"\n'
        "  in all   looply.getOrganizationWorkflows 2 times, looply.resumeWorkflow once"
    )


def test_a_verification_of_too_many_tells_which_came(either: Sandbox) -> None:
    with either.looply.client() as looply:
        resume(looply)
    with pytest.raises(VerificationFailed) as failed:
        either.looply.verify("resumeWorkflow", times=0)
    assert str(failed.value) == (
        "looply.resumeWorkflow came once, wanted 0\n"
        f"  came     {either.name}.1\n"
        "  in all   looply.resumeWorkflow once"
    )


def test_where_nothing_came_a_verification_says_so(either: Sandbox) -> None:
    with pytest.raises(VerificationFailed, match=r"in all   nothing was asked"):
        either.looply.verify("resumeWorkflow")


def test_a_verification_that_no_call_could_meet_is_no_failure_of_the_client(
    either: Sandbox,
) -> None:
    with pytest.raises(Refused, match=r"resumeWorkflow has no parameter `?'?proces_id"):
        either.looply.verify("resumeWorkflow", proces_id="order-1001")


def test_records_are_those_of_the_world(either: Sandbox) -> None:
    before = {each["id"] for each in either.looply.records("executions")}
    assert len(before) == 85
    with either.looply.client() as looply:
        reply = looply.post(f"/triggerworkflow/{APPROVAL}/2", json={"process_id": "order-7"})
    made = [each for each in either.looply.records("executions") if each["id"] not in before]
    assert [each["id"] for each in made] == [reply.json()["looply_execution_id"]]
    with pytest.raises(Refused, match=r"looply has no collection 'runs'. There are credentials"):
        either.looply.records("runs")


def test_calls_are_verified_in_their_order_and_waited_for(either: Sandbox) -> None:
    looply = either.looply
    with looply.client() as client:
        resume(client)
        client.post("/terminateWorkflow/order-1001")
    looply.verify("resumeWorkflow", within="1s")
    looply.verify_order("resumeWorkflow", {"operation": "terminateWorkflow", "as": "default"})
    with pytest.raises(VerificationFailed, match=r"in this order: looply\.terminate"):
        looply.verify_order("terminateWorkflow", "resumeWorkflow", within="20ms")
