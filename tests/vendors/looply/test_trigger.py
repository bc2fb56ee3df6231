"""Trigger: which version runs, under which process id, with what input."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import json

from tests.server.looply_sandbox import LooplySandbox
from tests.vendors.looply.harness import APPROVAL, START, Harness, contract

VERSIONS = [
    {"id": "w", "version": 1, "title": "One"},
    {"id": "w", "version": 3, "title": "Three"},
    {"id": "w", "version": 10, "title": "Ten"},
    {"id": "w", "version": 11, "status": "DRAFT"},
    {"id": "drafts", "version": 1, "status": "DRAFT"},
]
NAMED = "triggerWorkflow"
LATEST = "triggerLatestWorkflow"


def started(one: Harness, **said: Any) -> tuple[str, int] | None:
    """The workflow and the version that a trigger starts."""
    operation = NAMED if "workflow_version" in said else LATEST
    status, body = one.ask(operation, **said)
    if status == 400:
        assert body == {"message": "incorrect workflow id"}
        return None
    run = one.execution(body["looply_execution_id"])
    return run.workflow_id, run.version


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ({}, 10),
        ({"workflow_version": "1"}, 1),
        ({"workflow_version": "10"}, 10),
        ({"workflow_version": "11"}, 11),  # a draft may be started by its number
        ({"workflow_version": "0010"}, 10),
        ({"workflow_version": "2"}, None),
        ({"workflow_version": "latest"}, None),
        ({"workflow_version": "1" * 5000}, None),
        ({"by": "other"}, None),
        ({"workflow_version": "1", "by": "other"}, None),
    ],
)
def test_the_version_asked_for_or_the_highest_active_one_runs(
    said: dict[str, Any], version: int | None
) -> None:
    one = Harness(workflows=VERSIONS)
    wanted = None if version is None else ("w", version)
    assert started(one, workflow_id="w", **said) == wanted
    assert len(one.world["executions"]) == (0 if version is None else 1)


@pytest.mark.parametrize("workflow_id", ["drafts", "unknown", ""])
def test_without_an_active_version_there_is_nothing_to_start(workflow_id: str) -> None:
    assert started(Harness(workflows=VERSIONS), workflow_id=workflow_id) is None


def test_of_drafts_alone_the_explanation_says_how_one_is_started() -> None:
    one = Harness(workflows=VERSIONS)
    ours = one.refused(LATEST, workflow_id="drafts").because
    assert ours.endswith("with an active version, only the draft 1: start that by its number")
    assert one.refused(LATEST, workflow_id="drafts", by="other").because.endswith("active version")


def test_the_answer_repeats_a_profile_and_nothing_else() -> None:
    one = Harness()
    plain = one.ask(LATEST, workflow_id=APPROVAL)[1]
    assert plain == {"message": "success", "looply_execution_id": plain["looply_execution_id"]}
    other = one.ask(LATEST, workflow_id=APPROVAL, profile="nobody knows it")[1]
    assert other["profile"] == "nobody knows it"
    assert one.execution(other["looply_execution_id"]).profile == "nobody knows it"


@pytest.mark.parametrize(
    ("body", "process_id", "given"),
    [
        (None, None, {}),
        ({}, None, {}),
        ({"process_id": ""}, None, {"process_id": ""}),
        ({"process_id": None}, None, {"process_id": None}),
        ({"process_id": "order", "n": 1}, "order", {"process_id": "order", "n": 1}),
    ],
)
def test_the_process_id_comes_from_the_body_and_stays_in_the_input(
    body: Any, process_id: str | None, given: dict[str, Any]
) -> None:
    made = Harness().trigger(body=body)
    assert made.process_id == (process_id or made.id)
    assert json.decode(made.input) == given
    assert (made.trigger, made.created, len(made.id)) == ("REQUEST", START, 36)


@pytest.mark.parametrize(
    ("process_id", "taken"),
    [(None, True), ("", True), ("x" * 48, True), ("x" * 49, False), (7, False), ({}, False)],
)
def test_a_process_id_is_a_text_or_nothing(process_id: Any, taken: bool) -> None:
    body = contract().operations["triggerWorkflow"].body
    assert body is not None
    assert body.is_valid({"process_id": process_id}) is taken


def test_a_test_run_keeps_its_body_as_the_mock_payload() -> None:
    one = Harness(workflows=VERSIONS)
    one.ask(LATEST, workflow_id="w", body={"n": 1})
    one.ask(LATEST, workflow_id="w", body={"n": 2}, test="true")
    one.ask(LATEST, workflow_id="w", body={"n": 3}, test="false")
    one.ask(LATEST, workflow_id="w", test="true")
    item = one.ask("getWorkflowSchemaById", workflow_id="w", workflow_version="10")[1]["item"]
    assert item["workflow_mock_payload"] == {"n": 2}
    assert len(one.world["executions"]) == 4


def test_the_same_seed_and_calls_give_the_same_ids() -> None:
    one, other = Harness(), Harness()
    assert [one.trigger().id, one.trigger().id] == [other.trigger().id, other.trigger().id]
    assert one.trigger().id != one.trigger().id


@pytest.mark.parametrize(
    ("path", "status"), [("", 400), ("/", 400), ("//2", 400), (f"/{APPROVAL}/", 200)]
)
def test_an_empty_segment_is_one_that_is_missing(path: str, status: int) -> None:
    with LooplySandbox() as looply:
        told = looply.send("POST", f"/triggerworkflow{path}", {})
        assert told.status == status
        if status == 400:
            assert json.decode(told.body) == {"message": "incorrect workflow id"}
