"""Large JSON texts: the same value as at once, in parts that others may come between."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import DecodeError

from tests.test_slices import count
from understudy import slices
from understudy.openapi import large_json
from understudy.openapi.large_json import decode_large
from understudy.openapi.operation import Violation
from understudy.openapi.request import LARGE, decode_json
from understudy.slices import sliced

ROWS = [{"id": f"r{n}", "n": n, "of": {"x": [1.5, None, True, "é\n"]}} for n in range(200)]
VALUES: list[Any] = [ROWS, {"worlds": {"looply": {"records": ROWS}}}, "x" * 5_000, [[ROWS]], {}, 1]


@pytest.mark.parametrize("value", VALUES)
def test_it_is_the_same_value(monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    monkeypatch.setattr(large_json, "PART", 1_000)
    assert decode_large(json.dumps(value).encode()) == value


def test_others_come_between_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_json, "PART", 1_000)
    monkeypatch.setattr(slices, "SLICE", 0)
    times, value = count(sliced(lambda: decode_large(json.dumps(ROWS).encode())))
    assert (times, value) == (1 + len(ROWS), ROWS)


def test_too_much_too_deep_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_json, "PART", 1_000)
    text = b"[" * 9 + json.dumps(ROWS).encode() + b"]" * 9
    with pytest.raises(DecodeError, match="more than 1000 bytes more than 8 levels deep"):
        decode_large(text)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"a": [' + b"1, " * LARGE + b"}", "invalid character"),
        (b'{"a": "' + b"x" * LARGE + b'", "b": ' + b"[" * 200 + b"]" * 200 + b"}", "128 deep"),
    ],
)
def test_what_is_wrong_with_a_large_body_is_told(body: bytes, why: str) -> None:
    found = decode_json(body)
    assert isinstance(found, Violation)
    assert why in found.message
    assert "byte" not in found.message, "it would be that of a part"
