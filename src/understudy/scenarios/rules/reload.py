"""Rules of an edited scenario in the place of those it had: what reads as before stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import json

from understudy.scenarios.rules.index import Entry
from understudy.scenarios.rules.rule import Rule, RuleSet


def renewed(
    entries: Sequence[Entry],
    before: RuleSet,
    after: RuleSet,
    older: Iterable[RuleSet],
    number: int,
) -> list[Entry]:
    """All rules of a session once a scenario was edited, new ones numbered from `number` on.

    A rule that reads as before keeps its id and so its counters, or stays out if the session had
    taken it out. The others come where its rules were: above those of the `older` scenarios.
    """
    had = {id(rule) for rule in before.rules}
    under = {id(rule) for scenario in older for rule in scenario.rules}
    rest = [entry for entry in entries if id(entry.rule) not in had]
    place = next((n for n, each in enumerate(entries) if id(each.rule) in had), None)
    if place is None:
        place = next((n for n, each in enumerate(rest) if id(each.rule) in under), len(rest))
    held = {id(entry.rule): entry for entry in entries}
    unchanged = _by_text(before)
    made = []
    for rule in after.rules:
        same = unchanged.get(_text(rule))
        if not same:
            made.append(Entry(f"r{number}", rule, after.title))
            number += 1
        elif (entry := held.get(id(same.pop(0)))) is not None:
            made.append(Entry(entry.id, rule, after.title))
    return [*rest[:place], *made, *rest[place:]]


def alike(before: RuleSet, after: RuleSet) -> int:
    """How many of a scenario's rules read as before."""
    unchanged = _by_text(before)
    found = 0
    for rule in after.rules:
        same = unchanged.get(_text(rule))
        if same:
            same.pop()
            found += 1
    return found


def _by_text(scenario: RuleSet) -> dict[bytes, list[Rule]]:
    texts: dict[bytes, list[Rule]] = {}
    for rule in scenario.rules:
        texts.setdefault(_text(rule), []).append(rule)
    return texts


def _text(rule: Rule) -> bytes:
    return json.encode([rule.target, rule.source], order="sorted")
