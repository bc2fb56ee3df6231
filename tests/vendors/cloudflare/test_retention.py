"""Retention and deletion: how long an instance is kept, and its id taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.harness import Harness, at

BUILD: list[dict[str, Any]] = [
    {"do": "build", "takes": "1m", "output": 1},
    {"sleep": "1m", "name": "settle"},
    {"do": "build", "takes": "1m", "output": 2},
    {"wait": "go", "event": "go"},
    {"do": "ship", "takes": "1m", "output": 3},
]
SHORT: list[dict[str, Any]] = [{"do": "work", "takes": "1m", "output": 1}]


class TestRetention:
    """What is over is kept for a while; its id is taken until then."""

    @pytest.mark.parametrize(
        ("account", "said", "kept"),
        [
            ("ours", {}, "30d"),
            ("free", {}, "3d"),
            ("ours", {"success_retention": 3_600_000}, "1h"),
            ("ours", {"success_retention": "2 days"}, "2d"),
            ("ours", {"success_retention": "1\tweek"}, "7d"),
            ("ours", {"success_retention": "1 month"}, "30d"),
            ("ours", {"success_retention": "10 years"}, "30d"),
            ("ours", {"success_retention": 10**18}, "30d"),
            ("ours", {"error_retention": 1}, "30d"),
            ("ours", {"success_retention": 0}, "0s"),
        ],
    )
    def test_after_a_success(self, account: str, said: Any, kept: str) -> None:
        one = Harness(SHORT, account=account)
        one.account = account
        by = {"ours": "default", "free": "free"}[account]
        body = {"instance_id": "i", "instance_retention": said}
        one.result("POST", "/w/instances", body, by=by)
        one.after("59999ms").after(kept)
        assert one.refused("POST", "/w/instances", body, by=by) == (400, 10405)
        assert one.after("1ms").refused("GET", one.path("i"), by=by) == (404, 10400)
        one.result("POST", "/w/instances", body, by=by)

    def test_until_its_last_millisecond(self) -> None:
        one = Harness(SHORT, default_retention={"success_retention": "1h", "error_retention": "2h"})
        one.create()
        assert one.after("1m").after("3599999ms").status() == "complete"
        assert one.refused("POST", "/w/instances", {"instance_id": "i"}) == (400, 10405)
        assert one.after("1ms").refused("GET", one.path("i")) == (404, 10400)
        assert one.counts() == {}
        assert one.result("GET", "/w")["triggered_on"] == at("0s")

    def test_after_an_error_or_a_termination(self) -> None:
        one = Harness(SHORT, default_retention={"success_retention": "1h", "error_retention": "2h"})
        one.create()
        one.change("terminate")
        assert one.after("7199999ms").status() == "terminated"
        assert one.after("1ms").refused("GET", one.path("i")) == (404, 10400)

    def test_a_restart_takes_back_what_would_be_forgotten(self) -> None:
        one = Harness(SHORT)
        one.create(instance_retention={"success_retention": "1 hour"})
        one.after("60m").change("restart")
        assert one.after("60m").status() == "complete"
        assert one.after("1m").ask("GET", one.path("i"))[0] == 404

    def test_the_accounts_settings_count_for_what_is_created_from_then_on(self) -> None:
        one = Harness(SHORT)
        one.create("before")
        path = "/settings"
        assert one.result("GET", path) == {}
        change = {"default_retention": {"success_retention": "1 day"}}
        assert one.result("PATCH", path, change) == {
            "default_retention": {"success_retention": 86_400_000}
        }
        both = one.result("PATCH", path, {"default_retention": {"error_retention": 10**17}})
        assert both["default_retention"]["success_retention"] == 86_400_000
        assert both["default_retention"]["error_retention"] == 30 * 86_400_000
        assert one.result("PATCH", path, {}) == both == one.result("GET", path)
        one.create("after")
        one.after("1m").after("1d")
        assert one.listed() == ["before"]


class TestDeletion:
    """Gone at once, whatever it did."""

    def test_one(self) -> None:
        one = Harness(BUILD)
        one.create()
        assert one.result("DELETE", one.path("i")) == {"instanceId": "i", "timestamp": at("0s")}
        assert one.refused("DELETE", one.path("i")) == (404, 10400)
        assert one.create()["status"] == "queued"

    def test_each_position_of_a_list_is_told(self) -> None:
        one = Harness(BUILD)
        one.create("a")
        one.create("b")
        body = {"instances": ["a", "x", "a", "b", "x"]}
        missing = {"id": "x", "code": 10400, "message": "workflows.api.error.instance.not_found"}
        assert one.result("POST", "/w/instances/batch/delete", body) == {
            "deleted": [{"id": "a"}, {"id": "a"}, {"id": "b"}],
            "errors": [missing, missing],
        }
        assert one.listed() == []

    @pytest.mark.parametrize("wrong", ["a:b", "", "x" * 272, "ä"])
    def test_an_id_that_can_be_none_fails_them_all(self, wrong: str) -> None:
        one = Harness(BUILD)
        one.create("a")
        body = {"instances": ["a", wrong]}
        assert one.refused("POST", "/w/instances/batch/delete", body) == (400, 10403)
        assert one.listed() == ["a"]
        if wrong:
            assert one.refused("DELETE", one.path(wrong)) == (400, 10403)

    def test_a_workflow_goes_with_all_it_has(self) -> None:
        one = Harness(SHORT, concurrency={"limit": 1}, schedules=["0 * * * *"])
        one.result("POST", "/w/instances/batch", [{} for _ in range(5)])
        assert one.result("DELETE", "/w") == {"status": "ok", "success": True}
        assert [len(one.world[name]) for name in ("workflows", "versions", "instances")] == [0] * 3
        assert one.after("1d").refused("GET", "/w") == (404, 10200)
        assert not one.world.events.pending()
