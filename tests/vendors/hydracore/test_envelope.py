"""Who is let in where, and how a refusal is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.hydracore.harness import ADA, BEARERS, LETTINGS, ONE, Harness, instance_path
from understudy.client import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings

INTERNAL = [
    ("GET", "", None),
    ("POST", "", {"customer_id": ADA, "workflow_type": "lead"}),
    ("GET", f"/{ONE}", None),
    ("PATCH", f"/{ONE}", {"action": "noted"}),
    ("POST", f"/{ONE}/suspend", {"step": "s"}),
    ("POST", f"/{ONE}/resume", {}),
]
DASHBOARD = [
    ("GET", "", None),
    ("GET", "/suspended", None),
    ("GET", f"/{ONE}", None),
    ("POST", f"/{ONE}/abort", None),
    ("POST", f"/{ONE}/suspend", {"step": "s"}),
    ("POST", f"/{ONE}/resume", {}),
]
CALLS = [
    *((method, instance_path(path), body) for method, path, body in INTERNAL),
    *((method, f"/v1/workflows{path}", body) for method, path, body in DASHBOARD),
]
each_call = pytest.mark.parametrize(("method", "path", "body"), CALLS)
NO_CREDENTIAL, WRONG = {"detail": "Not authenticated"}, {"detail": "Invalid credentials"}


def opens(path: str, by: str) -> bool:
    return (by == "agent") == path.startswith("/internal")


@each_call
@pytest.mark.parametrize("by", ["agent", "admin", "key-ours"])
def test_each_credential_opens_one_surface(method: str, path: str, body: Any, by: str) -> None:
    told = Harness({"id": ONE}).ask(method, path, body, by=by)
    if opens(path, by):
        assert told.status in (200, 201, 409)
        return
    assert told.status == 401
    # A key in its own header is no bearer, so the internal surface was sent no credential.
    assert told.body == (NO_CREDENTIAL if by == "key-ours" else WRONG)
    assert told.headers["www-authenticate"] == "Bearer"


@each_call
def test_nobody_is_let_in_and_told_before_anything_is_read(
    method: str, path: str, body: Any
) -> None:
    bad = path.replace(ONE, "no-uuid").replace(LETTINGS, "no-uuid")
    told = Harness().ask(method, bad, raw=b"{" if body is not None else None, by=None)
    assert (told.status, told.body) == (401, NO_CREDENTIAL)


@pytest.mark.parametrize(("method", "path", "body"), DASHBOARD)
def test_a_member_is_known_and_refused(method: str, path: str, body: Any) -> None:
    told = Harness({"id": ONE}).dashboard(method, path, body, by="member")
    assert (told.status, told.body) == (403, {"detail": "Admin access required"})


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({"authorization": "Bearer admin-ours", "x_api_key": "no-such-key"}, 200, None),
        ({"authorization": "bearer admin-ours"}, 200, None),
        ({"authorization": "Bearer wrong", "x_api_key": "key-ours"}, 401, WRONG),
        ({"authorization": "Bearer proxy-lettings", "x_api_key": "key-ours"}, 401, WRONG),
        ({"authorization": "Bearer key-ours"}, 401, WRONG),
        ({"x_api_key": "admin-ours"}, 401, WRONG),
        ({"x_api_key": ""}, 401, NO_CREDENTIAL),
        ({"authorization": "Basic YTpi"}, 401, NO_CREDENTIAL),
        ({"authorization": "Basic YTpi", "x_api_key": "key-ours"}, 200, None),
        ({"authorization": "Bearer"}, 401, NO_CREDENTIAL),
        ({"authorization": ""}, 401, NO_CREDENTIAL),
    ],
)
def test_a_bearer_counts_before_a_key(headers: dict[str, str], status: int, body: Any) -> None:
    told = Harness().dashboard("GET", by=None, **headers)
    assert told.status == status
    assert body is None or told.body == body


@pytest.mark.parametrize("bearer", [*BEARERS.values(), "anything"])
def test_any_key_will_do_where_the_sandbox_says_so(bearer: str) -> None:
    settings = Settings(vendors=("hydracore",), clock=FROZEN, any_key=True)
    with InProcess(create_app(settings)) as sandbox:
        internal = f"/hydracore{instance_path(instance='bbbbbbbb-0000-4000-8000-000000000001')}"
        headers = [("authorization", f"Bearer {bearer}")]
        assert sandbox.ask("GET", internal, headers).status == 200
        assert sandbox.ask("GET", "/hydracore/v1/workflows", headers).status == 200


def test_no_such_path_and_no_such_method() -> None:
    one = Harness()
    lost = one.dashboard("GET", f"/{ONE}/history")
    assert (lost.status, lost.body) == (404, {"detail": "Not Found"})
    wrong = one.dashboard("DELETE", f"/{ONE}")
    assert (wrong.status, wrong.body) == (405, {"detail": "Method Not Allowed"})
    assert wrong.headers["allow"] == "GET"
    assert one.internal("PUT").headers["allow"] == "GET, POST"
    assert one.internal("POST", f"/{ONE}").headers["allow"] == "GET, PATCH"


def test_suspended_is_a_list_and_no_id() -> None:
    one = Harness()
    assert one.dashboard("GET", "/suspended").body == []
    told = one.dashboard("POST", "/suspended/abort")
    assert told.status == 422
    assert [each["loc"] for each in told.body["detail"]] == [["path", "workflow_id"]]


@pytest.mark.parametrize("text", ["0000-01-01T00:00:00Z", "2026-01-01T00:00:60Z", "2026-13-01"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_instants_that_are_none_are_told_together(method: str, text: str) -> None:
    body = {"expires_at": text, "next_action_at": text, "action": "noted"}
    body |= {"customer_id": ADA, "workflow_type": "lead"}
    one = Harness({"id": ONE})
    told = one.internal(method, "" if method == "POST" else f"/{ONE}", body)
    assert told.status == 422
    assert [each["loc"][1] for each in told.body["detail"]] == ["expires_at", "next_action_at"]
    assert {each["input"] for each in told.body["detail"]} == {text}
    assert len(one.read()["history"]) == 1


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("status", "sleeping", "value_error"),
        ("status", 7, "string_type"),
        ("escalation_level", "high", "int_parsing"),
        ("escalation_level", 1.5, "int_from_float"),
        ("escalation_level", 2**31, "less_than_equal"),
        ("approver_id", "ada", "uuid_parsing"),
        ("workflow_state", [], "dict_type"),
        ("action", None, "string_type"),
    ],
)
def test_an_advance_that_is_wrong_changes_nothing(field: str, value: Any, kind: str) -> None:
    one = Harness({"id": ONE})
    told = one.advance(**{field: value})
    assert told.status == 422
    (wrong,) = told.body["detail"]
    assert (wrong["type"], wrong["loc"], wrong["input"]) == (kind, ["body", field], value)
    assert len(one.read()["history"]) == 1
