"""Who may ask: presence and form, exact where a world says so, tokens that end."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.documents import TEXT, document, operation, thing
from understudy.server.inprocess import ask

UP = thing({"up": TEXT})
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {"tokenUrl": "https://auth.example.com/oauth/token", "scopes": {}}
        },
    },
}
BASIC = f"Basic {base64.b64encode(b'ada:secret').decode()}"


def secured(*alternatives: dict[str, list[str]], **settings: Any) -> Client:
    """A client of a document with one operation that wants one of these."""
    made = document({"/up": {"get": operation(200, UP, security=list(alternatives))}})
    made["components"]["securitySchemes"] = SCHEMES
    return Client(made, name="api", **settings)


@pytest.mark.parametrize(
    ("scheme", "path", "headers"),
    [
        ("key", "/up", {"X-Key": "k"}),
        ("query", "/up?key=k", {}),
        ("cookie", "/up", {"cookie": "sid=k"}),
        ("basic", "/up", {"authorization": BASIC}),
        ("bearer", "/up", {"authorization": "Bearer t"}),
        ("oauth", "/up", {"authorization": "Bearer t"}),
    ],
)
def test_a_credential_must_be_there(scheme: str, path: str, headers: dict[str, str]) -> None:
    client = secured({scheme: []})
    assert client.get(path, **headers).status == 200
    refused = client.get("/up")
    assert refused.status == 401
    assert refused.headers["www-authenticate"]


def test_one_of_the_alternatives_is_enough_and_all_of_one_are_needed() -> None:
    client = secured({"key": [], "bearer": []}, {"basic": []})
    assert client.get("/up", **{"X-Key": "k"}).status == 401
    assert client.get("/up", **{"X-Key": "k", "authorization": "Bearer t"}).status == 200
    assert client.get("/up", authorization=BASIC).status == 200


def test_what_is_open_asks_nobody() -> None:
    assert secured({}).get("/up").status == 200


def test_the_default_key_is_sent_as_the_scheme_wants_it() -> None:
    client = secured({"bearer": []})
    (key,) = client.world["credentials"].as_added()
    operation = next(iter(client.made.contract.operations.values()))
    assert client.made.vendor.signed(key, operation) == {"authorization": "Bearer api-default-key"}
    assert client.get("/up", authorization="Bearer api-default-key").status == 200


def test_a_worlds_credentials_make_it_exact() -> None:
    client = secured({"key": []})
    section = {"credentials": [{"name": "ada", "key": "ada-key"}]}
    client.made.vendor.populate(client.world, section, client.world.now)
    assert client.get("/up", **{"X-Key": "ada-key"}).status == 200
    assert client.get("/up", **{"X-Key": "another"}).status == 401


def test_any_key_lets_every_key_through() -> None:
    client = secured({"key": []}, any_key=True)
    section = {"credentials": [{"name": "ada", "key": "ada-key"}]}
    client.made.vendor.populate(client.world, section, client.world.now)
    assert client.get("/up", **{"X-Key": "another"}).status == 200


def test_a_token_url_hands_out_a_token_that_ends_on_the_sessions_clock() -> None:
    client = secured({"oauth": []})
    form = {"content-type": "application/x-www-form-urlencoded"}
    told = client.call("POST", "/oauth/token", b"grant_type=client_credentials&scope=a", form)
    assert told.status == 200
    assert (told.body["token_type"], told.body["expires_in"]) == ("bearer", 3600)
    token = {"authorization": f"Bearer {told.body['access_token']}"}
    assert client.get("/up", **token).status == 200
    client.advance(3_600_000)
    assert client.get("/up", **token).status == 401


def test_a_token_that_ended_is_told_as_such_where_another_key_would_do() -> None:
    client = secured({"key": []}, {"oauth": []})
    form = {"content-type": "application/x-www-form-urlencoded"}
    told = client.call("POST", "/oauth/token", b"grant_type=client_credentials", form)
    client.advance(3_600_000)
    refused = client.get("/up", authorization=f"Bearer {told.body['access_token']}")
    assert (refused.status, refused.body["detail"]) == (401, "the token has expired")


def test_a_declared_parameter_that_names_a_secret_leaves_what_is_kept() -> None:
    sent = {"name": "client_secret", "in": "header", "schema": TEXT}
    asked = operation(200, thing({"ok": TEXT}), query=("token", "page_token"), operationId="ask")
    asked["parameters"].append(sent)
    client = Client(document({"/ask": {"get": asked}}), "kept")
    client.get("/ask?token=mine-alone&page_token=p2", client_secret="also-mine")
    told = asyncio.run(ask(client.app, "GET", "/__admin/sessions/default/requests/default.1"))
    body = told.body.decode()
    assert told.status == 200
    assert ("mine-alone" in body, "also-mine" in body, "page_token=p2" in body) == (
        False,
        False,
        True,
    )
