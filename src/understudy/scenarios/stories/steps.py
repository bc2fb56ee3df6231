"""The steps of a story, held against the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from understudy.errors import InputError, ScenarioError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.language.captures import captures, follow
from understudy.scenarios.language.fields import field
from understudy.scenarios.language.jsonpath import compiled
from understudy.scenarios.language.matching import pattern
from understudy.scenarios.language.operations import NOBODY, Names, known
from understudy.scenarios.language.source import Source
from understudy.scenarios.stories.model import (
    Advance,
    CallStep,
    Expectation,
    NamedEntry,
    SetClock,
    Step,
    Until,
    advance_name,
)
from understudy.scenarios.stories.record_step import record_step
from understudy.scenarios.stories.requests import shortest
from understudy.simulation.clock import clock_instant, duration, pace
from understudy.yaml import escape

AT_MOST = 10  # how often `until` plays a step again, if the story does not say


class World(Protocol):
    """What steps must know of the scenario they belong to."""

    source: Source
    names: Names

    def named_entries(self) -> Mapping[str, NamedEntry]:
        """The named entries of its worlds."""

    def credentials(self, vendor: str) -> list[str]:
        """The names that `as` may say."""


class StepCompiler:
    """Makes the steps of one source; what earlier steps save, later ones may use."""

    def __init__(
        self,
        world: World,
        variables: set[str],
    ) -> None:
        self.source = world.source
        self.names = world.names
        self._world = world
        self._saved = variables

    def step(self, pointer: str) -> Step:
        """The step at that pointer. What it saves is known from here on, also if it is refused."""
        step: Mapping[str, Any] = follow(self.source.value, tuple(pointer.split("/")[1:]))
        try:
            self._check_captures(step, pointer)
            if "advance" in step:
                return self._advance(step, pointer)
            if "clock" in step:
                return self._clock(step, pointer)
            if "record" in step:
                return record_step(step, self.source, self.names, pointer)
            return self._call(step, pointer)
        finally:
            self._saved.update(step.get("save", ()))

    def _advance(self, step: Mapping[str, Any], pointer: str) -> Advance:
        value = step["advance"]
        how, length = (value, "") if isinstance(value, str) else next(iter(value.items()))
        length = "" if length is True else length  # {idle: true} is idle
        try:
            if how == "to":
                clock_instant(str(length))
        except InputError as error:
            fix = error.fix or "Write 2026-01-05T09:00:00Z"
            raise self.source.refuse(error.what, f"{pointer}/advance/to", fix) from None
        needs = frozenset(step.get("needs", ()))
        name = step.get("name") or advance_name(how, str(length))
        return Advance(name, self.source.where(pointer), how, str(length), needs)

    def _clock(self, step: Mapping[str, Any], pointer: str) -> SetClock:
        setting = dict(step["clock"])
        try:
            if "each_call" in setting:
                length = duration(setting["each_call"])
                setting["each_call"] = f"{length}ms"
                pace(setting.get("speed"), length)
            if "at" in setting:
                clock_instant(setting["at"])
        except InputError as error:
            fix = error.fix or "Write 2026-01-05T09:00:00Z"
            place = f"{pointer}/clock{error.where or '/at'}"
            raise self.source.refuse(error.what, place, fix) from None
        told = ", ".join(f"{key} {value}" for key, value in step["clock"].items())
        name = step.get("name") or f"clock {told}"
        needs = frozenset(step.get("needs", ()))
        return SetClock(name, self.source.where(pointer), setting, needs)

    def _call(self, step: Mapping[str, Any], pointer: str) -> CallStep:
        source = self.source
        contract, operation = self.names.operation(step["call"], source, f"{pointer}/call")
        arguments = step.get("with", {})
        for name in arguments:
            if name not in ("body", "raw", "headers"):
                place = f"{pointer}/with/{escape(name)}"
                try:
                    field(contract, operation, name, place)
                except InputError as error:
                    raise source.refuse(error.what, error.where, error.fix) from None
        self._check_arguments(arguments, f"{pointer}/with")
        self._check_path(contract, operation, arguments, f"{pointer}/with")
        self._check_caller(step.get("as"), contract.name, f"{pointer}/as")
        start = f"{pointer}/with"
        until = step.get("until")
        self._check_times(step, pointer)
        return CallStep(
            name=step.get("name") or step["call"],
            where=source.where(pointer),
            contract=contract,
            operation=operation,
            caller=step.get("as"),
            arguments=arguments,
            written={
                place[len(start) :]: text
                for place, text in source.written.items()
                if place.startswith(f"{start}/")
            },
            expect=self._expectation(step.get("expect"), f"{pointer}/expect"),
            until=None
            if until is None
            else Until(duration(until["advance"]), until.get("at_most", AT_MOST)),
            times=step.get("times", 1),
            every=duration(step.get("every", 0)),
            save=self._saves(step.get("save", {}), f"{pointer}/save"),
            needs=frozenset(step.get("needs", ())),
        )

    def _check_times(self, step: Mapping[str, Any], pointer: str) -> None:
        if "until" in step and "times" in step:
            what = "`times` and `until` both say how often it is played"
            raise self.source.refuse(what, f"{pointer}/times", "Keep one; `until` has `at_most`")
        if "every" in step and "times" not in step:
            what = "`every` is the time between several calls"
            fix = "Say `times:` too; `until` has `advance`"
            raise self.source.refuse(what, f"{pointer}/every", fix)

    def _check_arguments(self, arguments: Mapping[str, Any], pointer: str) -> None:
        if "raw" in arguments and "body" in arguments:
            raise self.source.refuse("`raw` and `body` are both the body", pointer, "Keep one")
        if not isinstance(arguments.get("raw", ""), str):
            raise self.source.refuse("`raw` is a text", f"{pointer}/raw", "Write it in quotes")
        headers = arguments.get("headers", {})
        if not isinstance(headers, Mapping) or any(
            isinstance(each, Mapping | list) for each in headers.values()
        ):
            raise self.source.refuse(
                "`headers` is a mapping of names and texts",
                f"{pointer}/headers",
                "Write {x-api-key: null} to leave one out",
            )

    def _check_path(
        self, contract: Contract, operation: Operation, arguments: Mapping[str, Any], pointer: str
    ) -> None:
        given = [name.removeprefix("path.") for name in arguments]
        try:
            shortest(contract, operation, dict.fromkeys(given))
        except InputError as error:
            raise self.source.refuse(error.what, pointer, error.fix) from None

    def _check_caller(self, name: str | None, vendor: str, pointer: str) -> None:
        there = [] if name in (None, NOBODY) else self._world.credentials(vendor)
        if there and name not in there:
            raise self.source.refuse(
                f"there is no credential `{name}`", pointer, known(str(name), [*there, NOBODY])
            )

    def _expectation(self, value: Mapping[str, Any] | None, pointer: str) -> Expectation | None:
        if value is None:
            return None
        lost = value.get("lost", False)
        if lost and len(value) > 1:
            raise self.source.refuse(
                "a lost answer has no status, headers or body", pointer, "Keep lost: true alone"
            )
        for key in ("status", "body", "headers"):
            if key in value:
                self._pattern(value[key], f"{pointer}/{key}")
        return Expectation(
            value.get("status"), value.get("body"), value.get("headers", {}), lost, "body" in value
        )

    def _pattern(self, value: Any, pointer: str) -> None:
        try:
            pattern(value, pointer)
        except InputError as error:
            raise self.source.refuse(error.what, error.where, error.fix) from None

    def _saves(self, value: Mapping[str, str], pointer: str) -> Mapping[str, str]:
        for name, path in value.items():
            try:
                compiled(path, f"{pointer}/{name}")
            except InputError as error:
                raise self.source.refuse(error.what, error.where, error.fix) from None
        return value

    def _check_captures(self, step: Mapping[str, Any], pointer: str) -> None:
        for place, names in captures(step, pointer):
            if names[0] not in self._saved and names[0] not in self._world.named_entries():
                raise unknown_capture(self._world, names, place, self._saved)


def unknown_capture(
    world: World, names: tuple[str, ...], place: str, saved: Iterable[str] = ()
) -> ScenarioError:
    """The refusal of a capture that neither an entry nor a step before it gives."""
    mine, entries = world.names.default, world.named_entries()
    own = {name for name, each in entries.items() if mine is None or each.vendor == mine}
    fix = known(names[0], sorted({*saved, *own}), sorted({*entries} - own))
    return world.source.refuse(f"`${{{'.'.join(names)}}}` names nothing", place, fix)
