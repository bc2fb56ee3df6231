"""What is served: the vendors, their contracts, the worlds they begin with, the magic rules."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from msgspec import structs

from understudy import resources
from understudy.errors import InputError, UnderstudyError
from understudy.openapi.compiler import check_handlers, compile_contract
from understudy.openapi.document import load as load_document
from understudy.openapi.operation import Contract
from understudy.scenarios import loader
from understudy.scenarios.rules.magic import MagicRules, ShippedMagic
from understudy.scenarios.rules.rule import Rule
from understudy.scenarios.rules.rulebook import RuleBook
from understudy.scenarios.stories.model import Scenario
from understudy.scenarios.stories.recorded_world import check_names
from understudy.server.sessions.observers import Observers
from understudy.server.sessions.world_check import WorldCheck, ids
from understudy.server.wire.turns import finish
from understudy.settings import LONGEST_JOURNAL, Settings
from understudy.simulation.clock import Instant
from understudy.simulation.world import World
from understudy.slices import InSlices
from understudy.vendor import Vendor

TEMPLATES = 20  # first worlds kept: a real clock gives sessions of each second a start of their own
TEMPLATE_RECORDS = 20_000  # and no more than these have together, but for the last of them
HELD = 100  # scenarios whose worlds are known to be answers of the contract
BASE = "base"

Start = tuple[str, tuple[Scenario, ...], int, Instant]  # what a world begins as
MAGIC = "magic"


class Catalog:
    """The vendors of one sandbox and all that its sessions share of them."""

    def __init__(
        self, settings: Settings, vendors: Sequence[Vendor], available: Iterable[str] = ()
    ) -> None:
        if not 1 <= settings.journal <= LONGEST_JOURNAL:
            fix = f"Say a number from 1 to {LONGEST_JOURNAL}"
            raise InputError(f"a journal of {settings.journal} requests", where="journal", fix=fix)
        self.settings = settings
        chosen = settings.vendors or tuple(vendor.name for vendor in vendors)
        known = {vendor.name: vendor for vendor in vendors}
        self.available = frozenset((*available, *known))  # served or not
        if unknown := [name for name in chosen if name not in known]:
            raise InputError(f"unknown vendor {unknown[0]!r}", fix=f"There are {', '.join(known)}")
        self.vendors: Mapping[str, Vendor] = {name: known[name] for name in chosen}
        self._contracts: dict[str, Contract] = {}
        self._base: dict[str, Scenario] = {}
        self._templates: dict[Start, World] = {}
        self._held: deque[tuple[str, Scenario]] = deque(maxlen=HELD)
        self._magic: RuleBook | None = None
        self.begun = loader.Begun(settings.project)
        self.observers = Observers()

    def contract(self, name: str) -> Contract:
        """A vendor's contract (or `admin`), compiled when first asked for."""
        found = self._contracts.get(name)
        if found is None and name in self.vendors:
            found = self.vendors[name].contract
        if found is None:
            path = resources.spec(name)
            found = compile_contract(name, load_document(path), str(path))
            if name in self.vendors:
                check_handlers(found, self.vendors[name].handlers)
            self._contracts[name] = found
        return found

    def contracts(self) -> Mapping[str, Contract]:
        return {name: self.contract(name) for name in self.vendors}

    def replace_vendor(self, vendor: Vendor) -> None:
        """Another one in the place of the vendor of its name."""
        self.vendors = {**self.vendors, vendor.name: vendor}
        self._templates = {key: v for key, v in self._templates.items() if key[0] != vendor.name}

    def scenario(self, source: str) -> Scenario:
        """A scenario by file or shipped name; ScenarioError with the line and the fix."""
        return loader.load(source, tuple(self.vendors.values()), self.contract, self.begun)

    def shipped_scenario(self, name: str) -> Scenario:
        """The one that ships under that name."""
        return loader.load_shipped(name, tuple(self.vendors.values()), self.contract, self.begun)

    def scenario_of(self, said: Any, file: str = "") -> Scenario:
        """The scenario of a YAML text, or of a JSON value."""
        vendors = tuple(self.vendors.values())
        if isinstance(said, str):
            return loader.load_text(said, file, vendors, self.contract, self.begun)
        made = loader.load_value(said, vendors, self.contract, self.begun)
        return structs.replace(made, file=file) if file else made

    def is_project(self, scenario: Scenario) -> bool:
        """Whether it is the project file, which every session here begins with."""
        return bool(scenario.file) and scenario.file == self.settings.project

    def magic(self) -> RuleBook:
        """The magic rules of the vendors that are served, below all others: those that ship, and
        those that are made of a document."""
        if self._magic is None:
            served = self.vendors if self.settings.magic else {}
            made = {name: partial(self._made, name) for name in served if served[name].magic}
            shipped = {name: partial(self._shipped, name) for name in served}
            self._magic = RuleBook(self.settings.rules, MagicRules(made), ShippedMagic(shipped))
        return self._magic

    def _shipped(self, name: str) -> tuple[Rule, ...]:
        """The magic rules that ship with a vendor."""
        source = f"{name}/{MAGIC}"
        return () if resources.scenario(source) is None else self.scenario(source).rules

    def _made(self, name: str, operation_id: str) -> tuple[Rule, ...]:
        """The magic rules of one operation of a document."""
        vendor, operation = self.vendors[name], self.contract(name).operations[operation_id]
        made: list[Rule] = []
        for rule in vendor.magic(operation) if vendor.magic is not None else ():
            with suppress(InputError):  # a document that contradicts itself has one way less
                made += loader.load_rules([rule], (vendor,), self.contract)
        return tuple(made)

    def new_world(
        self, vendor: str, scenarios: Sequence[Scenario], seed: int, start: Instant
    ) -> World:
        """A vendor's world as a session begins, made at a stretch."""
        return finish(self.making_world(vendor, scenarios, seed, start))

    def making_world(
        self, vendor: str, scenarios: Sequence[Scenario], seed: int, start: Instant
    ) -> InSlices[World]:
        """A vendor's world as a session begins: its base, then what the scenarios add."""
        for place, scenario in enumerate(scenarios):
            self.check_names(scenarios[:place], scenario)
        added = tuple(each for each in scenarios if each.world.get(vendor))
        if not added:
            return self._template(vendor, seed, start)
        template = self._known((vendor, added, seed, start))
        if template is None:
            empty = any(each.world[vendor].get(BASE) == "none" for each in added)
            world = (
                self._empty(vendor, seed, start) if empty else self._template(vendor, seed, start)
            )
            yield from self.extending(world, vendor, added, start)
            template = self._keep((vendor, added, seed, start), world)
        return template.fork()

    def check_names(self, before: Sequence[Scenario], scenario: Scenario) -> None:
        """ScenarioError where a scenario gives a name that another one of its session gave."""
        if before and scenario.world:
            check_names(before, scenario, self._entries)

    def _entries(self, vendor: str) -> Mapping[str, Mapping[str, Any]]:
        return self.vendors[vendor].entries if vendor in self.vendors else {}

    def extending(
        self, world: World, vendor: str, scenarios: Iterable[Scenario], start: Instant
    ) -> InSlices[None]:
        """Adds the scenarios' entries for that vendor to the world."""
        for scenario in scenarios:
            section = scenario.world.get(vendor)
            if section:
                entries = {name: rows for name, rows in section.items() if name != BASE}
                try:
                    yield from self._populate(world, vendor, scenario, entries, start)
                except UnderstudyError as error:
                    raise scenario.blame(error, f"/world/{vendor}") from None

    def _populate(
        self,
        world: World,
        vendor: str,
        scenario: Scenario,
        entries: Mapping[str, Sequence[Mapping[str, Any]]],
        start: Instant,
    ) -> InSlices[None]:
        """Adds entries; of a scenario that is new here each is held against the answers, too."""
        known = any(name == vendor and each is scenario for name, each in self._held)
        before = None if known or scenario is self._base.get(vendor) else ids(world)
        yield from self.vendors[vendor].populating(world, entries, start)
        if before is not None:
            check = WorldCheck(self.vendors[vendor], self.contract(vendor), world)
            yield from check.checking(before, entries)
            self._held.append((vendor, scenario))

    @property
    def flags(self) -> frozenset[str]:
        """What every world of this sandbox is told of the settings."""
        told = {"any_key": self.settings.any_key, "no_auth": self.settings.no_auth}
        return frozenset(flag for flag, is_set in told.items() if is_set)

    def _template(self, vendor: str, seed: int, start: Instant) -> World:
        """The world of a session that begins with no scenario."""
        key: Start = (vendor, (), seed, start)
        template = self._known(key)
        if template is None:
            begun = self._begun(vendor, self._empty(vendor, seed, start), start)
            template = self._keep(key, begun)
        return template.fork()

    def _known(self, key: Start) -> World | None:
        """The first world of that kind, if one is kept; the last one asked for stands last."""
        template = self._templates.pop(key, None)
        if template is not None:
            self._templates[key] = template
        return template

    def _keep(self, key: Start, world: World) -> World:
        templates = self._templates
        templates[key] = world
        records = sum(map(_size, templates.values()))
        while len(templates) > TEMPLATES or (records > TEMPLATE_RECORDS and len(templates) > 1):
            records -= _size(templates.pop(next(iter(templates))))
        return world

    def _begun(self, vendor: str, empty: World, start: Instant) -> World:
        """An empty world with what one begins with: by its vendor, else by the base that ships."""
        begin = self.vendors[vendor].begin
        if begin is not None:
            begin(empty, start)
            return empty
        base = self._base.get(vendor)
        if base is None:
            base = self._base[vendor] = self.scenario(f"{vendor}/{BASE}")
        finish(self.extending(empty, vendor, [base], start))
        return empty

    def _empty(self, vendor: str, seed: int, start: Instant) -> World:
        world = World(vendor, self.vendors[vendor].kinds, seed=seed, now=start)
        world.flags = self.flags
        return world


def _size(world: World) -> int:
    return sum(map(len, world.collections.values()))
