"""Documents of one's own under Schemathesis: clean, and what had to be allowed is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modeled.documents import TEXT, at, content, document, many, operation, thing
from understudy.checks import conformance, conformance_report
from understudy.checks.document_target import CheckedDocument
from understudy.checks.outcome import Finding
from understudy.client import serve
from understudy.modeled.assembly import modeled
from understudy.modeled.sources import load

FOLDER = Path(__file__).parents[1] / "proof" / "documents"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_document_is_true_to_itself(file: Path) -> None:
    (made,) = load(str(file))
    report = conformance.run((), documents=[made], max_examples=1)
    assert [f"{name} {each.title}: {each.message}" for name, each in report.findings] == []
    (outcome,) = report.vendors
    assert outcome.vendor == file.stem
    assert {each.id for each in outcome.operations} == {*made.contract.operations}
    assert all(each.accepted for each in outcome.operations)


def test_what_a_document_leaves_open_is_told() -> None:
    paths = {
        "/things/{id}": {"parameters": at("id"), "get": operation(200, thing({"id": TEXT}, "id"))},
        "/wrong": {"get": 7},
    }
    checked = CheckedDocument(modeled("things", document(paths), "things.yaml"))
    (allowed,) = checked.excused["get_things_id"]
    assert (allowed.check, allowed.allow) == ("undeclared", ("400", "404", "405", "406", "422"))
    assert checked.whole[0].because.startswith("get_wrong: ")
    assert "get" not in checked.document["paths"]["/wrong"]


def test_a_field_that_may_not_be_sent_is_no_finding() -> None:
    made = load(str(FOLDER / "shop.yaml"))[0]
    checked = CheckedDocument(made)
    message = "Invalid component: in body - id: Value is not allowed"
    finding = Finding("", "negative_data_rejection", "accepted", message)
    assert checked.passes("createOrder", finding)
    assert not checked.passes("setSettings", finding)
    lines = [each.because for each in checked.excused["createOrder"]]
    assert "who sends created_at, id is not refused: it is passed over" in lines


def test_a_server_that_breaks_its_document_is_found() -> None:
    paths = {"/things": {"get": operation(200, thing({"kind": {"type": "string"}}, "kind"))}}
    said = document(paths)
    content = said["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]
    content["example"] = {"kind": 7}
    report = conformance.run((), documents=[modeled("things", said)], max_examples=1)
    assert not report.clean
    assert "things.get_things" in conformance_report.headline(*report.findings[0])


def test_what_no_checker_can_know_is_allowed() -> None:
    kinds = {
        **content(thing({"id": TEXT}), "application/xml")["content"],
        **content(thing({"id": TEXT}))["content"],
    }
    page = thing({"data": many(thing({"id": TEXT}, "id")), "next_cursor": TEXT})
    listed = operation(200, page, query=("cursor",))
    made = {**operation(201, thing({"id": TEXT}, "id")), "requestBody": {"content": kinds}}
    paths = {"/things": {"get": listed, "post": made}, "/moved": {"get": operation(302)}}
    report = conformance.run((), documents=[modeled("things", document(paths))], max_examples=3)
    assert [each.message for _, each in report.findings] == []
    told = {
        (each.id, one.check) for each in report.vendors[0].operations for one in each.allowances
    }
    assert ("get_things", "positive_data_acceptance") in told
    assert ("post_things", "XML") in told
    assert ("get_moved", "accepted") in told


def test_a_served_document_is_checked_with_its_one_key_and_no_other() -> None:
    file = str(FOLDER.parents[1] / "clients" / "orders.yaml")
    with serve(documents={"orders": file}) as server:
        report = conformance.run(
            (), documents=load(f"orders={file}"), url=server.url, max_examples=1
        )
    assert [f"{name} {each.title}: {each.message}" for name, each in report.findings] == []
