"""What is taken for a secret: by its name, by its looks, and what is not."""

from __future__ import annotations

import pytest

from understudy.simulation.secrets import hides, masked, names_secret, secrets_of, without_secrets

RANDOM = "a8F3kq09LmX2pQ7zW1"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"  # of nobody


@pytest.mark.parametrize(
    "name",
    [
        "ocp-apim-subscription-key",
        "x-functions-key",
        "dpop",
        "x-signature",
        "x-session-id",
        "x-pass",
        "sig",
        "x-api-key",
        "apiKey",
        "access_token",
        "accessToken",
        "x-goog-api-key",
        "client_secret",
        "x-amz-security-token",
        "stripe-signature",
        "x-hub-signature-256",
        "Authorization",
        "x-vault-token",
        "cf-access-jwt-assertion",
        "key",
        "password",
        "x-key",
        "auth[accessToken]",
        "x-csrf-token",
        "x-shopify-hmac-sha256",
        "private_key",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert names_secret(name)
    assert hides(name, "anything")


@pytest.mark.parametrize(
    "name",
    [
        "idempotency-key",
        "execution_key",
        "lastKey",
        "next_token",
        "nextPageToken",
        "x-understudy-session",
        "code",
        "token_type",
        "max_tokens",
        "author",
        "keyword",
        "assigned_to",
        "status_code",
        "process_key",
        "passenger",
        "compass",
        "design",
        "signal",
        "inside",
        "bypass",
        "x-request-id",
        "auth_type",
    ],
)
def test_names_of_none(name: str) -> None:
    assert not names_secret(name)
    assert not hides(name, "anything")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"it is {JWT}.", "it is ***."),
        ("sk_live_abcdefghijklmnop123", "***"),
        ("ghp_abcdefghijklmnopqrstuv0123", "***"),
        ("AKIAABCDEFGHIJKLMNOP", "***"),
        ("Bearer abc.def-ghi", "Bearer ***"),
        ("https://me:word@host/x", "https://***@host/x"),
        ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "***"),
        ("7e68fa11-aaaa-4bbb-8ccc-000000000001", "7e68fa11-aaaa-4bbb-8ccc-000000000001"),
        ("the task_force_of_a_long_name", "the task_force_of_a_long_name"),
    ],
)
def test_texts_that_look_like_tokens(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_a_value_is_shown_without_its_secrets() -> None:
    value = {
        "login": {"password": "x", "user": "ada", "pin": "1234"},
        "items": [{"key": "status", "value": "open"}, {"key": RANDOM}],
        "code": RANDOM,
        "id": "7e68fa11-aaaa-4bbb-8ccc-000000000001",
        "output": '{"token":"t","n":1}',
        "max_tokens": 3,
        "secret": 7,
    }
    assert without_secrets(value) == {
        "login": {"password": "***", "user": "ada", "pin": "1234"},
        "items": [{"key": "status", "value": "open"}, {"key": "***"}],
        "code": "***",
        "id": "7e68fa11-aaaa-4bbb-8ccc-000000000001",
        "output": '{"token":"***","n":1}',
        "max_tokens": 3,
        "secret": "***",
    }


def test_a_secret_is_found_again_elsewhere() -> None:
    known = secrets_of({"a": [{"password": "hunter22"}], "b": "x"})
    assert known == {"hunter22"}
    assert masked("got 'hunter22'", known) == "got '***'"


def test_no_depth_breaks_it() -> None:
    value: object = "x"
    for _ in range(500):
        value = [value]
    assert "x" not in str(without_secrets(value))
    assert secrets_of(value) == set()
