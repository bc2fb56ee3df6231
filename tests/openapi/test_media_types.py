"""Media types and `Accept`: RFC 9110 section 12.5.1 by value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.openapi.media_types import acceptable, closest, decode_text, essence, parameter

JSON, XML, TEXT = "application/json", "application/xml", "text/plain"
TWO = "application/json;version=2"


@pytest.mark.parametrize(
    ("accept", "offered", "chosen"),
    [
        (None, [JSON, XML], JSON),
        ("", [JSON, XML], JSON),
        (" , ", [JSON], JSON),
        ("*/*", [XML, JSON], XML),
        ("*", [XML, JSON], XML),
        (JSON, [XML, JSON], JSON),
        ("Application/JSON", [XML, JSON], JSON),
        ("application/*", [TEXT, XML, JSON], XML),
        ("text/html", [JSON], None),
        ("text/html, */*;q=0.1", [JSON], JSON),
        ("application/xml;q=0.5, application/json;q=0.9", [XML, JSON], JSON),
        ("application/xml; q=0.5, application/json; Q=0.9", [XML, JSON], JSON),
        ("application/json;q=0", [JSON], None),
        ("*/*, application/json;q=0", [JSON], None),  # the most specific counts
        ("*/*;q=0.1, application/*;q=0", [JSON, TEXT], TEXT),
        ("application/json;q=0, */*", [JSON, XML], XML),
        ("application/json;version=2", [JSON], None),
        (TWO, [TWO], TWO),
        (f"{TWO};q=0.1, application/json", [TWO], TWO),
        ("application/json; charset=utf-8", [JSON], JSON),
        ('text/plain; x="a,b;c", application/xml;q=0.1', [XML], XML),
        ("application/json;q=nonsense", [JSON], None),
        ("application/json;q=1.5", [JSON], None),
        ("application/json;q=0.333;ext=1", [JSON], JSON),
        (JSON, [], None),
    ],
)
def test_what_is_liked_best(accept: str | None, offered: list[str], chosen: str | None) -> None:
    assert acceptable(accept, offered) == chosen


@given(st.text())
def test_no_accept_raises(accept: str) -> None:
    assert acceptable(accept, [JSON]) in (JSON, None)


@pytest.mark.parametrize(
    ("kind", "declared", "found"),
    [
        (JSON, [JSON, "*/*"], JSON),
        (JSON, ["*/*", "application/*"], "application/*"),
        ("application/a+json", ["application/*+json", "application/*"], "application/*+json"),
        ("application/a+json", [JSON], None),
        (TEXT, ["application/*"], None),
        ("", ["*/*"], "*/*"),
    ],
)
def test_the_closest_declared_type(kind: str, declared: list[str], found: str | None) -> None:
    assert closest(kind, declared) == found


def test_parameters_and_charsets() -> None:
    said = 'Multipart/Form-Data; BOUNDARY="a;b\\"c"; charset=UTF-8'
    assert essence(said) == "multipart/form-data"
    assert parameter(said, "boundary") == 'a;b"c'
    assert parameter(said, "none") is None
    assert decode_text(b"\xef\xbb\xbfa", "text/plain") == "a"
    assert decode_text(b"\x80", "text/plain; charset=cp1252") == "€"
    assert decode_text(b"a", "text/plain; charset=zip") is None
