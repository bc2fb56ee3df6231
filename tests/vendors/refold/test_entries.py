"""What a world file may say of Refold and what not; what would make a missing thing exist."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.refold.harness import ADA, Harness, workflow
from understudy.errors import InputError
from understudy.simulation.world import World
from understudy.vendor import Missing
from understudy.vendors.refold import VENDOR
from understudy.vendors.refold.records import STATUSES

RUNS = {"workflow": "sync_projects", "linked_account_id": ADA}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"alias": "create-task"}, "/alias: a second 'create-task' in asana"),
        ({"id": "665f1c2ea1b2c3d400000001"}, "/id: workflows have a '665f1c2ea1b2c3d400000001'"),
        ({"steps": [{"do": "a", "rollback": {}}]}, "/steps: step 'a': Refold knows neither"),
        ({"steps": [{"do": "a", "takes": "x"}]}, "/steps/0/takes: 'x' is no duration"),
        ({"steps": [{"outcome": "DONE"}]}, "/steps: no outcome 'DONE'. Say COMPLETED, ERRORED,"),
        (
            {"steps": [{"reply": 1, "status": 404}]},
            "/steps: the contract declares no result of status 404. It has 200, 201, 202, 422;"
            " or say `undocumented: true`",
        ),
        (
            {"steps": [{"reply": 1, "status": 204}], "undocumented": True},
            "/steps: an answer of status 204 has no body",
        ),
        (
            {"steps": [{"do": "a", "retry": {"limit": 999_999}}]},
            "/steps: its steps make up to 1000000 attempts. Let all together make 4000 at most",
        ),
        ({"created": "+1h"}, "/created: '+1h' is no duration"),
        ({"created": "1h"}, "/created: 1h lies after the session's start"),
        ({"progress": {"after": "soon"}}, "/progress/after: 'soon' is no duration"),
    ],
)
def test_what_a_workflow_cannot_be(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as found:
        Harness(workflows=[{"slug": "asana", **entry}])
    assert str(found.value).startswith(f"/workflows/0{told}")


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"workflow": "nothing"}, "/workflow: no workflow 'nothing'. There are approve_expense,"),
        ({"step": "nothing"}, "/step: no step 'nothing' in this timeline"),
        ({"state": "COMPLETED", "step": "compare"}, "/step: a completed execution is at no node"),
        ({"since": "-31s"}, "/since: RUNNING at 'fetch projects' is over after 30s"),
        ({"state": "STOPPING", "since": "-5s"}, "/since: STOPPING at 'fetch projects' is over"),
        ({"since": "-1s", "created": "0"}, "/since: it began after that"),
        ({"error": "no"}, "/error: an execution RUNNING has no error"),
        ({"id": "6955b8f6a1b2c3d400000001"}, "/id: executions have a '6955b8f6a1b2c3d400000001'"),
    ],
)
def test_what_an_execution_cannot_be(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as found:
        Harness(executions=[{**RUNS, **entry}])
    assert str(found.value).startswith(f"/executions/0{told}")


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"key": "tk1", "token": "t"}, "/token: a credential is a key or a token"),
        ({"token": "t"}, "/token: a token is that of a linked account"),
        (
            {"key": "tk1", "environment": "production"},
            "/environment: this key is one of test. A key of production begins with pk",
        ),
        ({"key": "tk22222222-aaaa-4bbb-8ccc-000000000001"}, "/key: this is the key of 'other'"),
        (
            {"token": "session-of-bob-at-northwind", "linked_account_id": ADA},
            "/token: this is the token of 'bob'",
        ),
    ],
)
def test_what_a_credential_cannot_be(entry: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as found:
        Harness(credentials=[{"name": "mine", **entry}])
    assert str(found.value).startswith(f"/credentials/0{told}")


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_a_result_is_answered(status: int) -> None:
    with Harness(**workflow({"reply": {"ok": True}, "status": status})) as harness:
        assert harness.execute("mine", sync="true").status == status


def test_a_second_application_of_a_slug_is_refused_and_a_missing_one_is_made() -> None:
    with pytest.raises(InputError, match="/applications/0/slug: a second application 'asana'"):
        Harness(applications=[{"slug": "asana"}])
    with Harness(**workflow({"reply": 1}, slug="google-drive")) as harness:
        run = harness.start("mine", slug="google-drive")
        assert harness.read(run)["associated_application"]["name"] == "Google drive"


def test_a_collection_that_worlds_do_not_have_is_refused() -> None:
    with pytest.raises(InputError, match="/runs: a world has no runs"):
        Harness(runs=[])


@pytest.mark.parametrize(
    ("entry", "created", "response"),
    [
        ({"state": "RUNNING", "step": "compare"}, -30, None),
        ({"state": "COMPLETED", "since": "-1h"}, -3600 - 155, {"success": "true", "changed": 3}),
        ({"state": "COMPLETED", "response": 7}, -155, 7),
        ({"state": "ERRORED", "step": "write changes"}, -155, None),
        ({"state": "STOPPED", "created": "-1d"}, -86_400, None),
        ({"state": "TIMED_OUT", "response": [1]}, -30, [1]),
    ],
)
def test_a_declared_run_has_a_past_that_fits(
    entry: dict[str, Any], created: int, response: Any
) -> None:
    with Harness(executions=[{**RUNS, "name": "mine", **entry}]) as harness:
        run = harness.execution("mine")
        assert (run.created - harness.world.now) // 1000 == created
        told = harness.response(run.id)
        assert told.body == {"response": response, "status": entry["state"]}


def test_a_declared_run_goes_on_from_where_it_stands() -> None:
    entry: dict[str, Any] = {**RUNS, "name": "mine", "step": "compare", "since": "-4s"}
    with Harness(executions=[entry]) as harness:
        run = harness.execution("mine").id
        assert harness.after("1s").read(run)["nodes"][-1]["node_name"] == "write changes"
        assert harness.after("2m").response(run).code == (200, "COMPLETED")


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({"state": "ERRORED", "error": {"message": "no", "code": 1}}, {"message": "no", "code": 1}),
        ({"state": "ERRORED", "error": 7}, {"message": "7"}),
        ({"state": "STOPPED", "error": "by ada"}, {"message": "by ada"}),
    ],
)
def test_a_declared_run_says_why_it_did_not_finish_well(
    entry: dict[str, Any], error: dict[str, Any]
) -> None:
    with Harness(executions=[{**RUNS, "name": "mine", **entry}]) as harness:
        (node,) = harness.read(harness.execution("mine").id)["nodes"]
        assert node["latest_output"] == error


def test_an_empty_world_belongs_to_its_first_organisation() -> None:
    world = World("refold", VENDOR.kinds, seed=0, now=0)
    credentials = [{"name": "a"}, {"name": "b", "organization": "theirs"}]
    VENDOR.populate(world, {"credentials": credentials, **workflow({"reply": 1})}, 0)
    (made,) = world["workflows"]
    assert (made.organization, made.environment) == ("theirs", "test")
    first = world["credentials"].get("a")
    assert first is not None
    assert first.key == "tk-a"


@pytest.mark.parametrize(
    ("missing", "collections"),
    [
        (Missing("credentials", "", {"token": False}), ["credentials"]),
        (Missing("credentials", "", {"token": True}), ["credentials"]),
        (Missing("workflows", "f" * 24, {"slug": "trello"}), ["workflows"]),
        (Missing("workflows", "an alias", {"slug": "asana"}), ["workflows"]),
        (Missing("workflows", "x" * 900, {"slug": "asana"}), ["workflows"]),
        (
            Missing("executions", "f" * 24, {"linked_account_id": ADA}),
            ["workflows", "executions"],
        ),
        (Missing("executions", "x", {"linked_account_id": ADA}), ["workflows", "executions"]),
    ],
)
def test_what_is_missing_can_be_declared(missing: Missing, collections: list[str]) -> None:
    section: Any = VENDOR.declare(missing, None)
    assert list(section) == collections
    Harness(**section)


def test_an_unknown_execution_exists_once_it_is_declared() -> None:
    missing = Missing("executions", "f" * 24, {"linked_account_id": ADA})
    with Harness() as harness:
        assert harness.response("f" * 24).status == 404
    section: Any = VENDOR.declare(missing, None)
    with Harness(**section) as harness:
        assert harness.response("f" * 24).code == (200, "RUNNING")


def test_nothing_declares_what_no_world_has() -> None:
    assert VENDOR.declare(Missing("applications", "x"), None) is None
