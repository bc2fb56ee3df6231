"""Scripts: what is deployed with them, what became of one that is gone, event triggers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.harness import OURS, Harness
from understudy.scenarios.loader import load_value
from understudy.vendor import Caller, Missing
from understudy.vendors.cloudflare import VENDOR

WORK: list[dict[str, Any]] = [{"do": "work", "takes": "1m"}]
NOT_DEPLOYED = (400, 10007)
PUSHED: dict[str, Any] = {
    "type": "cf.artifacts.repo.pushed",
    "filter": {"namespace": "n", "repo_name": "r"},
    "targets": [{"type": "workflow", "script_name": "s", "workflow_name": "w"}],
}
MADE = {**PUSHED, "type": "cf.artifacts.repo.created"}
ELSEWHERE = {**PUSHED, "filter": {"namespace": "m", "repo_name": "r"}}


def deployment(script: str = "s", class_name: str = "C", **more: Any) -> dict[str, Any]:
    return {"script_name": script, "class_name": class_name, **more}


def with_scripts(*scripts: dict[str, Any]) -> Harness:
    """A harness whose world declares these scripts, too."""
    one = Harness(WORK)
    world = {"scripts": [{"account": OURS, **each} for each in scripts]}
    value = {"understudy": 1, "world": {"cloudflare": world}}
    one.session.load(load_value(value, [VENDOR], one.session.catalog.contract))
    return one


class TestDeployedBeforehand:
    def test_a_script_that_nobody_deployed(self) -> None:
        one = Harness(WORK)
        assert one.refused("PUT", "/new", deployment("nowhere")) == NOT_DEPLOYED
        assert one.refused("PUT", "/w", deployment("nowhere")) == NOT_DEPLOYED
        assert one.refused("GET", "/new") == (404, 10200)

    def test_a_workflows_own_script_counts_also_once_that_is_deleted(self) -> None:
        one = Harness(WORK, script_name="orders")
        assert one.result("PUT", "/new", deployment("orders"))["script_name"] == "orders"
        one.result("DELETE", "/w")
        one.result("DELETE", "/new")
        assert one.result("PUT", "/again", deployment("orders"))["name"] == "again"

    def test_a_declared_script_has_the_classes_it_says(self) -> None:
        one = with_scripts({"name": "mine", "classes": ["A", "B"]}, {"name": "any"})
        assert one.result("PUT", "/a", deployment("mine", "A"))["class_name"] == "A"
        assert one.refused("PUT", "/c", deployment("mine", "C")) == NOT_DEPLOYED
        assert one.result("PUT", "/c", deployment("any", "C"))["class_name"] == "C"

    def test_another_accounts_script_is_not_ones_own(self) -> None:
        one = Harness(WORK, script_name="orders")
        one.account = "theirs"
        assert one.refused("PUT", "/new", deployment("orders"), by="other") == NOT_DEPLOYED

    def test_what_would_help_is_a_declared_script(self) -> None:
        one = Harness(WORK)
        caller = Caller("default", OURS, one.world["credentials"].get("default"))
        declared = VENDOR.declare(Missing("scripts", "nowhere"), caller)
        assert declared == {"scripts": [{"name": "nowhere", "account": OURS}]}
        helped = with_scripts(declared["scripts"][0])
        assert helped.result("PUT", "/new", deployment("nowhere"))["name"] == "new"

    def test_a_reading_takes_any(self) -> None:
        one = Harness(WORK)
        assert one.result("PUT", "/new", deployment("nowhere"), by="early")["name"] == "new"


class TestDeleted:
    def test_nothing_of_it_is_created_or_restarted(self) -> None:
        done = {"id": "i", "state": "complete", "since": "-1h"}
        one = Harness(WORK, instances=[done], script_deleted=True)
        assert one.refused("POST", "/w/instances", {}) == NOT_DEPLOYED
        assert one.refused("POST", "/w/instances/batch", [{}]) == NOT_DEPLOYED
        assert one.change("restart") == (409, 10402)
        assert (one.listed(), one.status()) == (["i"], "complete")

    def test_until_it_is_deployed_again(self) -> None:
        one = Harness(WORK, script_deleted=True, script_name="gone")
        assert one.refused("PUT", "/w", deployment("gone")) == NOT_DEPLOYED
        one.result("PUT", "/w", deployment("s"))
        assert one.create()["status"] == "queued"
        assert one.after("1m").status() == "complete"


class TestJurisdiction:
    @pytest.mark.parametrize("where", ["eu", "us", "fedramp"])
    def test_it_is_told_wherever_the_workflow_is(self, where: str) -> None:
        one = Harness(WORK)
        assert one.result("PUT", "/j", deployment(jurisdiction=where))["jurisdiction"] == where
        assert one.result("GET", "/j")["jurisdiction"] == where
        assert {each["name"]: each.get("jurisdiction") for each in one.result("GET")} == {
            "j": where,
            "w": None,
        }

    def test_it_is_that_of_the_first_deployment(self) -> None:
        one = Harness(WORK)
        one.result("PUT", "/j", deployment(jurisdiction="eu"))
        assert one.refused("PUT", "/j", deployment(jurisdiction="us")) == (400, 10209)
        assert one.refused("PUT", "/w", deployment(jurisdiction="us")) == (400, 10209)
        assert len(one.result("GET", "/j/versions")) == 1
        one.result("PUT", "/j", deployment(jurisdiction="eu"))
        one.result("PUT", "/j", deployment())
        assert one.result("GET", "/j")["jurisdiction"] == "eu"
        assert len(one.result("GET", "/j/versions")) == 3

    def test_what_is_none(self) -> None:
        one = Harness(WORK)
        assert one.refused("PUT", "/j", deployment(jurisdiction="mars")) == (400, 10002)

    def test_a_world_declares_it(self) -> None:
        assert (
            Harness(WORK, jurisdiction="fedramp").result("GET", "/w")["jurisdiction"] == "fedramp"
        )


class TestEventTriggers:
    @pytest.fixture
    def one(self) -> Harness:
        return Harness(WORK, root="triggers")

    def test_none_until_they_are_put(self, one: Harness) -> None:
        assert one.result("GET", "/s") == []
        assert one.result("PUT", "/s", [PUSHED]) == [PUSHED]
        assert one.result("PUT", "/s", [MADE]) == [MADE]
        assert one.result("GET", "/s") == [MADE]
        assert one.result("GET", "/other") == []

    def test_patched_they_are_added_or_take_the_place_of_their_like(self, one: Harness) -> None:
        one.result("PUT", "/s", [PUSHED, MADE])
        changed = {**PUSHED, "targets": [{**PUSHED["targets"][0], "workflow_name": "v"}]}
        assert one.result("PATCH", "/s", [changed, ELSEWHERE]) == [MADE, changed, ELSEWHERE]
        assert one.result("GET", "/s") == [MADE, changed, ELSEWHERE]

    def test_deleted_they_are_gone(self, one: Harness) -> None:
        one.result("PUT", "/s", [PUSHED])
        assert one.result("DELETE", "/s") == {"deleted": True}
        assert one.result("GET", "/s") == []
        assert one.result("DELETE", "/s") == {"deleted": False}

    def test_what_a_trigger_has_not_is_dropped(self, one: Harness) -> None:
        assert one.result("PUT", "/s", [{**PUSHED, "enabled": True}]) == [PUSHED]

    def test_a_hundred_are_the_most(self, one: Harness) -> None:
        many = [{**PUSHED, "type": f"t{number}"} for number in range(100)]
        assert len(one.result("PUT", "/s", many)) == 100
        assert one.refused("PUT", "/s", [*many, MADE]) == (400, 10002)
        assert one.refused("PATCH", "/s", [MADE]) == (400, 10002)
        assert len(one.result("PATCH", "/s", many[:3])) == 100

    @pytest.mark.parametrize(
        "body", [None, {}, [{}], [{**PUSHED, "targets": []}], [{**PUSHED, "filter": 1}]]
    )
    def test_what_is_none(self, one: Harness, body: Any) -> None:
        assert one.refused("PUT", "/s", body) == (400, 10002)

    def test_they_are_of_one_account_and_who_reads_changes_none(self, one: Harness) -> None:
        one.result("PUT", "/s", [PUSHED])
        assert one.refused("PUT", "/s", [MADE], by="reader") == (403, 10000)
        assert one.result("GET", "/s", by="reader") == [PUSHED]
        one.account = "theirs"
        assert one.result("GET", "/s", by="other") == []

    def test_what_an_event_started_says_so(self) -> None:
        one = Harness(WORK, instances=[{"id": "i", "trigger": "event"}])
        assert one.describe()["trigger"] == {"source": "event"}
