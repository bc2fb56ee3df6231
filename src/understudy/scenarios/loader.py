"""From a file, a shipped name or JSON to a Scenario; every mistake with its place and the fix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from understudy import resources
from understudy.errors import ScenarioError
from understudy.openapi.operation import Contract
from understudy.scenarios.compiler import Compiler
from understudy.scenarios.language.grammar import definitions, schema
from understudy.scenarios.language.grammar_project import project_schema
from understudy.scenarios.language.grammar_rules import ref
from understudy.scenarios.language.operations import Names, known
from understudy.scenarios.language.source import Grammar, Source
from understudy.scenarios.language.source_cache import read_shipped
from understudy.scenarios.rules.rule import Rule
from understudy.scenarios.stories.model import Scenario, Verification
from understudy.vendor import Vendor

Contracts = Callable[[str], Contract]

YAML = ".yaml"
SUFFIXES = (YAML, ".yml", ".json")
RULES = 1_000  # rules or verifications in one admin request


class UnknownScenario(ScenarioError):
    """No file and no shipped scenario of that name."""


class UnreadableScenario(ScenarioError):
    """A file that nobody may read."""


class Begun(NamedTuple):
    """What sessions begin with: the project file, the world that it says, and whether it says a
    clock and a seed."""

    file: str = ""
    world: Mapping[str, Mapping[str, Any]] = {}
    says: frozenset[str] = frozenset()


def begun_with(project: Scenario) -> Begun:
    """What sessions begin with that begin with this project."""
    said = {"clock": project.clock, "seed": project.seed}
    says = frozenset(name for name, value in said.items() if value is not None)
    return Begun(project.file, project.world, says)


NOTHING = Begun()
LARGEST = 8 * 1024 * 1024  # bytes of a file: as many as a request's body has


def load(
    source: str | Path, vendors: Sequence[Vendor], contract: Contracts, begun: Begun = NOTHING
) -> Scenario:
    """The scenario of a file, or the shipped one of that name (`looply/lost-answer`)."""
    path = Path(source)
    if max(map(len, path.parts), default=0) > resources.LONGEST_NAME:
        raise unknown(str(source))
    shipped = _shipped(source) if isinstance(source, str) else None
    if shipped is None and not path.is_file():
        raise unknown(str(source))
    if shipped is not None and not path.is_file():
        name = f"{str(source).removesuffix(YAML)}{YAML}"
        return _load_shipped(shipped, name, vendors, contract, begun)
    return load_text(read_text(path), str(source), vendors, contract, begun)


def _shipped(name: str) -> Path | None:
    """The shipped scenario of that name, also as reports write it: `looply/lost-answer.yaml`."""
    return resources.scenario(name) or resources.scenario(name.removesuffix(YAML))


def load_shipped(
    name: str, vendors: Sequence[Vendor], contract: Contracts, begun: Begun = NOTHING
) -> Scenario:
    """The shipped scenario of that name, never another file."""
    path = resources.scenario(name)
    if path is None:
        raise unknown(name)
    return _load_shipped(path, f"{name}.yaml", vendors, contract, begun)


def _load_shipped(
    path: Path, file: str, vendors: Sequence[Vendor], contract: Contracts, begun: Begun
) -> Scenario:
    source = _read_shipped(path, file, vendors)
    scenario = _compiled(source, vendors, contract, begun.world)
    source.forget()
    return scenario


def _read_shipped(path: Path, file: str, vendors: Sequence[Vendor]) -> Source:
    names = sorted(each.name for each in vendors)
    return read_shipped(read_text(path), file, names, partial(_grammar, vendors))


def shipped_text(name: str) -> str:
    """The text of the shipped scenario of that name; UnknownScenario where there is none."""
    path = _shipped(name)
    if path is None:
        raise unknown(name)
    return read_text(path)


def load_text(
    text: str, file: str, vendors: Sequence[Vendor], contract: Contracts, begun: Begun = NOTHING
) -> Scenario:
    """The scenario of a YAML text; `file` is what its mistakes are told with."""
    is_project = bool(file) and file == begun.file
    grammar = _of_project(_Same(tuple(vendors))) if is_project else _grammar(vendors)
    source = grammar.read(text, file)
    scenario = _compiled(source, vendors, contract, {} if is_project else begun.world)
    source.forget()
    return scenario


def load_value(
    value: Any, vendors: Sequence[Vendor], contract: Contracts, begun: Begun = NOTHING
) -> Scenario:
    """The scenario of a JSON value; a mistake's place is its JSON pointer."""
    return _compiled(_grammar(vendors).given(value), vendors, contract, begun.world)


def load_rules(value: Any, vendors: Sequence[Vendor], contract: Contracts) -> tuple[Rule, ...]:
    """One rule or several, as JSON."""
    source, pointers = _several("rule", value)
    compiler = Compiler(source, Names(vendors, contract))
    return tuple(compiler.rule(pointer) for pointer in pointers)


def load_verifications(
    value: Any, vendors: Sequence[Vendor], contract: Contracts
) -> tuple[Verification, ...]:
    """One verification or several, as JSON."""
    source, pointers = _several("verification", value)
    compiler = Compiler(source, Names(vendors, contract))
    return tuple(compiler.verification(pointer) for pointer in pointers)


def unknown(name: str) -> UnknownScenario:
    """The refusal of a name that is neither a file nor shipped."""
    if max(map(len, name.split("/"))) > resources.LONGEST_NAME:
        what = f"no file and no scenario has a name of {len(name)} characters"
        return UnknownScenario(what, fix="Say the text of a scenario as `text`, its file by name")
    path, shipped = Path(name), resources.scenarios()
    if path.is_dir():
        return UnknownScenario("it is a folder", where=name, fix="Name the files in it")
    if path.suffix not in SUFFIXES or get_close_matches(name.removesuffix(YAML), shipped, 1, 0.8):
        what = f"there is no file and no shipped scenario `{name}`"
        return UnknownScenario(what, fix=known(name.removesuffix(YAML), shipped))
    beside = [str(each) for each in path.parent.glob(f"[!.]*{path.suffix}")]
    if beside:
        return UnknownScenario(f"there is no file `{name}`", fix=known(name, sorted(beside)))
    fix = "Check the path" if path.parent.is_dir() else f"There is no folder `{path.parent}`"
    return UnknownScenario(f"there is no file `{name}`", fix=fix)


def _compiled(
    source: Source,
    vendors: Sequence[Vendor],
    contract: Contracts,
    begun: Mapping[str, Mapping[str, Any]],
) -> Scenario:
    names = Names(vendors, contract, source.value.get("vendor"))

    def base(vendor: str) -> Mapping[str, Any]:
        more = {k: v for k, v in begun.get(vendor, {}).items() if isinstance(v, list)}
        shipped = _base(vendor, vendors)
        return {**shipped, **{name: [*shipped.get(name, ()), *more[name]] for name in more}}

    return Compiler(source, names, base=base).scenario()


def _base(vendor: str, vendors: Sequence[Vendor]) -> Mapping[str, Any]:
    """What the base world of a vendor says, for the names it gives."""
    path = resources.scenario(f"{vendor}/base")
    if path is None:
        return {}
    return _section(path, path.stat().st_mtime_ns, vendor, _Same(tuple(vendors)))


@lru_cache(maxsize=32)
def _section(path: Path, changed: int, vendor: str, vendors: _Same) -> Mapping[str, Any]:
    source = _read_shipped(path, f"{vendor}/base.yaml", vendors.vendors)
    section: Mapping[str, Any] = source.value.get("world", {}).get(vendor, {})
    return section


def _several(kind: str, value: Any) -> tuple[Source, list[str]]:
    many = isinstance(value, list)
    source = _part(kind, many=many).given(value)
    return source, [f"/{n}" for n in range(len(value))] if many else [""]


@lru_cache(maxsize=8)
def _part(kind: str, *, many: bool) -> Grammar:
    one = ref(kind)
    whole = {"type": "array", "items": one, "minItems": 1, "maxItems": RULES} if many else one
    return Grammar({"$defs": definitions(), **whole})


class _Same:
    """Vendors that count as one when they are the same objects."""

    def __init__(self, vendors: tuple[Vendor, ...]) -> None:
        self.vendors = vendors

    def __hash__(self) -> int:
        return hash(tuple(id(each) for each in self.vendors))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Same) or len(self.vendors) != len(other.vendors):
            return False
        return all(mine is theirs for mine, theirs in zip(self.vendors, other.vendors, strict=True))


def _grammar(vendors: Sequence[Vendor]) -> Grammar:
    return _of(_Same(tuple(vendors)))


@lru_cache(maxsize=8)
def _of(vendors: _Same) -> Grammar:
    return Grammar(schema(vendors.vendors))


@lru_cache(maxsize=4)
def _of_project(vendors: _Same) -> Grammar:
    return Grammar(project_schema(vendors.vendors), columns=True)


def read_text(path: Path) -> str:
    """The text of a scenario's file; ScenarioError where it cannot be read."""
    try:
        with path.open("rb") as opened:
            raw = opened.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableScenario(
            f"it cannot be read: {error.strerror}", where=str(path), fix="Check the file"
        ) from None
    if len(raw) > LARGEST:
        what = f"it has more than {LARGEST // 1024 // 1024} MB"
        raise UnreadableScenario(what, where=str(path), fix="Name a scenario, or cut it into parts")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ScenarioError(
            "a byte that is no UTF-8", where=f"{path}:{line}", fix="Save the file as UTF-8"
        ) from None
