"""What a scenario says, held against the contracts and made into values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from understudy.errors import InputError
from understudy.scenarios.language.captures import captures, filled, follow
from understudy.scenarios.language.operations import Names
from understudy.scenarios.language.source import Mistakes, Source
from understudy.scenarios.rules.compiler import RuleCompiler
from understudy.scenarios.rules.request_values import of_request, request_roots
from understudy.scenarios.rules.rule import Rule
from understudy.scenarios.stories.model import (
    ClockSetting,
    NamedEntry,
    Scenario,
    Variable,
    Verification,
)
from understudy.scenarios.stories.steps import StepCompiler, unknown_capture
from understudy.scenarios.stories.verifications import VerificationCompiler
from understudy.simulation.clock import clock_instant, duration, pace

Base = Callable[[str], Mapping[str, Any]]


def no_base(vendor: str) -> Mapping[str, Any]:
    """The base of rules that stand alone."""
    return {}


class Compiler:
    """Makes the values of one source."""

    def __init__(self, source: Source, names: Names, base: Base = no_base) -> None:
        self.source = source
        self.names = names
        self._base = base
        self._rules = RuleCompiler(names)
        self._named_entries: Mapping[str, NamedEntry] | None = None

    def scenario(self) -> Scenario:
        """The whole of it."""
        value, source = self.source.value, self.source
        wrong = Mistakes()
        rules = wrong.each(self.rule, self._pointers("rules"))
        verify = wrong.each(self.verification, self._pointers("verify"))
        maker = StepCompiler(self, set(value.get("variables", ())))
        steps = wrong.each(maker.step, self._pointers("steps"))
        last = wrong.each(maker.step, self._pointers("finally"))
        clock = next(iter(wrong.each(self._clock, [value.get("clock")])), None)
        wrong.raise_first()
        return Scenario(
            title=value.get("scenario") or PurePath(source.file).stem or "scenario",
            file=source.file,
            vendor=value.get("vendor"),
            clock=clock,
            seed=value.get("seed"),
            world=value.get("world", {}),
            rules=rules,
            steps=steps,
            last=last,
            verify=verify,
            variables={
                name: Variable(each.get("env"), each.get("default"))
                for name, each in value.get("variables", {}).items()
            },
            needs=frozenset(value.get("needs", ())),
            named_entries=self._named_entries or {},
            source=source,
        )

    def _pointers(self, key: str) -> list[str]:
        return [f"/{key}/{number}" for number in range(len(self.source.value.get(key, ())))]

    def rule(self, pointer: str) -> Rule:
        """The rule at that pointer."""
        return self._rules.rule(self._resolved(pointer), self.source, pointer)

    def verification(self, pointer: str) -> Verification:
        """The verification at that pointer."""
        return VerificationCompiler(self).verification(self._resolved(pointer), pointer)

    def _resolved(self, pointer: str) -> Mapping[str, Any]:
        """What stands there, with the captures that the world's entries say themselves."""
        value: Mapping[str, Any] = follow(self.source.value, tuple(pointer.split("/")[1:]))
        for place, names in captures(value, pointer):
            if of_request(names, place[len(pointer) :]):
                continue
            named = self.named_entries().get(names[0])
            if named is None:
                raise unknown_capture(self, names, place, request_roots(place[len(pointer) :]))
            try:
                follow(named.entry, names[1:])
            except LookupError:
                raise self.source.refuse(
                    f"the entry `{names[0]}` does not say its `{'.'.join(names[1:])}`",
                    place,
                    "Write it into the entry: rules are made before the records",
                ) from None
        return {key: self._filled(each, f"/{key}") for key, each in value.items()}

    def _filled(self, value: Any, place: str) -> Any:
        """A part with the entries' values; in a reply those of the request stay as they are."""
        if place == "/reply" and isinstance(value, Mapping):
            return {key: self._filled(each, f"{place}/{key}") for key, each in value.items()}

        def lookup(names: tuple[str, ...]) -> Any:
            if of_request(names, place):
                return f"${{{'.'.join(names)}}}"
            return follow(self.named_entries()[names[0]].entry, names[1:])

        return filled(value, lookup)

    def named_entries(self) -> Mapping[str, NamedEntry]:
        """The named entries of the worlds this scenario starts with; the last of a name counts."""
        if self._named_entries is None:
            found: dict[str, NamedEntry] = {}
            world: Mapping[str, Any] = self.source.value.get("world", {})
            mine = self.names.default
            for vendor in sorted(self.names.vendors, key=lambda each: each == mine):
                _name(found, vendor, self._starting(vendor))
            for vendor, section in world.items():
                _name(found, vendor, section)
            self._named_entries = found
        return self._named_entries

    def credentials(self, vendor: str) -> list[str]:
        """The names of the credentials that a vendor's world starts with."""
        own = self.source.value.get("world", {}).get(vendor, {})
        sections = (self._starting(vendor), own)
        return [
            str(entry["name"])
            for section in sections
            for entry in section.get("credentials", ())
            if "name" in entry
        ]

    def _starting(self, vendor: str) -> Mapping[str, Any]:
        section = self.source.value.get("world", {}).get(vendor, {})
        return {} if section.get("base") == "none" else self._base(vendor)

    def _clock(self, value: Mapping[str, Any] | None) -> ClockSetting | None:
        if value is None:
            return None
        each_call = duration(value["each_call"]) if "each_call" in value else None
        try:
            at = clock_instant(value["at"]) if "at" in value else None
            return ClockSetting(at, *pace(value.get("speed"), each_call))
        except InputError as error:
            fix = error.fix or "Write 2026-01-05T09:00:00Z"
            raise self.source.refuse(error.what, f"/clock{error.where or '/at'}", fix) from None


def _name(found: dict[str, NamedEntry], vendor: str, section: Mapping[str, Any]) -> None:
    """Adds the named entries of a section, each in front of an earlier one of its name."""
    for collection, entries in section.items():
        for entry in entries if isinstance(entries, list) else ():
            if "name" in entry:
                name = str(entry["name"])
                before = found.get(name)
                hidden = frozenset[str]() if before is None else before.hidden
                if before is not None and "id" in before.entry:
                    hidden |= {str(before.entry["id"])}
                found[name] = NamedEntry(vendor, collection, entry, hidden)
