"""Regular expressions in linear time: what they match, and what is refused when it is read."""

from __future__ import annotations

import pytest

from understudy.errors import InputError
from understudy.scenarios.language.matching import pattern
from understudy.scenarios.language.regex import STEPS, regex


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("^order-", "order-1001", True),
        ("^order-", "my order-1001", False),
        ("b+$", "abb", True),
        ("b$", "ab\n", False),
        (r"^\p{L}+$", "Zoë", True),
        ("(?i)sold", "SOLD_OUT", True),
        ("", "", True),
        ("é", "\ud800é", False),
        ("^.$", "\ud800", False),
    ],
)
def test_it_searches(source: str, text: str, found: bool) -> None:
    assert regex(source).search(text) is found


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"^(\w+\s?)+$", "a" * 28 + "!"),
        ("^(a+)+$", "a" * 100_000 + "!"),
        (".*foo.*bar", "foo" * 7_000),
        ("(x+x+)+y", "x" * 100_000),
    ],
)
def test_what_would_never_end_elsewhere_just_does_not_match(source: str, text: str) -> None:
    wanted = pattern({"$matches": source})
    miss = wanted.mismatch(text)
    assert miss is not None
    assert miss.expected == f"a text that matches {source}"


CONSTRUCTS = [
    ("(?<=a)b", "a look-behind, `(?<=`"),
    ("(?<!a)b", "a look-behind, `(?<!`"),
    ("a(?=b)", "a look-ahead, `(?=`"),
    ("a(?!b)", "a look-ahead, `(?!`"),
    ("(?>a)b", "an atomic group, `(?>`"),
    (r"(a)\1", "a reference back to a group, `\\1`"),
    ("(?P<n>a)(?P=n)", "a reference back to a group, `(?P=`"),
    ("a++", "a possessive repetition, `++`"),
    ("(?(1)a)", "a condition on a group, `(?(`"),
]


@pytest.mark.parametrize(("source", "construct"), CONSTRUCTS)
def test_what_needs_to_look_back_is_refused_by_name(source: str, construct: str) -> None:
    with pytest.raises(InputError) as refused:
        pattern({"a": {"$matches": source}}, "/when/body")
    assert refused.value.what == f"{source!r} has {construct}"
    assert refused.value.where == "/when/body/a/$matches"
    assert "RE2" in refused.value.fix


@pytest.mark.parametrize(
    ("source", "why", "fix"),
    [
        ("(a", "'(a' is no regular expression: missing ): (a", "the syntax is RE2's"),
        (r"a\Z", r"'a\\Z' is no regular expression: invalid escape sequence: \Z", r"Write \z"),
        ("\ud800", r"'\ud800' is no regular expression: half a character", "whole characters"),
        ("(" * 5_000 + ")" * 5_000, "has 10000 characters, at most 2000", "several conditions"),
        (r"\p{L}{1,900}", "repeats too much", "smaller numbers"),
        ("a{1,1001}", "repeats too much", "RE2 counts to 1000"),
    ],
    ids=["open", "Z", "surrogate", "nested", "large", "count"],
)
def test_what_is_none_is_refused_with_what_to_write(source: str, why: str, fix: str) -> None:
    with pytest.raises(InputError) as refused:
        regex(source, "/x")
    assert refused.value.where == "/x"
    assert why in refused.value.what
    assert fix in refused.value.fix


def test_a_search_is_bounded_by_the_expression_and_the_text_together() -> None:
    small, large = regex("needle"), regex("[ab]*a[ab]{900}c")
    assert small.search("." * 100_000 + "needle") is True
    assert large.longest * large.program.programsize <= STEPS
    assert large.search("a" * 902 + "c") is True
    assert large.search("a" * large.longest + "c") is False
