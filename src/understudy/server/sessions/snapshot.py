"""A session as JSON, and back: also in another process, as long as it serves the same vendors.

What a session knows is written down, not what it can work out again: indexes, due events' heaps and
worlds nobody has asked for are made anew. A seal over all of it tells a snapshot from a text that
somebody changed: a record that does not fit its world would break long after it was let in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import json

from understudy.errors import InputError, UnderstudyError
from understudy.scenarios import loader
from understudy.scenarios.language.grammar_project import PROJECT_KEYS
from understudy.scenarios.rules.rule import Rule
from understudy.scenarios.rules.rulebook import RuleBook
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.session import Session
from understudy.server.sessions.snapshot_check import check_shape, check_world
from understudy.server.sessions.snapshot_text import SEAL, Rows, seal, sealed_text
from understudy.server.wire.turns import finish
from understudy.simulation import serialization
from understudy.simulation.clock import Clock
from understudy.simulation.journal import Journal
from understudy.simulation.world import World
from understudy.slices import InSlices

FORMAT = 1


def take_snapshot(session: Session) -> dict[str, Any]:
    """Everything in a session at its present, as JSON values, at a stretch."""
    told: dict[str, Any] = json.decode(finish(snapshot_text(session)))
    return told


def snapshot_text(session: Session) -> InSlices[bytes]:
    """Everything in a session at its present, as JSON; InputError for more than can be put back.

    It is written of a copy: the session may go on meanwhile.
    """
    yield from session.catch_up()
    twin = session.fork(session.name)
    try:
        text = yield from sealed_text(
            _session_values(twin), session.catalog.settings.snapshot_bytes
        )
    except InputError as error:
        count = sum(len(each) for w in twin.worlds.values() for each in w.collections.values())
        what = f"{error.what}, which is the most that is put back: there are {count} records"
        raise InputError(what, fix="Begin with fewer, or fork the session instead") from None
    return text


def _session_values(session: Session) -> dict[str, Any]:
    origin, clock = session.origin, session.clock
    scenarios = list(dict.fromkeys((*origin.scenarios, *session.loaded)))
    return {
        "understudy": FORMAT,
        "session": session.name,
        "seed": session.seed,
        "started": session.started,
        "clock": {"now": clock.now(), "speed": clock.speed, "each_call": clock.each_call},
        "origin": {
            "seed": origin.seed,
            "at": origin.at,
            "speed": origin.speed,
            "each_call": origin.each_call,
            "scenarios": [scenarios.index(each) for each in origin.scenarios],
        },
        "scenarios": [_scenario(each) for each in scenarios],
        "loaded": [scenarios.index(each) for each in session.loaded],
        "rules": _rules(session.rules, scenarios),
        "worlds": {name: _written(world) for name, world in session.worlds.items()},
        "journal": session.journal.written(),
    }


def _written(world: World) -> dict[str, Any]:
    """A world whose long lists are written in slices."""
    beside = serialization.beside(world)
    return {
        **beside,
        "records": {name: Rows(rows) for name, rows in serialization.records(world).items()},
        "events": Rows(serialization.events(world)),
        "trails": Rows(beside["trails"]),
    }


def apply_snapshot(session: Session, value: Mapping[str, Any]) -> None:
    """Makes a session what the snapshot says, at a stretch."""
    finish(restoring(session, value))


def restoring(session: Session, value: Mapping[str, Any]) -> InSlices[None]:
    """Makes a session what the snapshot says: all or nothing; InputError for what is none.

    Calls see what was until all of it has been read.
    """
    if value.get("understudy") != FORMAT or SEAL not in value:
        raise InputError("this is no snapshot", fix="Take one: GET .../snapshot")
    past = session.past
    yield None
    if value[SEAL] != seal(value):
        fix = "Restore it as it was taken; for a world of your own write a scenario"
        raise InputError("the snapshot was changed since it was taken", where="/seal", fix=fix)
    try:
        _check_vendors(session.catalog, value["worlds"])
        yield None
        check_shape(value)
        yield None
        yield from _replace_state(session, value, past)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        what = f"it is no snapshot of this version: {type(error).__name__} {error}"
        raise InputError(what, fix="Take it again") from None


def _check_vendors(catalog: Catalog, worlds: Mapping[str, Any]) -> None:
    for name in worlds:
        if name not in catalog.vendors:
            there = f"It serves {', '.join(catalog.vendors)}"
            what = f"this sandbox serves no {name}"
            raise InputError(what, where=f"/worlds/{name}", fix=there)


def _replace_state(session: Session, value: Mapping[str, Any], past: object) -> InSlices[None]:
    catalog = session.catalog
    known = (*session.origin.scenarios, *session.loaded)
    scenarios = [_loaded(catalog, each, n, known) for n, each in enumerate(value["scenarios"])]
    yield None
    origin = replace(
        session.origin,
        **{key: value["origin"][key] for key in ("seed", "at", "speed", "each_call")},
        scenarios=tuple(scenarios[n] for n in value["origin"]["scenarios"]),
    )
    book = _book(catalog, value["rules"], scenarios)
    worlds = {}
    for name, each in value["worlds"].items():
        worlds[name] = yield from _world(catalog, name, value["seed"], each)
    journal = Journal(catalog.settings.journal)
    journal.go_on(session.journal, value["journal"])
    session.check_past(past)
    clock = value["clock"]
    session.origin, session.seed, session.started = origin, value["seed"], value["started"]
    session.clock = Clock(clock["now"], speed=clock["speed"], each_call=clock["each_call"])
    session.loaded = tuple(scenarios[n] for n in value["loaded"])
    leftovers = session.leftovers()
    session.rules, session.worlds, session.journal = book, worlds, journal
    session.making = {}
    session.end()
    session.observe()
    yield from leftovers.release()


def _world(catalog: Catalog, name: str, seed: int, value: Mapping[str, Any]) -> InSlices[World]:
    world = World(name, catalog.vendors[name].kinds, seed=seed, now=value["now"])
    world.flags = catalog.flags
    yield from serialization.putting_back(world, value)
    yield from check_world(world, value)
    return world


def _scenario(scenario: Scenario) -> dict[str, Any]:
    source = scenario.source
    if source.text and not source.value.keys() & set(PROJECT_KEYS):
        return {"file": scenario.file, "text": source.text}
    value = {key: each for key, each in source.value.items() if key not in PROJECT_KEYS}
    return {"file": scenario.file, "value": value}


def _loaded(
    catalog: Catalog, value: Mapping[str, Any], number: int, known: Sequence[Scenario]
) -> Scenario:
    """A scenario of the snapshot: the very one that the session has, or read again."""
    for each in known:
        if _scenario(each) == value:
            return each
    try:
        return catalog.scenario_of(value.get("text") or value["value"], value["file"])
    except UnderstudyError as error:
        raise InputError(str(error), where=f"/scenarios/{number}") from None


def _rules(book: RuleBook, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    return book.written(_place(scenarios))


def _place(scenarios: Sequence[Scenario]) -> Callable[[Rule], dict[str, Any]]:
    places = {
        rule: {"scenario": number, "rule": place}
        for number, scenario in enumerate(scenarios)
        for place, rule in enumerate(scenario.rules)
    }
    return lambda rule: places.get(rule) or {"value": rule.source}


def _book(catalog: Catalog, value: Mapping[str, Any], scenarios: Sequence[Scenario]) -> RuleBook:
    vendors = tuple(catalog.vendors.values())

    def compiled(place: Mapping[str, Any]) -> Rule:
        if "value" in place:
            return loader.load_rules(place["value"], vendors, catalog.contract)[0]
        rule: Rule = scenarios[place["scenario"]].rules[place["rule"]]
        return rule

    book = catalog.magic().fork()
    book.put_back(value, compiled)
    return book
