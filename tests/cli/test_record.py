"""`understudy record`: a session of a running sandbox as a file that replays."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.cli.served_process import ask, serving
from understudy.cli import main
from understudy.client import serve

ORDERS = Path(__file__).parents[1] / "clients" / "orders.yaml"

WORKFLOWS = "/getOrganizationWorkflows?limit=2"


def test_a_session_becomes_a_file_that_replays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "story.yaml"
    with serving(tmp_path, "looply", "--clock", "frozen") as served:
        url = f"{served.url}/~mine/looply/v2/workflows{WORKFLOWS}"
        assert ask(url, served.looply["headers"]).status == 200
        assert ask(url, {"x-api-key": "nobodys"}).status == 403
        assert main(["record", "--url", served.url, "--session", "mine"]) == 0
        printed = capsys.readouterr().out
        told = ["record", "--url", served.url, "--session", "mine", "--output", str(file)]
        assert main(told) == 0
        assert main(["record", "--url", served.url, "--session", "no"]) == 2
    assert file.read_text(encoding="utf-8") == printed
    assert printed.startswith('understudy: 1\nscenario: "Recorded from the session mine"\n')
    assert "nobodys" not in printed.replace("nobodys-key", "")
    out, err = capsys.readouterr()
    assert out == f"{file}: 2 calls. Next: understudy replay {file}\n"
    assert "there is no session 'no'" in err
    assert main(["replay", str(file)]) == 0
    assert capsys.readouterr().out.endswith("1 story, 2 steps: as expected\n")


def test_a_session_that_was_asked_nothing_is_no_story(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path, "looply") as served:
        assert main(["record", "--url", served.url]) == 2
    assert capsys.readouterr().err == (
        f"Error: {served.url}: session 'default' was asked nothing yet. "
        "Call a vendor in it, or name another with --session\n"
    )


def test_a_place_nobody_can_write_to_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path, "looply") as served:
        told = ["record", "--url", served.url, "--output", str(tmp_path / "no" / "x.yaml")]
        assert main(told) == 2
    assert "--output: cannot write" in capsys.readouterr().err


def test_of_nothing_that_a_step_can_ask_no_file_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "story.yaml"
    with serving(tmp_path, "looply") as served:
        ask(f"{served.url}/looply/v2/nowhere", served.looply["headers"])
        assert main(["record", "--url", served.url, "--output", str(file)]) == 2
    told = "nothing that a step can ask: request 1 is left out: no operation is GET /v2/nowhere"
    assert told in capsys.readouterr().err
    assert not file.exists()


def test_a_session_on_the_real_clock_with_late_rules_replays_anywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "story.yaml"
    json = {"content-type": "application/json"}
    with serving(tmp_path) as served:
        admin = f"{served.url}/__admin/sessions/mine"
        resume = f"{served.url}/~mine/looply/v2/workflows/resumeWorkflow/order-1001"
        looply = {**served.looply["headers"], **json, "x-auth-token": "hush"}
        payload = '{"payload": {"source": "SAP"}}'
        assert ask(resume, looply, payload).status == 200
        rule = '{"operation": "looply.resumeWorkflow", "times": 2, "fault": {"lose": "answer"}}'
        added = ask(f"{admin}/rules", json, rule).body["rules"][0]["id"]
        with pytest.raises(OSError, match=r"reset|closed|aborted"):
            ask(resume, looply, payload)
        ask(f"{admin}/rules/{added}", method="DELETE")
        assert ask(resume + "?access_token=hush", looply, payload).status == 409
        ask(f"{admin}/clock/advance", json, '{"by": "1h"}')
        cloudflare = served.ready["vendors"]["cloudflare"]
        verify = (
            cloudflare["url"].replace("/cloudflare", "/~mine/cloudflare") + "/user/tokens/verify"
        )
        assert ask(verify, cloudflare["headers"]).status == 200
        assert ask(resume, looply, payload).status == 409
        told = ["record", "--url", served.url, "--session", "mine", "--output", str(file)]
        assert main(told) == 0
        assert main(["replay", str(file), "--url", served.url]) == 0
    assert "hush" not in file.read_text(encoding="utf-8")
    assert main(["replay", str(file), "--repeat", "2"]) == 0
    assert "5 calls" in capsys.readouterr().out


FIRST = """
understudy: 1
scenario: The first
world:
  looply:
    credentials:
      - { name: mine, key: key-1, organization: org-northwind }
    workflows:
      - { name: review, steps: [{ wait: callback }] }
    executions:
      - { name: order, workflow: review, process_id: po-1 }
  cloudflare:
    accounts:
      - { name: team, id: acc1 }
    credentials:
      - { name: team-key, token: t-1, account: team }
rules:
  - { operation: looply.terminateWorkflow, when: { process_id: "${order.process_id}" }, reply: 503 }
"""
RENAMED = FIRST.replace("order", "order_2").replace("review", "review_2").replace("po-1", "po-2")
SECOND = RENAMED.replace("key-1", "key-2").replace("The first", "The second")


def test_two_scenarios_become_one_story_that_replays_and_no_name_is_given_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "story.yaml"
    json_type = {"content-type": "application/json"}
    with serving(tmp_path, "looply", "cloudflare", "--clock", "frozen") as served:
        admin = f"{served.url}/__admin/sessions/default/scenario"
        for text, status in (
            (FIRST, 200),
            (SECOND.replace("order_2", "order"), 409),
            (SECOND, 200),
        ):
            told = ask(admin, json_type, json.dumps({"scenario": {"text": text}}))
            assert told.status == status, told.body
            if status == 409:
                assert told.body["where"] == "text:11"
                assert told.body["detail"] == "a second 'order' among the executions"
        for process in ("po-1", "po-2"):
            url = f"{served.url}/looply/v2/workflows/resumeWorkflow/{process}"
            sent = json.dumps({"payload": {"source": "SAP"}})
            assert ask(url, {"x-api-key": "key-2", **json_type}, sent).status == 200
        assert main(["record", "--url", served.url, "--output", str(file)]) == 0
    assert main(["validate", str(file)]) == 0
    assert main(["replay", str(file)]) == 0
    assert capsys.readouterr().out.endswith("1 story, 2 steps: as expected\n")


def test_what_a_document_was_asked_replays_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, file = str(ORDERS), tmp_path / "story.yaml"
    with serve(documents={"orders": document}) as served, httpx.Client(base_url=served.url) as http:
        key = {"authorization": "Bearer orders-default-key"}
        made = http.post("/orders/v1/orders", json={"item": "tea"}, headers=key).json()
        one = f"/orders/v1/orders/{made['id']}"
        assert http.patch(one, json={"quantity": 2}, headers=key).json()["quantity"] == 2
        assert http.delete(one, headers=key).status_code == 204
        assert http.get(one, headers=key).status_code == 404
        told = ["record", "--url", served.url]
        assert main([*told, "--output", str(file)]) == 0
        out, err = capsys.readouterr()
        assert "note: orders is known by its document" in err
        assert out.endswith(f"Next: understudy replay {file} --document DOC\n")
        assert main([*told, "--document", document]) == 0
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")
    assert main(["replay", str(file), "--document", document, "--repeat", "2"]) == 0
    assert capsys.readouterr().out.endswith("as expected\n")
