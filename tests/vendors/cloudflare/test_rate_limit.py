"""The API's rate limit: told with every answer, counted on the session's clock, and kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.harness import Harness
from understudy.scenarios.loader import load_value
from understudy.server.sessions.snapshot import apply_snapshot, take_snapshot
from understudy.vendors.cloudflare import VENDOR

POLICY = '"burst";q=1200;w=300'


def told(one: Harness, path: str = "", **more: Any) -> tuple[int, str, str]:
    """The status, what is left, and the policy."""
    reply = one.reply("GET", path, **more)
    headers = dict(reply.headers)
    return reply.status, headers["ratelimit"], headers["ratelimit-policy"]


def limited(one: Harness, **fault: Any) -> None:
    """Loads a rule that limits every call."""
    rule = {"operation": "*", "fault": {"limit": fault}}
    value = {"understudy": 1, "vendor": "cloudflare", "rules": [rule]}
    one.session.load(load_value(value, [VENDOR], one.session.catalog.contract))


def test_each_call_counts() -> None:
    one = Harness()
    assert told(one) == (200, '"default";r=1199;t=1', POLICY)
    assert told(one) == (200, '"default";r=1198;t=1', POLICY)
    assert [told(one)[1] for _ in range(3)][-1] == '"default";r=1195;t=2'


def test_four_calls_a_second_come_back() -> None:
    one = Harness()
    for _ in range(40):
        told(one)
    assert told(one.after("5s"))[1] == '"default";r=1179;t=6'
    assert told(one.after("6s"))[1] == '"default";r=1199;t=1'


def test_what_is_announced_is_kept_until_all_of_it_is_back() -> None:
    one = Harness()
    answers = [told(one) for _ in range(1_205)]
    assert answers[1_199] == (200, '"default";r=0;t=300', POLICY)
    assert answers[1_200:] == [(429, '"default";r=0;t=300', POLICY)] * 5
    assert told(one.after("60s")) == (429, '"default";r=0;t=240', POLICY)
    assert one.refused("POST", "/w/instances", {}) == (429, 971)
    refused = one.after("239s").reply("GET")
    assert dict(refused.headers)["retry-after"] == "1"
    assert told(one.after("1s")) == (200, '"default";r=1199;t=1', POLICY)


def test_who_is_refused_keeps_nobody_else_out() -> None:
    one = Harness()
    for _ in range(1_201):
        told(one)
    assert (told(one)[0], told(one, by="reader")[0], told(one, by="key")[0]) == (429, 200, 200)


def test_a_refusal_is_kept_in_snapshots() -> None:
    one = Harness()
    for _ in range(1_201):
        told(one)
    taken = take_snapshot(one.session)
    one.after("300s")
    assert told(one)[0] == 200
    apply_snapshot(one.session, taken)
    assert told(one)[0] == 429


def test_a_reading_has_the_quota_told_and_nobody_refused() -> None:
    one = Harness()
    answers = [told(one, by="unlimited") for _ in range(1_205)]
    assert answers[-1] == (200, '"default";r=0;t=300', POLICY)


def test_each_credential_has_its_own() -> None:
    one = Harness()
    told(one)
    assert told(one, by="reader")[1] == '"default";r=1199;t=1'
    assert told(one, by="key")[1] == '"default";r=1199;t=1'
    assert told(one)[1] == '"default";r=1198;t=1'


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/nobody", {}, 404),
        ("/w/nowhere", {}, 404),
        ("?per_page=0", {}, 400),
        ("", {"headers": {"prefer": "code=503"}}, 503),
        ("", {"headers": {"prefer": "code=500"}}, 500),
    ],
)
def test_refusals_count_too(path: str, more: Any, status: int) -> None:
    one = Harness()
    told(one)
    assert told(one, path, **more) == (status, '"default";r=1198;t=1', POLICY)
    assert told(one)[1] == '"default";r=1197;t=1'


def test_who_cannot_be_told_apart_shares_one() -> None:
    one = Harness()
    told(one)
    assert told(one, by=None) == (401, '"default";r=1199;t=1', POLICY)
    nobody = {"authorization": "Bearer nobody"}
    assert told(one, by=None, headers=nobody)[1] == '"default";r=1198;t=1'
    words = {"authorization": "Bearer two words"}
    assert told(one, by=None, headers=words) == (400, '"default";r=1197;t=1', POLICY)


def test_a_forced_429_leaves_nothing() -> None:
    one = Harness()
    prefer = {"prefer": "code=429"}
    assert told(one, headers=prefer) == (429, '"default";r=0;t=60', POLICY)
    assert told(one)[1] == '"default";r=1199;t=1'


def test_the_quota_of_a_rule_is_told_instead() -> None:
    one = Harness()
    limited(one, requests=3, per="30s")
    policy = '"burst";q=3;w=30'
    assert told(one) == (200, '"default";r=2;t=10', policy)
    assert told(one) == (200, '"default";r=1;t=20', policy)
    assert told(one) == (200, '"default";r=0;t=30', policy)
    assert told(one) == (429, '"default";r=0;t=30', policy)
    assert told(one.after("10s")) == (200, '"default";r=0;t=30', policy)


def test_of_several_rules_the_tightest_is_told() -> None:
    one = Harness()
    limited(one, requests=1200, per="5m")
    limited(one, requests=2, per="1s")
    assert told(one)[1:] == ('"default";r=1;t=1', '"burst";q=2;w=1')


def test_it_is_kept_in_snapshots_and_forks() -> None:
    one = Harness()
    told(one)
    taken = take_snapshot(one.session)
    told(one)
    apply_snapshot(one.session, taken)
    assert told(one)[1] == '"default";r=1198;t=1'
    one.session.reset()
    assert told(one)[1] == '"default";r=1199;t=1'
