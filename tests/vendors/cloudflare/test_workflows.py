"""Workflows, deployments, versions, and what is created of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.harness import Harness, at

WORK: list[dict[str, Any]] = [{"do": "work", "takes": "1m", "output": 1}]
DEPLOYMENT = {"script_name": "s", "class_name": "C"}
DAG = {"nodes": [{"type": "step_do", "name": "work"}]}
GRAPH = {"version": 1, "workflow": {"class_name": "C", "functions": {}, "nodes": []}}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


class TestDeployments:
    """Each PUT makes a version; the latest one is what new instances run."""

    def test_a_new_name_makes_a_workflow(self) -> None:
        one = Harness()
        told = one.result("PUT", "/new", DEPLOYMENT)
        assert (told["name"], told["script_name"], told["class_name"]) == ("new", "s", "C")
        assert (told["created_on"], told["modified_on"]) == (at("0s"), at("0s"))
        assert (told["triggered_on"], told["is_deleted"], told["terminator_running"]) == (
            None,
            0,
            0,
        )
        (version,) = one.result("GET", "/new/versions")
        assert (version["id"], version["workflow_id"]) == (told["version_id"], told["id"])
        assert (version["has_dag"], version["language"]) == (False, "javascript")
        one.workflow = "new"
        one.create()
        assert one.after("10s").status() == "complete"

    def test_a_known_one_gets_a_version_and_keeps_what_it_does(self) -> None:
        one = Harness(WORK)
        before = one.result("GET", "/w")
        first = one.create("first")
        limits = {"limits": {"steps": 5.0}, "concurrency": {"limit": 3}}
        retention = {"default_retention": {"success_retention": "1 day", "error_retention": 5}}
        told = one.after("1h").result("PUT", "/w", {**DEPLOYMENT, **limits, **retention})
        assert (told["id"], told["created_on"]) == (before["id"], before["created_on"])
        assert told["modified_on"] == at("1h")
        second = one.create("second")
        assert (first["version_id"] == told["version_id"], second["version_id"]) == (
            False,
            told["version_id"],
        )
        newest, oldest = one.result("GET", "/w/versions")
        assert (newest["id"], oldest["id"]) == (told["version_id"], first["version_id"])
        assert (newest["limits"], newest["concurrency"]) == ({"steps": 5}, {"limit": 3})
        assert newest["default_retention"] == {
            "success_retention": 86_400_000,
            "error_retention": 5,
        }
        assert {"limits", "concurrency", "default_retention"} & set(oldest) == set()
        assert one.after("1m").describe("second")["output"] == 1

    def test_a_limit_of_steps_is_of_its_version_alone(self) -> None:
        one = Harness([*WORK, *WORK])
        one.result("PUT", "/w", {**DEPLOYMENT, "limits": {"steps": 1}})
        one.create("short")
        one.result("PUT", "/w", DEPLOYMENT)
        one.create("whole")
        one.after("1h")
        assert (one.status("short"), one.status("whole")) == ("errored", "complete")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"script_name": "s"},
            {**DEPLOYMENT, "script_name": ""},
            {**DEPLOYMENT, "class_name": "x" * 256},
            {**DEPLOYMENT, "limits": {"steps": 0}},
            {**DEPLOYMENT, "concurrency": {"limit": "3"}},
            {**DEPLOYMENT, "default_retention": {"success_retention": "soon"}},
            {**DEPLOYMENT, "schedules": [{}]},
            [],
        ],
    )
    def test_what_cannot_be_deployed(self, body: Any) -> None:
        one = Harness()
        assert one.refused("PUT", "/new", body) == (400, 10002)
        assert one.refused("GET", "/new") == (404, 10200)


def test_one_that_was_never_deployed() -> None:
    one = Harness(workflows=[{"name": "draft", "versions": []}])
    refused = (400, 10201)
    assert one.refused("GET", "/draft") == refused
    assert one.refused("DELETE", "/draft") == refused
    assert one.refused("POST", "/draft/instances", {}) == refused
    assert one.refused("POST", "/draft/instances/batch", [{}]) == refused
    assert one.result("GET", "/draft/versions") == []
    assert one.result("GET", "/draft/instances") == []
    one.result("PUT", "/draft", DEPLOYMENT)
    assert one.result("GET", "/draft")["instances"] == {}


def test_versions_with_what_the_world_declares() -> None:
    ids = [f"0a6b5d1e-1c11-4a10-9b01-00000000000{number}" for number in (1, 2)]
    versions = [
        {"id": ids[0], "created": "-2d", "steps": WORK, "dag": DAG, "language": "python"},
        {"id": ids[1], "created": "-1d", "steps": [], "graph": GRAPH},
    ]
    one = Harness(workflows=[{"name": "v", "versions": versions}])
    assert [each["id"] for each in one.result("GET", "/v/versions")] == ids[::-1]
    first = one.result("GET", f"/v/versions/{ids[0].upper()}")
    assert (first["language"], first["has_dag"]) == ("python", True)
    assert one.result("GET", f"/v/versions/{ids[0]}/dag")["dag"] == DAG
    assert one.result("GET", f"/v/versions/{ids[0]}/graph")["graph"] is None
    assert one.result("GET", f"/v/versions/{ids[1]}/graph")["graph"] == GRAPH
    for path in ("", "/dag", "/graph"):
        assert one.refused("GET", f"/v/versions/{UNKNOWN}{path}") == (404, 10300)
        assert one.refused("GET", f"/w/versions/{ids[0]}{path}") == (404, 10300)
        assert one.refused("GET", f"/nobody/versions/{ids[0]}{path}") == (404, 10200)
        assert one.refused("GET", f"/v/versions/1{path}") == (400, 10002)
    one.workflow = "v"
    assert one.create()["version_id"] == ids[1]


class TestCreate:
    """Params, ids, batches."""

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ('{"a": 1}', {"a": 1}),
            ("[1, 2]", [1, 2]),
            ('"quoted"', "quoted"),
            ("7", 7),
            ("no {json", "no {json"),
            ("", ""),
            ("NaN", "NaN"),
            ({"a": [None]}, {"a": [None]}),
            ([], []),
            (0, 0),
            (False, False),
            (None, None),
        ],
    )
    def test_params_are_json_or_a_text_of_it(self, said: Any, told: Any) -> None:
        one = Harness(WORK)
        one.create(params=said)
        assert one.describe()["params"] == told

    def test_without_a_body_it_gets_an_id_of_its_own(self) -> None:
        one = Harness(WORK)
        made = [one.result("POST", "/w/instances", raw=raw) for raw in (b"", b"{}")]
        assert [len(each["id"]) for each in made] == [36, 36]
        assert one.describe(made[0]["id"])["params"] is None

    @pytest.mark.parametrize(
        "wrong", ["", "a b", "-a", "x" * 101, "batch", "terminate", "cf_" + "0" * 64, 7, None]
    )
    def test_an_id_that_can_be_none(self, wrong: Any) -> None:
        assert Harness().refused("POST", "/w/instances", {"instance_id": wrong}) == (400, 10002)

    @pytest.mark.parametrize("fine", ["a", "_", "0-a_B", "x" * 100, "cf_", "Batch"])
    def test_an_id_that_is_one(self, fine: str) -> None:
        assert Harness().create(fine)["id"] == fine

    def test_a_batch_passes_over_what_is_taken(self) -> None:
        one = Harness(WORK)
        one.create("a")
        body = [{"instance_id": each} for each in ("a", "b", "b")] + [{"params": 7}]
        made = one.result("POST", "/w/instances/batch", body)
        assert [each["id"] for each in made][:1] == ["b"]
        assert len(made) == 2
        assert one.describe(made[1]["id"])["params"] == 7
        assert one.refused("POST", "/w/instances/batch") == (400, 10002)
        assert one.refused("POST", "/w/instances/batch", raw=b" ") == (400, 10002)

    @pytest.mark.parametrize("body", [[], [{}] * 101, {}, [[]], [{"instance_id": "a b"}]])
    def test_a_batch_that_is_none(self, body: Any) -> None:
        one = Harness()
        assert one.refused("POST", "/w/instances/batch", body) == (400, 10002)
        assert one.listed() == []
