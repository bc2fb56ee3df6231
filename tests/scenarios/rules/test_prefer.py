"""One call asks for one answer."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.scenarios.rules.prefer import Preference, preference


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
        ("code=409; example=SOLD_OUT", Preference(409, "SOLD_OUT")),
        ('code=409; example="SOLD; OUT", code=200', Preference(409, "SOLD; OUT")),
        ("wait=5; code=409", None),
        ("return=minimal", None),
        ("respond-async, wait=5", None),
        ("handling=lenient, count=exact, odata.maxpagesize=5, resolution=merge-duplicates", None),
        ('code=409, "', Preference(409)),
        (",,;=, code=404", Preference(404)),
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
        ("a__code=409", None, "a__code=409"),
    ],
)
def test_the_query_twins_are_taken_out(query: str, wanted: Preference | None, rest: str) -> None:
    assert preference(None, query) == (wanted, rest)


@pytest.mark.parametrize("said", ["often", "", "4o9", "١٢٣", "0409", "40", "4\u00b2"])
def test_a_code_is_three_digits(said: str) -> None:
    wrong = f"code={said} is no status; write three digits, like code=409"
    assert preference(f"example=X, code={said}", "") == (Preference(wrong=wrong), "")
    assert preference(None, f"__code={quote(said)}&a=1") == (Preference(wrong=wrong), "a=1")


@pytest.mark.parametrize(
    ("header", "query", "wrong"),
    [
        ("example=", "", "example= names no answer"),
        ("example", "", "example= names no answer"),
        ("exmaple=X", "", "there is no preference 'exmaple'; did you mean example?"),
        ("wait=5, Codes=409", "", "there is no preference 'codes'; did you mean code?"),
        ("status=409", "", "there is no preference 'status'; did you mean code?"),
        (None, "a=1&__cod=409", "there is no preference '__cod'; did you mean __code?"),
    ],
)
def test_what_is_meant_for_us_and_cannot_be_is_told(
    header: str | None, query: str, wrong: str
) -> None:
    assert preference(header, query) == (Preference(wrong=wrong), query)


def test_what_is_applied_is_said() -> None:
    assert Preference(409, "SOLD_OUT").text == "code=409, example=SOLD_OUT"
    assert Preference(None, "SOLD_OUT").text == "example=SOLD_OUT"


@given(st.text(max_size=300), st.text("__code=&%a1", max_size=60))
def test_nothing_breaks_it(header: str, query: str) -> None:
    wanted, _ = preference(header, query)
    assert wanted is None or wanted.code is None or 0 <= wanted.code <= 999
