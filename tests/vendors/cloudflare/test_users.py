"""Who a credential belongs to, and the accounts it reaches: what clients ask before anything."""

from __future__ import annotations

from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec import json

from tests.vendors.cloudflare.harness import application, line
from understudy.errors import UnderstudyError
from understudy.scenarios.loader import load_value
from understudy.vendors.cloudflare import VENDOR

ACCOUNTS = [{"name": f"a{number}", "id": f"id{number}"} for number in range(7)]
CREDENTIALS: list[dict[str, Any]] = [
    {"name": "default", "token": "one", "account": "a0"},
    {
        "name": "key",
        "email": "ada@a0.example",
        "key": "0123456789abcdef0123456789abcdef01234",
        "account": "a0",
    },
    {"name": "reader", "token": "reads", "account": "a1", "role": "read"},
    {"name": "owned", "token": "owned", "account": "a1", "owner": "account"},
    {"name": "all", "token": "all", "account": "a3", "accounts": [f"a{n}" for n in range(7)]},
]
WORK = [{"name": "w", "account": "a0"}, {"name": "x", "account": "a5"}]
_numbers = count()


def loaded(credentials: Any = CREDENTIALS) -> Any:
    world = {"base": "none", "accounts": ACCOUNTS, "credentials": credentials, "workflows": WORK}
    sandbox = application().sandbox
    value = {"understudy": 1, "world": {"cloudflare": world}}
    return sandbox, load_value(value, [VENDOR], sandbox.contract)


class Office:
    """A session of several accounts, asked by one credential or another."""

    def __init__(self) -> None:
        sandbox, scenario = loaded()
        self.name = f"users-{next(_numbers)}"
        self.session = sandbox.create(self.name, sandbox.origin([scenario]))

    def ask(self, path: str, by: str | None = "default", **query: Any) -> tuple[int, Any]:
        keys = self.session.world("cloudflare")["credentials"]
        signed = {} if by is None else VENDOR.sign(keys.get(by))
        return self.send(path, signed, **query)

    def send(self, path: str, headers: Any, **query: Any) -> tuple[int, Any]:
        target = f"/~{self.name}/cloudflare/client/v4{path}"
        target += f"?{urlencode(query)}" if query else ""
        reply = line().ask("GET", target, list(headers.items()))
        return reply.status, json.decode(reply.body)

    def names(self, path: str, by: str = "all", **query: Any) -> list[str]:
        status, body = self.ask(path, by, **query)
        assert status == 200, body
        return [each.get("name") or each["account"]["name"] for each in body["result"]]

    def refused(self, path: str, by: str | None = "default", **query: Any) -> tuple[int, int]:
        status, body = self.ask(path, by, **query)
        return status, body["errors"][0]["code"]


@pytest.mark.parametrize("by", ["default", "key", "owned", "reader"])
def test_a_credential_reaches_its_account(by: str) -> None:
    status, body = Office().ask("/accounts", by)
    (account,) = body["result"]
    name = "a0" if by in ("default", "key") else "a1"
    assert (status, account["id"], account["name"]) == (200, f"id{name[1]}", name)
    assert (account["type"], account["created_on"]) == ("standard", "2026-01-01T00:00:00.000Z")
    assert body["result_info"] == {
        "page": 1,
        "per_page": 20,
        "count": 1,
        "total_count": 1,
        "total_pages": 1,
    }


@pytest.mark.parametrize("path", ["/accounts", "/memberships"])
def test_one_that_reaches_many_pages_through_them(path: str) -> None:
    one, every = Office(), [f"a{number}" for number in range(7)]
    assert one.names(path) == every
    assert one.names(path, direction="desc") == every[::-1]
    assert one.names(path, per_page=5) == every[:5]
    assert one.names(path, per_page=5, page=2) == every[5:]
    assert one.names(path, per_page=5, page=3) == []
    assert one.names(path, name="a4") == ["a4"]
    _, body = one.ask(path, "all", per_page=5, page=2)
    assert body["result_info"] == {
        "page": 2,
        "per_page": 5,
        "count": 2,
        "total_count": 7,
        "total_pages": 2,
    }


def test_it_works_in_each_account_that_it_reaches() -> None:
    one = Office()
    for account, name in (("id0", "w"), ("id5", "x")):
        assert one.names(f"/accounts/{account}/workflows") == [name]
    assert one.refused("/accounts/id5/workflows") == (403, 10000)


def test_memberships_are_of_a_user() -> None:
    one = Office()
    _, body = one.ask("/memberships", "reader")
    (membership,) = body["result"]
    assert membership["account"]["id"] == "id1"
    assert (membership["status"], membership["roles"]) == ("accepted", ["Administrator Read Only"])
    assert membership["permissions"] == {"organization": {"read": True, "write": False}}
    assert one.names("/memberships", **{"account.name": "a6"}) == ["a6"]
    assert one.names("/memberships", status="accepted", order="account.name")[0] == "a0"
    assert one.names("/memberships", status="pending") == []
    ids = [each["id"] for each in one.ask("/memberships", "all", order="id")[1]["result"]]
    assert ids == sorted(ids)
    assert len(set(ids)) == 7


def test_a_user_is_who_has_the_address() -> None:
    one = Office()
    by_token, by_key = one.ask("/user")[1]["result"], one.ask("/user", "key")[1]["result"]
    assert by_token == by_key
    assert by_token["email"] == "ada@a0.example"
    assert [each["id"] for each in by_token["organizations"]] == ["id0"]
    assert one.ask("/user", "reader")[1]["result"]["email"] == "user@a1.example"


def test_a_token_is_verified() -> None:
    status, body = Office().ask("/user/tokens/verify")
    assert (status, body["result"]["status"]) == (200, "active")
    assert body["messages"][0]["message"] == "This API Token is valid and active"


@pytest.mark.parametrize(
    ("path", "by", "told"),
    [
        ("/memberships", "owned", (400, 9106)),
        ("/user", "owned", (403, 9109)),
        ("/user/tokens/verify", "owned", (401, 1000)),
        ("/user/tokens/verify", "key", (401, 1000)),
        ("/accounts", None, (403, 9109)),
        ("/memberships", None, (403, 9109)),
        ("/user", None, (403, 9109)),
        ("/user/tokens/verify", None, (401, 1000)),
    ],
)
def test_what_no_user_asks(path: str, by: str | None, told: tuple[int, int]) -> None:
    assert Office().refused(path, by) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/accounts", (403, 9109)),
        ("/memberships", (403, 9109)),
        ("/user", (403, 9109)),
        ("/user/tokens/verify", (401, 1000)),
    ],
)
def test_a_token_nobody_has(path: str, told: tuple[int, int]) -> None:
    one = Office()
    for headers in (
        {"authorization": "Bearer nobody"},
        {"x-auth-email": "ada@a0.example", "x-auth-key": "f" * 37},
    ):
        status, body = one.send(path, headers)
        assert (status, body["errors"][0]["code"]) == told
    status, body = one.send(path, {"authorization": "Bearer two words"})
    assert (status, body["errors"][0]["code"]) == (400, 6003)


@pytest.mark.parametrize("query", [{"per_page": 4}, {"per_page": 51}, {"page": 0}])
def test_pages_have_bounds(query: Any) -> None:
    assert Office().refused("/accounts", **query) == (400, 1001)


@pytest.mark.parametrize(
    ("credential", "where"),
    [
        ({"name": "k", "email": "a@b.example", "key": "f" * 37, "owner": "account"}, "/owner"),
        ({"name": "t", "token": "t", "accounts": ["a0", "nobody"]}, "/accounts/1"),
    ],
)
def test_a_credential_that_cannot_be(credential: Any, where: str) -> None:
    sandbox, scenario = loaded([*CREDENTIALS, credential])
    with pytest.raises(UnderstudyError) as caught:
        sandbox.create(f"users-{next(_numbers)}", sandbox.origin([scenario])).world("cloudflare")
    number = len(CREDENTIALS)
    assert f"/credentials/{number}{where}" in str(caught.value)
