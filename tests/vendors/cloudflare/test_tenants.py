"""Whose a call is: two kinds of credentials, roles, and accounts that are not the caller's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.cloudflare.harness import FREE, OURS, THEIRS, Harness

WORK: list[dict[str, Any]] = [{"do": "work", "takes": "1m", "output": 1}]
CALLS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "", None),
    ("GET", "/settings", None),
    ("PATCH", "/settings", {}),
    ("PUT", "/w", {"script_name": "s", "class_name": "C"}),
    ("GET", "/w", None),
    ("DELETE", "/w", None),
    ("POST", "/w/instances", {}),
    ("GET", "/w/instances", None),
    ("GET", "/w/instances/i", None),
    ("DELETE", "/w/instances/i", None),
    ("PATCH", "/w/instances/i/status", {"status": "restart"}),
    ("POST", "/w/instances/i/events/nod", {}),
    ("POST", "/w/instances/batch", [{}]),
    ("POST", "/w/instances/batch/terminate", ["i"]),
    ("POST", "/w/instances/batch/delete", {"instances": ["i"]}),
    ("PUT", "/w/instances/terminate", None),
    ("GET", "/nobody", None),
    ("POST", "/w/instances", {"instance_id": "not an id"}),
)


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_another_account_is_403(method: str, path: str, body: Any) -> None:
    one = Harness(WORK, instances=[{"id": "i", "state": "running"}])
    before = one.record()
    assert one.refused(method, path, body, by="other") == (403, 10000)
    assert one.refused(method, path, body, by=None) == (401, 10000)
    reads = method == "GET" and path != "/nobody"
    if method != "GET":
        assert one.refused(method, path, body, by="reader") == (403, 10000)
    elif reads:
        assert one.ask(method, path, body, by="reader")[0] == 200
    assert one.record() is before


def test_a_name_is_taken_per_account() -> None:
    one = Harness(WORK, workflows=[{"name": "w", "account": THEIRS, "steps": WORK}])
    ours = one.result("GET", "/w")
    one.account = THEIRS
    theirs = one.result("GET", "/w", by="other")
    assert ours["id"] != theirs["id"]
    one.result("POST", "/w/instances", {"instance_id": "x"}, by="other")
    one.account = OURS
    assert one.refused("GET", "/w/instances/x") == (404, 10400)


@pytest.mark.parametrize("account", ["nobody-has-it", FREE, "0" * 32])
def test_an_account_of_somebody_else_or_nobody_looks_the_same(account: str) -> None:
    one = Harness()
    one.account = account
    assert one.refused("GET") == (403, 10000)


@pytest.mark.parametrize("account", ["a%20b", "ops@ours.example", "x" * 65, "%FF"])
def test_what_can_be_no_account_is_no_route(account: str) -> None:
    one = Harness()
    one.account = account
    assert one.refused("GET") == (404, 7003)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"authorization": "Bearer our-token"}, 200),
        ({"authorization": "bearer our-token"}, 200),
        (
            {
                "x-auth-email": "ops@ours.example",
                "x-auth-key": "0123456789abcdef0123456789abcdef01234",
            },
            200,
        ),
        (
            {
                "x-auth-email": "ops@other.example",
                "x-auth-key": "0123456789abcdef0123456789abcdef01234",
            },
            401,
        ),
        ({"x-auth-email": "ops@ours.example", "x-auth-key": "f" * 37}, 401),
        ({"x-auth-email": "ops@ours.example"}, 401),
        ({"x-auth-email": "ops@ours.example", "x-auth-key": "f" * 32}, 401),
        ({"x-auth-key": "0123456789abcdef0123456789abcdef01234"}, 401),
        ({"authorization": "Bearer 0123456789abcdef0123456789abcdef01234"}, 401),
        ({"authorization": "Bearer nobody"}, 401),
        ({}, 401),
    ],
)
def test_either_kind_of_credential(headers: dict[str, str], told: int) -> None:
    assert Harness().ask("GET", "/w", by=None, headers=headers)[0] == told


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"authorization": "Bearer two words"}, 6111),
        ({"authorization": "our-token"}, 6111),
        ({"authorization": "Basic b3Vy"}, 6111),
        ({"x-auth-email": "ops@ours.example", "x-auth-key": "no key"}, 6103),
    ],
)
def test_a_header_that_can_hold_none(headers: dict[str, str], code: int) -> None:
    status, body = Harness().ask("GET", "/w", by=None, headers=headers)
    assert (status, body["errors"][0]["code"]) == (400, 6003)
    assert body["errors"][0]["error_chain"][0]["code"] == code


@pytest.mark.parametrize(
    ("email", "key", "chain"),
    [
        ("ops@ours.example", "short", 6103),
        ("ops@ours.example", "z" * 37, 6103),
        ("ops@ours.example", "f" * 31, 6103),
        ("ops@ours.example", "our-token", 6103),
        ("ops@ours.example", "F" * 37, 6103),
        ("ops", "f" * 37, 6102),
        ("ops at ours", "short", 6102),
    ],
)
def test_headers_that_can_hold_no_key(email: str, key: str, chain: int) -> None:
    headers = {"x-auth-email": email, "x-auth-key": key}
    status, body = Harness().ask("GET", "/w", by=None, headers=headers)
    (error,) = body["errors"]
    assert (status, error["code"], error["error_chain"][0]["code"]) == (400, 6003, chain)
    named = "X-Auth-Email" if chain == 6102 else "X-Auth-Key"
    assert error["error_chain"][0]["message"] == f"Invalid format for {named} header"
