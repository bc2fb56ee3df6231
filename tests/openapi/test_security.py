"""Security: every kind of scheme, ORs of ANDs, what is missing, and what nobody may see."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from understudy.openapi.operation import Contract
from understudy.openapi.security import Credentials, present, secrets

from .small_contracts import GOOD, users

SCHEMES: dict[str, Any] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "Basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "digest": {"type": "http", "scheme": "digest"},
    "hoba": {"type": "http", "scheme": "HOBA"},
    "oauth": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {"tokenUrl": "https://yard.example/token", "scopes": {}},
            "implicit": {"authorizationUrl": "https://yard.example/auth", "scopes": {}},
        },
    },
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://yard.example/.well-known"},
    "mutual": {"type": "mutualTLS"},
}


def yard(security: Any = None, own: Any = None) -> Contract:
    said = {} if own is None else {"security": own}
    more = {} if security is None else {"security": security}
    paths = {"/a": {"get": {"operationId": "get", **GOOD, **said}}}
    return users(paths, components={"securitySchemes": SCHEMES}, **more)


def asked(
    security: Any, headers: dict[str, str] | None = None, query: str = "", own: Any = None
) -> Credentials:
    made = yard(security, own)
    return present(made.operations["get"].security, made.schemes, headers or {}, query, "Yard")


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


DIGEST = 'Digest username="ada", realm="x", nonce="n", uri="/a", response="r"'


@pytest.mark.parametrize(
    ("scheme", "headers", "query", "value"),
    [
        ("header", {"x-api-key": " k1 "}, "", "k1"),
        ("query", {}, "a=1&api+key=k%201", "k 1"),
        ("cookie", {"cookie": "a=1; sid=k1"}, "", "k1"),
        ("basic", {"authorization": basic("ada:secret")}, "", "ada:secret"),
        ("basic", {"authorization": basic("ada:")}, "", "ada:"),
        ("bearer", {"authorization": "bearer t1"}, "", "t1"),
        ("bearer", {"authorization": "BEARER  t1"}, "", "t1"),
        ("digest", {"authorization": DIGEST}, "", DIGEST[7:]),
        ("hoba", {"authorization": 'HOBA result="x y"'}, "", 'result="x y"'),
        ("oauth", {"authorization": "Bearer t1"}, "", "t1"),
        ("openid", {"authorization": "Bearer t1"}, "", "t1"),
    ],
)
def test_a_credential_is_found(
    scheme: str, headers: dict[str, str], query: str, value: str
) -> None:
    found = asked([{scheme: []}], headers, query)
    assert found.alternative == (scheme,)
    assert found.values == {scheme: value}
    assert (found.missing, found.malformed, found.challenge) == ((), {}, "")


CHALLENGES = {
    "header": 'ApiKey realm="Yard", in="header", name="x-api-key"',
    "query": 'ApiKey realm="Yard", in="query", name="api key"',
    "cookie": 'ApiKey realm="Yard", in="cookie", name="sid"',
    "basic": 'Basic realm="Yard", charset="UTF-8"',
    "bearer": 'Bearer realm="Yard"',
    "hoba": 'Hoba realm="Yard"',
    "oauth": 'Bearer realm="Yard"',
}


@pytest.mark.parametrize("scheme", CHALLENGES)
def test_without_it_there_is_a_challenge(scheme: str) -> None:
    found = asked([{scheme: []}])
    assert (found.alternative, found.missing) == (None, (scheme,))
    assert found.challenge == CHALLENGES[scheme]


def test_the_challenge_of_digest_is_the_same_each_time() -> None:
    challenges = {asked([{"digest": []}]).challenge for _ in range(2)}
    assert len(challenges) == 1
    assert challenges.pop().startswith('Digest realm="Yard", qop="auth", algorithm=SHA-256, nonce=')


@pytest.mark.parametrize(
    ("scheme", "headers", "query", "told"),
    [
        ("header", {"x-api-key": " "}, "", "it is empty"),
        ("query", {}, "api+key=", "it is empty"),
        ("bearer", {"authorization": "Basic x"}, "", "it does not begin with Bearer"),
        ("bearer", {"authorization": "Bearer"}, "", "its token is empty"),
        ("bearer", {"authorization": "Bearer a b"}, "", "its token has a space"),
        ("basic", {"authorization": "Basic !"}, "", "it is no base64"),
        ("basic", {"authorization": basic("ada")}, "", "it holds no `user:password`"),
        ("digest", {"authorization": 'Digest username="a"'}, "", "it lacks nonce, uri, response"),
    ],
)
def test_one_of_another_form_is_told(
    scheme: str, headers: dict[str, str], query: str, told: str
) -> None:
    found = asked([{scheme: []}], headers, query)
    assert found.alternative is None
    assert found.malformed == {scheme: told}


class TestAlternatives:
    either: tuple[Any, ...] = ({"header": [], "query": []}, {"bearer": ["read"]})

    def test_one_of_them_is_enough(self) -> None:
        found = asked([*self.either], {"authorization": "Bearer t", "x-api-key": "k"})
        assert found.alternative == ("bearer",)
        assert found.values == {"header": "k", "bearer": "t"}

    def test_all_of_one_are_wanted(self) -> None:
        assert asked([*self.either], {"x-api-key": "k"}, "api key=q").alternative == (
            "header",
            "query",
        )
        lacking = asked([{"header": [], "query": []}], {"x-api-key": "k"})
        assert (lacking.alternative, lacking.missing) == (None, ("query",))

    def test_what_is_missing_is_the_least(self) -> None:
        found = asked([{"header": [], "query": [], "cookie": []}, {"basic": []}])
        assert found.missing == ("basic",)
        assert found.challenge.count("realm=") == 4

    def test_an_empty_one_is_optional(self) -> None:
        assert asked([{}, {"bearer": []}]).alternative == ()
        found = asked([{}, {"bearer": []}], {"authorization": "Bearer t"})
        assert found.alternative == ("bearer",)

    def test_an_operation_may_be_open(self) -> None:
        assert asked([{"bearer": []}], own=[]).alternative == ()
        assert asked(None).alternative == ()
        assert asked([{"bearer": []}]).alternative is None

    def test_a_certificate_is_not_asked_for(self) -> None:
        assert asked([{"mutual": []}]).alternative == ("mutual",)


class TestTheDocument:
    def test_where_tokens_are_handed_out(self) -> None:
        schemes = yard().schemes
        assert schemes["oauth"].token_urls == ("https://yard.example/token",)
        assert (schemes["oauth"].header, schemes["oauth"].prefix) == ("authorization", "bearer")
        assert (schemes["cookie"].place, schemes["cookie"].key, schemes["cookie"].header) == (
            "cookie",
            "sid",
            "",
        )

    def test_what_nobody_declares_is_left_out_and_told(self) -> None:
        paths = {"/a": {"get": {"security": [{"none": []}, {"ok": []}], **GOOD}}}
        schemes = {"ok": SCHEMES["bearer"], "odd": {"type": "psychic"}, "lost": {"$ref": "#/no/x"}}
        made = users(paths, components={"securitySchemes": schemes})
        assert made.operations["get_a"].security == (("ok",),)
        assert [each.what for each in made.warnings] == [
            "this kind of credential is not read",
            "$ref #/no/x points to nothing",
            "no security scheme none",
        ]

    def test_a_realm_cannot_leave_its_quotes(self) -> None:
        made = yard([{"bearer": []}])
        operation = made.operations["get"]
        found = present(operation.security, made.schemes, {}, "", 'a"b\r\nSet-Cookie: x\\é')
        assert found.challenge == 'Bearer realm="a\'bSet-Cookie: x"'


def test_secrets_of_any_scheme_are_known() -> None:
    headers = {
        "authorization": "Bearer t1",
        "x-api-key": "k1",
        "cookie": "sid=c1; theme=dark",
        "other": "harmless",
    }
    found = secrets(yard().schemes, headers, "api+key=q1&page=2")
    assert found >= {"t1", "k1", "c1", "q1"}
    assert not found & {"dark", "harmless", "2"}
    assert secrets(yard().schemes, {}, "") == frozenset()
