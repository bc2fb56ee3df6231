"""Cron schedules: what they create, when, and how this vendor counts weekdays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.desk import START, Desk, at
from understudy.errors import InputError
from understudy.simulation.clock import iso
from understudy.vendors.cloudflare.lifecycle import crons

DAILY = "0 9 * * *"
DIGEST: list[dict[str, Any]] = [{"do": "send", "takes": "1m"}]
DEPLOYMENT = {"script_name": "mails", "class_name": "Digest"}
# The start is a Thursday, at midnight.
WEEKDAYS = [
    ("0 9 * * 1", "2026-01-04T09:00:00.000Z"),  # Sunday
    ("0 9 * * SUN", "2026-01-04T09:00:00.000Z"),
    ("0 9 * * 2", "2026-01-05T09:00:00.000Z"),  # Monday
    ("0 9 * * 7", "2026-01-03T09:00:00.000Z"),  # Saturday
    ("0 9 * * 2-6", "2026-01-01T09:00:00.000Z"),
    ("0 9 * * mon-fri", "2026-01-01T09:00:00.000Z"),
    ("0 9 * * 1,7", "2026-01-03T09:00:00.000Z"),
    ("0 18 * * 6L", "2026-01-30T18:00:00.000Z"),  # the last Friday
    ("0 18 * * friL", "2026-01-30T18:00:00.000Z"),
    ("0 10 * * MON#2", "2026-01-12T10:00:00.000Z"),
    ("0 10 * * 2#2", "2026-01-12T10:00:00.000Z"),
    ("0 9 * * */2", "2026-01-01T09:00:00.000Z"),  # Sunday, Tuesday, Thursday, Saturday
    ("*/15 * * * *", "2026-01-01T00:15:00.000Z"),
    ("0 0 29 2 *", "2028-02-29T00:00:00.000Z"),
]


@pytest.mark.parametrize(("cron", "following"), WEEKDAYS)
def test_when_an_expression_comes_true(cron: str, following: str) -> None:
    assert crons.check(cron) == cron
    found = crons.next_run(cron, START)
    assert found is not None
    assert iso(found) == following


@pytest.mark.parametrize(
    "cron",
    ["every day", "* * * *", "* * * * * *", "0 9 * * 0", "0 9 * * 8", "60 * * * *", "0 0 30 2 *"],
)
def test_what_is_none(cron: str) -> None:
    with pytest.raises(InputError):
        crons.check(cron)
    one = Desk(DIGEST)
    body = {**DEPLOYMENT, "schedules": [{"cron": cron}]}
    assert one.refused("PUT", "/w", body) == (400, 10002)
    assert "schedules" not in one.result("GET", "/w")


def test_each_time_makes_an_instance_of_the_latest_version() -> None:
    one = Desk(DIGEST, schedules=[DAILY])
    schedules = one.result("GET", "/w")["schedules"]
    assert schedules == [{"cron": DAILY, "next_instance": at("9h")}]
    one.after("2d")
    second, first = one.result("GET", "/w/instances")
    assert (first["id"], first["trigger_source"]) == (f"{DAILY}-{START + 32_400_000}", "cron")
    assert (first["created_on"], first["ended_on"]) == (at("9h"), at("541m"))
    assert second["created_on"] == at("33h")
    told = one.describe(first["id"])
    assert told["schedule"] == {"cron": DAILY, "scheduledTime": START + 32_400_000}
    assert (told["trigger"], told["params"]) == ({"source": "cron"}, None)
    assert one.result("GET", "/w")["triggered_on"] == at("33h")


def test_several_schedules_go_side_by_side() -> None:
    one = Desk(DIGEST, schedules=["0 9 * * *", "30 9 * * *", "0 9 * * *"])
    assert len(one.result("GET", "/w")["schedules"]) == 2
    one.after("1d")
    assert [each.partition(" ")[0] for each in one.listed()] == ["30", "0"]


def test_a_deployment_replaces_them_or_leaves_them_alone() -> None:
    one = Desk(DIGEST, schedules=[DAILY])
    one.result("PUT", "/w", DEPLOYMENT)
    assert one.result("GET", "/w")["schedules"][0]["cron"] == DAILY
    one.result("PUT", "/w", {**DEPLOYMENT, "schedules": [{"cron": "0 * * * *"}]})
    assert one.result("GET", "/w")["schedules"][0]["next_instance"] == at("1h")
    one.result("PUT", "/w", {**DEPLOYMENT, "schedules": []})
    assert "schedules" not in one.result("GET", "/w")
    assert one.after("7d").listed() == []


def test_without_its_script_nothing_is_scheduled_until_it_is_deployed() -> None:
    one = Desk(DIGEST, schedules=[DAILY], script_deleted=True)
    assert one.after("1d").listed() == []
    assert one.result("GET", "/w")["script_deleted"] is True
    one.result("PUT", "/w", {**DEPLOYMENT, "schedules": [{"cron": DAILY}]})
    assert len(one.after("1d").listed()) == 1


def test_the_free_plan_has_none() -> None:
    one = Desk(DIGEST, account="free")
    one.account = "free"
    body = {**DEPLOYMENT, "schedules": [{"cron": DAILY}]}
    assert one.refused("PUT", "/w", body, by="free") == (403, 10208)
    assert one.result("PUT", "/w", {**DEPLOYMENT, "schedules": []}, by="free")["name"] == "w"


def test_an_id_that_is_taken_is_passed_over() -> None:
    one = Desk(DIGEST, schedules=[DAILY])
    one.after("10h")
    (taken,) = one.listed()
    assert one.change("restart", taken) == "queued"
    assert one.after("1h").listed() == [taken]


def test_a_year_of_minutes_strikes_in_order() -> None:
    one = Desk(DIGEST, schedules=["0 */6 * * *"])
    one.after("365d")
    kept = one.result("GET", "/w/instances", per_page=100)
    created = [each["created_on"] for each in kept]
    assert created == sorted(created, reverse=True)
    assert created[0] == at("365d")
    assert one.counts()["complete"] == 30 * 4  # the others are forgotten by now
