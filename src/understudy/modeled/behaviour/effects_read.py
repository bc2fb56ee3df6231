"""What a transition brings about elsewhere, as it is said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.modeled.behaviour.names import Names
from understudy.modeled.behaviour.parts import Parts
from understudy.modeled.behaviour.values import Effect
from understudy.modeled.expressions.mistakes import there_are
from understudy.modeled.expressions.types import ANY, Type


def read_effects(
    parts: Parts, name: str, given: Any, names: Names, pointer: str
) -> tuple[Effect, ...]:
    """The effects of one transition; each new record is known to those behind it by its name."""
    found, known = [], dict(names)
    several = isinstance(given, list)
    for at, each in enumerate(given if several else [given] if given else ()):
        place = f"{pointer}/{at}" if several else pointer
        made = _effect(parts, each, known, place)
        if made is not None:
            found.append(made)
            if made.alias:
                known[made.alias] = parts.vocabulary.record(made.name)
    return tuple(found)


def _effect(parts: Parts, given: Mapping[str, Any], names: Names, pointer: str) -> Effect | None:
    if "make" in given:
        return _made(parts, given, names, pointer)
    if "event" in given:
        of = parts.expression(given["of"], names, f"{pointer}/of")
        target = _records(parts, of.type, given["of"], f"{pointer}/of")
        if target is None:
            return None
        _check_event(parts, target, given["event"], f"{pointer}/event")
        return Effect("event", given["event"], of, {})
    word = "change" if "change" in given else "remove"
    of = parts.expression(given[word], names, f"{pointer}/{word}")
    target = _records(parts, of.type, given[word], f"{pointer}/{word}")
    if target is None:
        return None
    inside = {**names, "target": parts.vocabulary.record(target) if target else ANY}
    guard, otherwise = given.get("if"), None
    if "else" in given:
        otherwise = parts.refusal(given["else"], inside, f"{pointer}/else", _all(parts))
    return Effect(
        "change" if word == "change" else "remove",
        target,
        of,
        parts.sets(target, given.get("set", {}), inside, f"{pointer}/set"),
        None if guard is None else parts.condition(guard, inside, f"{pointer}/if"),
        otherwise,
    )


def _made(parts: Parts, given: Mapping[str, Any], names: Names, pointer: str) -> Effect | None:
    name = given["make"]
    if name not in parts.api.model.collections:
        fix = there_are(name, parts.api.model.collections)
        parts.source.note(f"there is no collection `{name}`", f"{pointer}/make", fix)
        return None
    guard = given.get("if")
    return Effect(
        "make",
        name,
        None,
        parts.sets(name, given.get("with", {}), names, f"{pointer}/with"),
        None if guard is None else parts.condition(guard, names, f"{pointer}/if"),
        alias=given.get("as", ""),
    )


def _records(parts: Parts, of: Type, text: str, pointer: str) -> str | None:
    """The collection of the records that an expression gives; None: it gives none, which is
    noted."""
    inside = of.item if of.kind == "list" and of.item is not None else of
    if inside.collection:
        return inside.collection
    if of.kind != "null":
        what = f"`{text}` gives {of}, wanted is a record or several"
        there = [each for each in parts.api.model.collections if each.isidentifier()]
        parts.source.note(what, pointer, f"Write {there[0] if there else 'orders'}[record.id]")
    return None


def _check_event(parts: Parts, target: str, event: str, pointer: str) -> None:
    rows = parts.api.model.collections[target].settings.get("lifecycle", ())
    events = dict.fromkeys(row["event"] for row in rows)
    if event not in events:
        what = f"{target} have no event `{event}`"
        parts.source.note(what, pointer, there_are(event, events))


def _all(parts: Parts) -> list[Any]:
    return [answer for each in parts.operations.values() for answer in each.answers.values()]
