"""Why a request was answered so: told over HTTP for every kind of answer."""

from __future__ import annotations

import gzip
import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.server.admin.admin_client import PATH, WAITING, AdminClient
from understudy.client import create_app
from understudy.scenarios.language.source import BOUNDS
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings
from understudy.yaml import read

APPROVAL = "be9439c2-16b9-4de2-bb1a-9154b85af065"


def why(admin: AdminClient, session: str, number: int = 1) -> Any:
    told = admin.ask("GET", f"/sessions/{session}/requests/{number}")
    assert told.status == 200
    return told.body


def test_what_the_vendor_did_by_itself(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    told = why(admin, session)
    assert (told["id"], told["operation"], told["caller"]) == (
        f"{session}.1",
        "resumeWorkflow",
        "default",
    )
    assert (told["by"], told["provenance"]) == ("behaviour", "documented")
    assert told["because"].endswith("went from AWAITING_RESPONSE to IN_PROGRESS")
    assert told["parameters"] == {"process_id": "order-1001"}
    assert told["request"]["body"] == {"payload": {"source": "SAP"}}
    assert told["reply"]["body"]["code"] == "WORKFLOW_RESTARTED"


def test_the_record_before_and_after_with_what_led_there(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "1h"})
    record = why(admin, session)["record"]
    assert (record["collection"], record["id"]) == ("executions", WAITING)
    assert record["before"]["state"] == "AWAITING_RESPONSE"
    assert record["after"]["state"] == "IN_PROGRESS"
    assert record["transitions"][-1] == {
        "at": "2026-01-05T09:00:00.000Z",
        "event": "resume",
        "from": "AWAITING_RESPONSE",
        "to": "IN_PROGRESS",
    }


def test_what_the_contract_does_not_allow(admin: AdminClient, session: str) -> None:
    admin.call("GET", f"/getWorkflowById?workflow_id={APPROVAL}", session=session)
    (wrong,) = why(admin, session)["violations"]
    assert (wrong["location"], wrong["name"], wrong["keyword"]) == (
        "query",
        "workflow_version",
        "missing",
    )


def test_a_compressed_body_is_told_by_its_header(admin: AdminClient, session: str) -> None:
    content = gzip.compress(b'{"payload": {}}')
    told = []
    for header in ({}, {"content-encoding": "identity"}, {"content-encoding": "gzip"}):
        headers = {"content-type": "application/json", **header}
        path = "/resumeWorkflow/order-1001"
        told.append(
            admin.call("POST", path, session=session, content=content, headers=headers).json()
        )
    assert told == [{"message": "Invalid request body"}] * 3, "the vendor's own body stays"
    reasons = [why(admin, session, number)["because"] for number in (1, 2, 3)]
    assert reasons[0] == reasons[1] == "the body is no JSON: invalid character (byte 0)"
    assert reasons[2] == (
        f"{reasons[0]}; its Content-Encoding gzip is not undone here: send it without"
    )


def test_the_admin_api_tells_a_compressed_body_by_its_header(admin: AdminClient) -> None:
    raw, coded = gzip.compress(b'{"name": "mine"}'), {"content-encoding": "gzip"}
    told = admin.ask("POST", "/sessions", raw=raw, headers=coded)
    assert (told.status, told.answer) == (400, "MALFORMED_BODY")
    assert "Content-Encoding gzip is not undone here" in told.body["detail"]


def test_the_yaml_of_an_unknown_id_makes_it_exist(admin: AdminClient, session: str) -> None:
    assert admin.resume("order-9", session=session).status_code == 404
    missing = why(admin, session)["missing"]
    assert (missing["collection"], missing["id"]) == ("executions", "order-9")
    assert "order-1001" in missing["exists"]
    assert "order-2001" not in missing["exists"]  # another organisation's
    told = admin.ask("POST", f"/sessions/{session}/scenario", {"text": missing["yaml"]})
    assert told.status == 200
    assert admin.resume("order-9", session=session).status_code == 200


def test_the_yaml_of_an_unknown_workflow_makes_it_exist(admin: AdminClient, session: str) -> None:
    workflow = "00000000-0000-4000-8000-000000000001"
    path = f"/triggerworkflow/{workflow}/1"
    assert admin.call("POST", path, session=session, json={}).status_code == 400
    missing = why(admin, session)["missing"]
    assert APPROVAL in missing["exists"]
    admin.ask("POST", f"/sessions/{session}/scenario", {"text": missing["yaml"]})
    assert admin.call("POST", path, session=session, json={}).status_code == 200


@pytest.mark.parametrize(
    ("workflow", "remedied"),
    [
        ("d4c7b1de-3b9a-4e61-8c77-5b1f0a2e8d44", True),  # which has a draft alone
        ("e7f3a2c1-9d84-4b60-a1f5-8c2d4e6b7f55", False),  # which is another organisation's
    ],
)
def test_yaml_is_offered_where_it_can_be_loaded(
    admin: AdminClient, session: str, workflow: str, remedied: bool
) -> None:
    path = f"/triggerworkflow/{workflow}"
    assert admin.call("POST", path, session=session, json={}).status_code == 400
    missing = why(admin, session)["missing"]
    assert ("yaml" in missing) is remedied
    if remedied:
        told = admin.ask("POST", f"/sessions/{session}/scenario", {"text": missing["yaml"]})
        assert told.status == 200
        assert admin.call("POST", path, session=session, json={}).status_code == 200


def test_the_yaml_of_an_unknown_key_makes_one(admin: AdminClient, session: str) -> None:
    key = {"x-api-key": "nobody-has-this"}
    assert admin.call("GET", "/getOrganizationWorkflows", session=session, headers=key).status_code
    told = why(admin, session)
    missing = told["missing"]
    assert missing["exists"] == ["default", "other"]
    assert "nobody-has-this" not in str(told)
    admin.ask("POST", f"/sessions/{session}/scenario", {"text": missing["yaml"]})
    (entry,) = read(missing["yaml"], "text", BOUNDS).value["world"]["looply"]["credentials"]
    key = {"x-api-key": entry["key"]}
    reply = admin.call("GET", "/getOrganizationWorkflows", session=session, headers=key)
    assert reply.status_code == 200


def test_an_unknown_path_hints_at_one_there_is(admin: AdminClient, session: str) -> None:
    admin.call("POST", "/resumeWorkflows/order-1001", session=session)
    told = why(admin, session)
    assert (told["operation"], told["by"]) == (None, "refusal")
    assert f"{PATH}/resumeWorkflow/" in told["hint"]


def test_another_method_tells_those_there_are(admin: AdminClient, session: str) -> None:
    admin.call("DELETE", "/resumeWorkflow/order-1001", session=session)
    assert why(admin, session)["allow"] == ["POST"]


def test_a_rule_that_answered_and_one_that_nearly_did(admin: AdminClient, session: str) -> None:
    path = f"/sessions/{session}/rules"
    base = {"operation": "resumeWorkflow", "reply": "ALREADY_RESTARTED"}
    admin.ask("POST", path, base | {"name": "mine", "when": {"process_id": "order-1002"}})
    admin.resume("order-1002", session=session)
    admin.resume("order-1001", session=session)
    (rule,) = why(admin, session)["rules"]
    assert (rule["rule"], rule["acted"]) == ("mine", True)
    (rule,) = why(admin, session, 2)["rules"]
    assert rule == {
        "rule": "mine",
        "acted": False,
        "because": 'process_id: expected "order-1002", got "order-1001"',
    }


def test_a_lost_answer_says_what_was_done(admin: AdminClient, session: str) -> None:
    rule = {"operation": "resumeWorkflow", "fault": {"lose": "answer"}}
    admin.ask("POST", f"/sessions/{session}/rules", rule)
    admin.resume(session=session)
    told = why(admin, session)
    assert (told["by"], told["lost"]) == ("fault", "answer")
    assert told["record"]["after"]["state"] == "IN_PROGRESS"


@pytest.mark.parametrize("body", [b"\xff\x00", b"{", b'"\\ud800"'])
def test_a_body_that_is_no_json_is_told_as_text(
    admin: AdminClient, session: str, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    admin.call("POST", "/resumeWorkflow/po-1", session=session, content=body, headers=headers)
    told = why(admin, session)
    assert told["request"]["text"] == body.decode("utf-8", "replace")


def test_a_curl_line_does_it_again(admin: AdminClient, session: str) -> None:
    admin.call(
        "POST",
        "/resumeWorkflow/it's%20%22mine%22?x=1&y=2",
        session=session,
        json={"payload": {"text": "it's $HOME"}},
    )
    told = shlex.split(why(admin, session)["curl"])
    assert told[:2] == ["curl", "-i"]
    url = f"http://testserver/~{session}/looply{PATH}/resumeWorkflow/it's%20%22mine%22?x=1&y=2"
    assert url in told
    assert "x-api-key: looply-key-northwind" in told
    assert told[told.index("--data-raw") + 1] == '{"payload":{"text":"it\'s $HOME"}}'


@pytest.mark.parametrize(
    ("target", "sent", "line"),
    [
        (
            "/hydracore/internal/v1/instances/lettings/workflows",
            "authorization: bearer hydracore-proxy-lettings",
            "authorization: Bearer hydracore-proxy-lettings",
        ),
        (
            "/cloudflare/client/v4/accounts/6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01/workflows",
            "authorization: Bearer cf-token-northwind-read",
            "authorization: Bearer cf-token-northwind-read",
        ),
        (
            f"/looply{PATH}/getOrganizationWorkflows",
            "x-api-key: sk_live_of_nobody",
            "x-api-key: <a key>",
        ),
        (
            f"/looply{PATH}/getOrganizationWorkflows",
            "authorization: Bearer looply-key-northwind",
            "authorization: <a key>",
        ),
    ],
)
def test_a_curl_line_has_the_key_of_who_asked_and_no_other_secret(
    target: str, sent: str, line: str
) -> None:
    with InProcess(create_app(Settings(clock=FROZEN))) as process:
        name, _, value = sent.partition(": ")
        process.ask("GET", target, ((name, value),))
        told = json.loads(process.ask("GET", "/__admin/sessions/default/requests/1").body)
        assert told["request"]["headers"][name].endswith("***")
        assert line in shlex.split(told["curl"])


def test_a_curl_line_has_the_key_that_a_story_gave_to_who_asked() -> None:
    admin, key = AdminClient(), "{ name: mine, key: of-mine, organization: org-northwind }"
    story = f"understudy: 1\nscenario: x\nworld: {{ looply: {{ credentials: [{key}] }} }}\n"
    assert admin.ask("POST", "/sessions", {"name": "own", "scenario": story}).status == 201
    admin.call("GET", "/getOrganizationWorkflows", session="own", headers={"x-api-key": "of-mine"})
    assert "x-api-key: of-mine" in shlex.split(why(admin, "own")["curl"])


def test_a_curl_line_names_the_method_and_its_own_address(admin: AdminClient, session: str) -> None:
    headers = {"host": "api.looply.io", "x-understudy-session": session}
    admin.call("DELETE", "/nowhere", session=session, headers=headers)
    told = shlex.split(why(admin, session)["curl"])
    assert told[2:4] == ["-X", "DELETE"]
    assert told[4] == f"http://127.0.0.1:4010/~{session}/looply{PATH}/nowhere"


def test_where_nobody_listens_a_line_before_it_serves(tmp_path: Path) -> None:
    story = tmp_path / "my story.yaml"
    story.write_text("understudy: 1\nscenario: mine\nvendor: looply\n", encoding="utf-8")
    app = create_app(Settings(vendors=("looply",), clock=FROZEN, scenarios=(str(story),)))
    with InProcess(app) as process:
        process.ask("GET", f"/~mine/looply{PATH}/getOrganizationWorkflows")
        told = json.loads(process.ask("GET", "/__admin/sessions/mine/requests/1").body)
    serve, line = told["curl"].splitlines()
    assert shlex.split(serve) == ["understudy", "serve", "--scenario", str(story)]
    assert line == f"curl -i http://127.0.0.1:4010/looply{PATH}/getOrganizationWorkflows"


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)),
        gzip.compress(b'{"payload": {}}', mtime=0),  # the same for whoever collects it
        b"\xff",
        b"-n \0 %s\\c '\"",
        b"\0" + "\u00e41".encode(),
        b"x" * 200_000,
    ],
)
def test_a_body_that_no_argument_can_be_is_piped_to_curl(
    content: bytes, admin: AdminClient, session: str
) -> None:
    admin.call("POST", "/resumeWorkflow/po-1", session=session, content=content)
    first, line = why(admin, session)["curl"].split(" | curl ")
    assert shlex.split(line)[-2:] == ["--data-binary", "@-"]
    said = subprocess.run(["sh"], input=first.encode(), capture_output=True, check=True)
    assert (said.stdout, said.stderr) == (content, b"")


def test_curl_adds_nothing_to_what_was_sent(admin: AdminClient, session: str) -> None:
    """It would POST a body whatever the method was, and call it a form."""
    admin.call("GET", "/getOrganizationWorkflows", session=session, content=b"x")
    told = shlex.split(why(admin, session)["curl"])
    assert told[2:4] == ["-X", "GET"]
    assert told[-4:] == ["-H", "content-type:", "--data-raw", "x"]


def test_retries_of_one_call_are_grouped_and_said_to_be_inferred(
    admin: AdminClient, session: str
) -> None:
    rule = {"operation": "looply.resumeWorkflow", "times": 2, "reply": 503}
    admin.ask("POST", f"/sessions/{session}/rules", rule)
    for _ in range(4):
        admin.resume(session=session)
    admin.resume("order-1002", session=session)
    told = [why(admin, session, number).get("attempts", {}) for number in range(1, 6)]
    assert [each.get("attempt") for each in told] == [
        "attempt 1 of 3", "attempt 2 of 3", "attempt 3 of 3", None, None,
    ]  # fmt: skip
    assert told[1]["requests"] == [f"{session}.{number}" for number in (1, 2, 3)]
    assert "inferred" in told[1]["because"]


def test_the_same_request_a_while_later_is_no_retry(admin: AdminClient, session: str) -> None:
    admin.ask("POST", f"/sessions/{session}/rules", {"operation": "*", "reply": 503})
    admin.resume(session=session)
    admin.ask("POST", f"/sessions/{session}/clock/advance", {"by": "1h"})
    admin.resume(session=session)
    assert ["attempts" in why(admin, session, number) for number in (1, 2)] == [False, False]


def test_what_an_object_lacks_is_told_with_what_it_may_be(admin: AdminClient, session: str) -> None:
    admin.call("POST", "/resumeWorkflow/order-1001", session=session, json={"payload": {}})
    told = why(admin, session, 1)
    (violation,) = told["violations"]
    assert violation["message"].endswith('lacks source; it must be "SAP" or "TEAMS"')
    assert (told["caller"], told["tenant"]) == ("default", "org-northwind")
