"""Cron schedules: what they create, when, and how this vendor counts weekdays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.harness import START, Harness, at
from understudy.errors import InputError
from understudy.simulation.clock import iso
from understudy.vendors.cloudflare.lifecycle import cron as crons

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
    ("0 9 * * FRI-MON", "2026-01-02T09:00:00.000Z"),  # round the end of the week
    ("0 0 * * 6-2", "2026-01-02T00:00:00.000Z"),  # the same in numbers
    ("0 0 1 NOV-FEB *", "2026-02-01T00:00:00.000Z"),
    ("0 22-2/2 * * *", "2026-01-01T02:00:00.000Z"),
    ("0 0 4/10 * *", "2026-01-04T00:00:00.000Z"),
    ("0 9 L * *", "2026-01-31T09:00:00.000Z"),
    ("0 9 L-3 * *", "2026-01-28T09:00:00.000Z"),
    ("0 9 LW * *", "2026-01-30T09:00:00.000Z"),  # the 31st is a Saturday
    ("0 9 L-6W * *", "2026-01-26T09:00:00.000Z"),  # the 25th is a Sunday
    ("0 9 17W * *", "2026-01-16T09:00:00.000Z"),  # a Saturday
    ("0 9 1W 8 *", "2026-08-03T09:00:00.000Z"),  # a Saturday, which does not leave its month
    ("0 9 31W 5 *", "2026-05-29T09:00:00.000Z"),  # a Sunday, the same
    ("*/59 * * * *", "2026-01-01T00:59:00.000Z"),
]
DAYS = [
    ("0 0 */2 * 1", [3, 4, 5, 7, 9, 11, 13, 15]),  # restricted both: either will do
    ("0 0 13 * FRI", [2, 9, 13, 16, 23, 30]),
    ("0 0 15 * */6", [3, 4, 10, 11, 15, 17, 18, 24]),  # Sundays, Saturdays, the 15th
    ("0 0 * * 1", [4, 11, 18, 25]),
    ("0 0 20-22 * *", [20, 21, 22]),
    ("0 0 15W * 1", [4, 11, 15, 18, 25]),
]
REFUSALS = [
    ("*/61 * * * *", "the minute '*/61'", "a step is 1 to 59"),
    ("0 */24 * * *", "the hour '*/24'", "a step is 1 to 23"),
    ("0 0 * * 0", "the weekday '0'", "Write 1 to 7 or SUN to SAT"),
    ("0 0 * * 6-8", "the weekday '6-8'", "MON-FRI, 2-6"),
    ("0 0 15W,20 * *", "the day of the month '15W'", "also L, LW, L-3, 15W"),
    ("0 0 * FOO *", "the month 'FOO'", "1 to 12 or JAN to DEC"),
]


@pytest.mark.parametrize(("cron", "following"), WEEKDAYS)
def test_when_an_expression_comes_true(cron: str, following: str) -> None:
    assert crons.check(cron) == cron
    found = crons.next_run(cron, START)
    assert found is not None
    assert iso(found) == following


@pytest.mark.parametrize(("cron", "days"), DAYS)
def test_the_days_of_january(cron: str, days: list[int]) -> None:
    found, at = [], START
    while (run := crons.next_run(cron, at)) is not None and iso(run) < "2026-02":
        found.append(int(iso(run)[8:10]))
        at = run
    assert found[: len(days)] == days


@pytest.mark.parametrize(("cron", "quoted", "allowed"), REFUSALS)
def test_a_refusal_quotes_what_was_written_and_says_what_may_be(
    cron: str, quoted: str, allowed: str
) -> None:
    with pytest.raises(InputError) as refused:
        crons.check(cron)
    assert f"{cron!r} has {quoted}" in refused.value.what
    assert allowed in refused.value.fix


@pytest.mark.parametrize(
    "cron",
    [
        "every day",
        "* * * *",
        "* * * * * *",
        "0 9 * * 0",
        "0 9 * * 8",
        "60 * * * *",
        "0 0 30 2 *",
        "0 0 L-31 * *",
        "0 0 0W * *",
        "*/0 * * * *",
    ],
)
def test_what_is_none(cron: str) -> None:
    with pytest.raises(InputError):
        crons.check(cron)
    one = Harness(DIGEST)
    body = {**DEPLOYMENT, "schedules": [{"cron": cron}]}
    assert one.refused("PUT", "/w", body) == (400, 10002)
    assert "schedules" not in one.result("GET", "/w")


def test_each_time_makes_an_instance_of_the_latest_version() -> None:
    one = Harness(DIGEST, schedules=[DAILY])
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
    one = Harness(DIGEST, schedules=["0 9 * * *", "30 9 * * *", "0 9 * * *"])
    assert len(one.result("GET", "/w")["schedules"]) == 2
    one.after("1d")
    assert [each.partition(" ")[0] for each in one.listed()] == ["30", "0"]


def test_a_deployment_replaces_them_or_leaves_them_alone() -> None:
    one = Harness(DIGEST, schedules=[DAILY])
    one.result("PUT", "/w", DEPLOYMENT)
    assert one.result("GET", "/w")["schedules"][0]["cron"] == DAILY
    one.result("PUT", "/w", {**DEPLOYMENT, "schedules": [{"cron": "0 * * * *"}]})
    assert one.result("GET", "/w")["schedules"][0]["next_instance"] == at("1h")
    one.result("PUT", "/w", {**DEPLOYMENT, "schedules": []})
    assert "schedules" not in one.result("GET", "/w")
    assert one.after("7d").listed() == []


def test_without_its_script_nothing_is_scheduled_until_it_is_deployed() -> None:
    one = Harness(DIGEST, schedules=[DAILY], script_deleted=True)
    assert one.after("1d").listed() == []
    assert one.result("GET", "/w")["script_deleted"] is True
    one.result("PUT", "/w", {**DEPLOYMENT, "schedules": [{"cron": DAILY}]})
    assert len(one.after("1d").listed()) == 1


def test_the_free_plan_has_none() -> None:
    one = Harness(DIGEST, account="free")
    one.account = "free"
    body = {**DEPLOYMENT, "schedules": [{"cron": DAILY}]}
    assert one.refused("PUT", "/w", body, by="free") == (403, 10208)
    assert one.result("PUT", "/w", {**DEPLOYMENT, "schedules": []}, by="free")["name"] == "w"


def test_an_id_that_is_taken_is_passed_over() -> None:
    one = Harness(DIGEST, schedules=[DAILY])
    one.after("10h")
    (taken,) = one.listed()
    assert one.change("restart", taken) == "queued"
    assert one.after("1h").listed() == [taken]


def test_a_year_of_minutes_strikes_in_order() -> None:
    one = Harness(DIGEST, schedules=["0 */6 * * *"])
    one.after("365d")
    kept = one.result("GET", "/w/instances", per_page=100)
    created = [each["created_on"] for each in kept]
    assert created == sorted(created, reverse=True)
    assert created[0] == at("365d")
    assert one.counts()["complete"] == 30 * 4  # the others are forgotten by now
