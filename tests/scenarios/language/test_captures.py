"""`${name.field}`: found, filled in with its type, and escaped."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.scenarios.language.captures import captures, filled, follow

KNOWN = {"first": {"id": "e-1", "count": 3, "tags": ["a", "b"], "none": None}, "word": "hi"}


def lookup(names: tuple[str, ...]) -> Any:
    return follow(KNOWN, names)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${first.id}", "e-1"),
        ("${first.count}", 3),
        ("${first.tags}", ["a", "b"]),
        ("${first.tags.1}", "b"),
        ("${first.none}", None),
        ("${ word }", "hi"),
        ("order-${first.count}", "order-3"),
        ("${word} ${first.id}!", "hi e-1!"),
        ("${first.none}/${first.tags}", 'null/["a", "b"]'),
        ("no capture", "no capture"),
        ("$${word}", "$${word}"),
        ("$${word} ${word}", "$${word} hi"),
        ({"a": ["${first.count}", {"b": "${word}"}], "c": 1}, {"a": [3, {"b": "hi"}], "c": 1}),
    ],
)
def test_a_capture_is_filled_in(text: Any, value: Any) -> None:
    assert filled(text, lookup) == value


def test_what_is_sent_has_its_escapes_taken_away() -> None:
    assert filled({"a": "$${word} ${word}"}, lookup, literal=True) == {"a": "${word} hi"}


@pytest.mark.parametrize("text", ["${gone}", "${first.gone}", "${first.tags.9}", "${word.x}"])
def test_what_is_not_there_is_a_lookup_error(text: str) -> None:
    with pytest.raises(LookupError):
        filled(text, lookup)


def test_captures_are_found_with_their_place() -> None:
    value = {"a": ["${x.id}", "$${y}"], "b/c": {"d": "${z}-${x.n}"}}
    assert list(captures(value)) == [
        ("/a/0", ("x", "id")),
        ("/b~1c/d", ("z",)),
        ("/b~1c/d", ("x", "n")),
    ]
