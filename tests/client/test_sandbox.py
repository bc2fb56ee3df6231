"""A session from Python: opened, told its story, ended."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from understudy.client import Refused, Sandbox, create_app
from understudy.errors import InputError
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings

SAP = {"payload": {"source": "SAP"}}
STORY = """\
understudy: 1
scenario: Every resume is refused
vendor: looply
rules:
  - { operation: resumeWorkflow, reply: ALREADY_RESTARTED }
"""
BROKEN = STORY.replace("ALREADY_RESTARTED", "NEVER_HEARD_OF")


def resumed(sandbox: Sandbox, process: str = "order-1001") -> tuple[int, str]:
    """What comes of a resume."""
    with sandbox.looply.client() as looply:
        reply = looply.post(f"/resumeWorkflow/{process}", json=SAP)
    return reply.status_code, reply.json()["code"]


def test_a_plain_script_needs_two_lines() -> None:
    with Sandbox(vendors=["looply"], clock="frozen") as sandbox:
        assert resumed(sandbox) == (200, "WORKFLOW_RESTARTED")
        assert sandbox.clock.now == "2026-01-01T00:00:00.000Z"
    assert sandbox.names == ("looply",)


def test_an_asynchronous_script_does_the_same() -> None:
    async def script() -> tuple[int, int]:
        async with (
            Sandbox(vendors=["looply"], clock="frozen") as sandbox,
            sandbox.looply.async_client() as looply,
        ):
            replies = [await looply.post("/resumeWorkflow/order-1001", json=SAP) for _ in range(2)]
        first, second = (reply.status_code for reply in replies)
        return first, second

    assert asyncio.run(script()) == (200, 409)


def test_what_one_session_does_no_other_sees(either: Sandbox, app: Any) -> None:
    assert resumed(either) == (200, "WORKFLOW_RESTARTED")
    with Sandbox(either.origin if either.app is None else None, app=app) as other:
        assert other.name != either.name
        assert resumed(other) == (200, "WORKFLOW_RESTARTED")
        assert len(other.requests()) == 1


def test_a_session_has_its_name_seed_and_instant(either: Sandbox, app: Any) -> None:
    url = either.origin if either.app is None else None
    with Sandbox(url, app=app, name="mine", seed=7, clock="2026-01-05T09:00:00Z") as sandbox:
        assert sandbox.name == "mine"
        assert sandbox.clock.now == "2026-01-05T09:00:00.000Z"
        assert sandbox.ask("GET", "")["seed"] == 7


def test_a_session_ends_with_its_block_and_only_once(app: Any) -> None:
    with Sandbox(app=app, name="brief") as sandbox:
        assert "brief" in app.sandbox.sessions
    assert "brief" not in app.sandbox.sessions
    with Sandbox(app=app, name="brief"):
        sandbox.close()
        assert "brief" in app.sandbox.sessions


def test_a_session_that_is_gone_ends_quietly(either: Sandbox) -> None:
    either.ask("DELETE", "")
    either.close()


def test_a_session_that_has_ended_says_so(either: Sandbox) -> None:
    either.close()
    with pytest.raises(Refused, match=f"the session '{either.name}' has ended. Ask before"):
        either.requests()


@pytest.mark.parametrize("form", ["name", "text", "file", "path", "value"])
def test_a_session_begins_with_a_story_in_any_form(app: Any, tmp_path: Path, form: str) -> None:
    told = forms(tmp_path)[form]
    with Sandbox(app=app, scenario=told) as sandbox:
        assert len(sandbox.ask("GET", "/rules")["rules"]) > 0
        assert sandbox.ask("GET", "")["rules"] == 1


@pytest.mark.parametrize("form", ["name", "text", "file", "path", "value"])
def test_a_story_joins_a_running_session(either: Sandbox, tmp_path: Path, form: str) -> None:
    assert either.ask("GET", "")["rules"] == 0
    either.load(forms(tmp_path)[form])
    assert either.ask("GET", "")["rules"] == 1


def forms(folder: Path) -> dict[str, Any]:
    """One rule, said in every way."""
    file = folder / "story.yaml"
    file.write_text(STORY, encoding="utf-8")
    rule = {"operation": "resumeWorkflow", "reply": "ALREADY_RESTARTED"}
    return {
        "name": "looply/lost-answer",
        "text": STORY,
        "file": str(file),
        "path": file,
        "value": {"understudy": 1, "scenario": "One", "vendor": "looply", "rules": [rule]},
    }


def test_a_mistake_in_a_file_is_told_with_its_line(either: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    url = either.origin if either.app is None else None
    with pytest.raises(Refused) as refused:
        Sandbox(url, app=either.app, scenario=file)
    assert refused.value.where == f"{file}:5"
    assert refused.value.what == "resumeWorkflow has no answer NEVER_HEARD_OF"
    with pytest.raises(Refused) as refused:
        either.load(file)
    assert refused.value.where == f"{file}:5"


def test_a_file_that_is_not_there_is_told_by_its_name(app: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        Sandbox(app=app, scenario=tmp_path / "none.yaml")
    assert str(refused.value) == (
        f"{tmp_path / 'none.yaml'}: the scenario cannot be read: No such file or directory"
    )


def test_a_shipped_story_that_there_is_not_is_told_with_those_there_are(app: Any) -> None:
    with pytest.raises(Refused) as refused:
        Sandbox(app=app, scenario="looply/lost-anser")
    assert refused.value.fix == "Did you mean looply/lost-answer?"


def test_reset_is_exactly_the_beginning(either: Sandbox) -> None:
    resumed(either)
    either.reset()
    assert either.requests() == []
    assert resumed(either) == (200, "WORKFLOW_RESTARTED")


def test_a_request_says_why_it_was_refused(either: Sandbox) -> None:
    resumed(either, "order-9")
    told = either.requests()[-1]
    assert told["because"] == "org-northwind has no execution of 'order-9'"
    why = either.why(told)
    assert why["request"]["body"] == SAP
    assert why == either.why(1)


def test_a_request_is_named_by_whatever_a_test_has_in_hand(either: Sandbox) -> None:
    with either.looply.client() as client:
        response = client.post("/resumeWorkflow/order-9", json=SAP)
    with pytest.raises(httpx.HTTPStatusError) as refused:
        response.raise_for_status()
    (row,) = either.requests()
    named = [1, "1", "latest", f"{either.name}.1", f"{either.name}.latest", row, response]
    told = [either.why(each) for each in [*named, refused.value]]
    assert told == [either.why()] * len(told)
    assert told[0]["because"] == "org-northwind has no execution of 'order-9'"


def test_a_response_of_requests_names_its_request(outside: Sandbox) -> None:
    url = f"{outside.looply.url}/getOrganizationWorkflows"
    response = requests.get(url, headers=outside.looply.headers, timeout=5)
    assert outside.why(response)["operation"] == "getOrganizationWorkflows"


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ("one", "'one' is no request. Take it from a reply's header X-Understudy-Request, like"),
        (0, "'0' is no request. Take it from"),
        (None, "'None' is no request. Take it from"),
        ("nobody.1", "there is no session 'nobody'"),
        ("99", "has no request 99. Its journal is empty"),
        (httpx.Response(200), "this Response has no header X-Understudy-Request. Ask with a resp"),
    ],
)
def test_a_request_that_is_none_is_told_in_words(inside: Sandbox, request_: Any, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        inside.why(request_)


def test_vendors_are_chosen_by_name_and_by_attribute(app: Any) -> None:
    with Sandbox(app=app, vendors=["looply", "cloudflare"]) as sandbox:
        assert sandbox.names == ("looply", "cloudflare")
        assert sandbox.cloudflare is sandbox["cloudflare"]
        with pytest.raises(AttributeError, match=r"no vendor 'refold'.* there are looply, cloudfl"):
            _ = sandbox.refold
        with pytest.raises(KeyError, match=r"no vendor 'acme'"):
            sandbox["acme"]


@pytest.mark.parametrize(
    ("vendors", "told"),
    [
        (["acme"], "this sandbox serves no vendor 'acme'. There are looply"),
        ("looply", "vendors='looply' is no list. Write ['looply']"),
    ],
)
def test_a_vendor_that_is_not_served_is_refused(vendors: Any, told: str) -> None:
    only = create_app(Settings(vendors=("looply",), clock=FROZEN))
    with pytest.raises(InputError) as refused:
        Sandbox(app=only, vendors=vendors)
    assert str(refused.value) == told
    assert list(only.sandbox.sessions) == []


@pytest.mark.parametrize(
    "url", ["127.0.0.1:4010", "ftp://127.0.0.1", "http://", "http://[::1", "http://a:0", ""]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InputError, match=r"is no base URL. Write http://127.0.0.1:4010"):
        Sandbox(url)


def test_a_sandbox_that_does_not_run_says_how_to_start_one() -> None:
    with pytest.raises(Refused, match=r"no sandbox answers .* Start one with `understudy serve`"):
        Sandbox("http://127.0.0.1:9")


def test_a_server_that_is_no_sandbox_is_told_so() -> None:
    async def other(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"<h1>It works</h1>"})

    with (
        ThreadServer(other) as running,
        pytest.raises(Refused, match=r"what answers is no sandbox"),
    ):
        Sandbox(running.url)


def test_an_admin_token_is_said_once() -> None:
    locked = create_app(Settings(vendors=("looply",), clock=FROZEN, admin_token="open-sesame"))
    with ThreadServer(locked) as running:
        with pytest.raises(Refused, match=r"wants the admin token"):
            Sandbox(running.url)
        with Sandbox(running.url, token="open-sesame") as sandbox:
            assert resumed(sandbox) == (200, "WORKFLOW_RESTARTED")


def test_a_snapshot_is_gone_back_to_and_also_elsewhere(either: Sandbox) -> None:
    resumed(either)
    snapshot = either.snapshot()
    either.clock.advance("10m")
    assert resumed(either) == (409, "NO_RESUMABLE_EXECUTION")
    either.restore(snapshot)
    assert either.clock.now == "2026-01-01T00:00:00.000Z"
    assert resumed(either) == (409, "ALREADY_RESTARTED")
    with Sandbox(clock="frozen") as other:
        other.restore(snapshot)
        assert resumed(other) == (409, "ALREADY_RESTARTED")


def test_a_snapshot_that_was_changed_is_refused(either: Sandbox) -> None:
    snapshot = {**either.snapshot(), "seed": 9}
    with pytest.raises(Refused, match=r"the snapshot was changed since it was taken"):
        either.restore(snapshot)
