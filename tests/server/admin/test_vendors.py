"""Health and vendors over HTTP."""

from __future__ import annotations

import pytest

from tests.server.admin.admin_client import KEY, AdminClient
from understudy.vendors import VENDORS


def test_health_is_told_before_anything_is_compiled() -> None:
    told = AdminClient().ask("GET", "/health")
    assert (told.status, told.body["status"], told.body["sessions"]) == (200, "ok", 0)
    assert told.body["vendors"] == ["looply"]


def test_vendors_are_listed_with_where_they_are_served(admin: AdminClient) -> None:
    told = admin.ask("GET", "/vendors").body
    assert told["vendors"] == [
        {"name": "looply", "title": "Looply Workflow API", "path": "/looply", "operations": 11}
    ]


def test_every_vendor_that_ships_is_served_unless_some_are_chosen() -> None:
    told = AdminClient(vendors=()).ask("GET", "/vendors").body
    assert [each["name"] for each in told["vendors"]] == [each.name for each in VENDORS]


def test_a_vendor_tells_its_operations_answers_and_collections(admin: AdminClient) -> None:
    told = admin.ask("GET", "/vendors/looply").body
    assert (told["base_path"], told["servers"]) == (
        "/v2/workflows",
        ["https://api.looply.io/v2/workflows"],
    )
    resume = next(each for each in told["operations"] if each["id"] == "resumeWorkflow")
    assert resume["path"] == "/v2/workflows/resumeWorkflow/{process_id}"
    restarted = {"name": "ALREADY_RESTARTED", "status": 409, "provenance": "documented"}
    assert restarted in resume["answers"]
    executions = next(each for each in told["collections"] if each["name"] == "executions")
    assert "AWAITING_RESPONSE" in executions["states"]
    assert "resume" in executions["events"]


def test_a_contract_is_the_document_itself(admin: AdminClient) -> None:
    told = admin.ask("GET", "/vendors/looply/contract").body
    assert told == admin.sandbox.contract("looply").document


@pytest.mark.parametrize(
    ("query", "url"),
    [
        ("?server=sandbox", "http://testserver/looply/v2/workflows"),
        ("?server=sandbox&session=mine", "http://testserver/~mine/looply/v2/workflows"),
        ("?server=vendor", "https://api.looply.io/v2/workflows"),
    ],
)
def test_a_contract_names_the_server_that_is_asked_for(
    admin: AdminClient, query: str, url: str
) -> None:
    told = admin.ask("GET", f"/vendors/looply/contract{query}").body
    assert [each["url"] for each in told["servers"]] == [url]
    assert told["paths"] == admin.sandbox.contract("looply").document["paths"]
    path = f"{url.removeprefix('http://testserver')}/getOrganizationWorkflows"
    if "sandbox" in query:
        assert admin.client.get(path, headers=KEY).status_code == 200


def test_without_a_host_the_server_is_the_one_that_was_asked(admin: AdminClient) -> None:
    path = "/vendors/looply/contract?server=sandbox"
    told = admin.ask("GET", path, headers={"host": "a b"}).body
    assert told["servers"] == [{"url": "/looply/v2/workflows"}]


def test_our_own_contract_is_served_beside_the_vendors(admin: AdminClient) -> None:
    told = admin.ask("GET", "/vendors/admin/contract").body
    assert told == admin.contract.document
    told = admin.ask("GET", "/vendors/admin/contract?server=sandbox&session=mine").body
    assert told["servers"] == [{"url": "http://testserver/__admin"}]


def test_an_unknown_vendor_is_answered_with_those_there_are(admin: AdminClient) -> None:
    for path in ("/vendors/acme", "/vendors/acme/contract"):
        told = admin.ask("GET", path)
        assert (told.status, told.answer) == (404, "VENDOR_NOT_FOUND")
        assert told.body["exists"] == ["looply"]
