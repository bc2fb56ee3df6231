"""One call asks for one answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.scenarios.prefer import Preference, preference


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, None),
        ("", None),
        ("code=409", Preference(409)),
        ("code=409, example=ALREADY_RESTARTED", Preference(409, "ALREADY_RESTARTED")),
        ("example=SOLD_OUT", Preference(None, "SOLD_OUT")),
        ('Code = 409 , Example="SOLD_OUT"', Preference(409, "SOLD_OUT")),
        ('example="a \\"quoted\\" name"', Preference(None, 'a "quoted" name')),
        ("respond-async, wait=10, code=503; strict, handling=lenient", Preference(503)),
        ("code=409, code=200", Preference(409)),
        ("code=often", None),
        ("code=", None),
        ("code=4o9, example=X", Preference(None, "X")),
        ('code=409, "', Preference(409)),
        (",,;=, code=404", Preference(404)),
        ("code=١٢٣", None),
    ],
)
def test_the_prefer_header(header: str | None, wanted: Preference | None) -> None:
    assert preference(header, "") == (wanted, "")


@pytest.mark.parametrize(
    ("query", "wanted", "rest"),
    [
        ("limit=2", None, "limit=2"),
        ("__code=409", Preference(409), ""),
        ("limit=2&__code=409&__example=A%20B&x=__y", Preference(409, "A B"), "limit=2&x=__y"),
        ("__other=1", None, "__other=1"),
        ("__code=x&a=1", None, "a=1"),
        ("a__code=409", None, "a__code=409"),
    ],
)
def test_the_query_twins_are_taken_out(query: str, wanted: Preference | None, rest: str) -> None:
    assert preference(None, query) == (wanted, rest)


def test_what_is_applied_is_said() -> None:
    assert Preference(409, "SOLD_OUT").text == "code=409, example=SOLD_OUT"
    assert Preference(None, "SOLD_OUT").text == "example=SOLD_OUT"


@given(st.text(max_size=300), st.text("__code=&%a1", max_size=60))
def test_nothing_breaks_it(header: str, query: str) -> None:
    wanted, _ = preference(header, query)
    assert wanted is None or wanted.code is None or 0 <= wanted.code <= 999
