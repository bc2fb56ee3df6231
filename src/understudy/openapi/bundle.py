"""A document with its files becomes one value, in which every `$ref` names a component."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as File
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from understudy.errors import ContractError
from understudy.openapi.component_names import ComponentNames, spoken
from understudy.openapi.document_files import DocumentFiles, UnusableError
from understudy.openapi.document_warning import Warnings
from understudy.openapi.pointer import NOTHING, at, steps_of
from understudy.openapi.reference import LIMIT
from understudy.openapi.structure import GONE, Kind, Path, Visitor, mapping, rewrite, spread

SPREADS = 2_000  # references that are written out in place; more of them is a bomb
# What an operation can do without: a reference from there that leads nowhere costs no more than it.
SPARE: frozenset[Kind] = frozenset(("response", "header", "example", "link", "callback"))
FIX = "Mend the reference, or declare what it names"


class _Target(NamedTuple):
    """Where a reference leads."""

    file: File
    steps: tuple[str, ...]
    value: Any


class _Waiting(NamedTuple):
    target: _Target
    kind: Kind
    name: str


class Bundled(NamedTuple):
    """The whole document, and where its components that came from elsewhere stood."""

    document: dict[str, Any]
    origins: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]]  # place: file and steps


def bundle(document: dict[str, Any], files: DocumentFiles, warnings: Warnings) -> Bundled:
    """All in one value; a reference that leads nowhere stays, with a warning for each place."""
    bundling = _Bundling(document, files, warnings)
    return Bundled(bundling.whole(), bundling.origins())


class _Bundling:
    def __init__(self, document: dict[str, Any], files: DocumentFiles, warnings: Warnings) -> None:
        self.document = document
        self.files = files
        self.warnings = warnings
        self.names = ComponentNames(document)
        self.moved: dict[tuple[File, tuple[str, ...], Kind], str] = {}
        self.waiting: list[_Waiting] = []
        self.known: dict[tuple[File, str, Kind], str | UnusableError] = {}
        self.made: dict[int, dict[str, Any]] = {}  # objects whose reference is right already
        self.open: set[tuple[File, tuple[str, ...]]] = set()  # being written out
        self.spreads = 0

    def whole(self) -> dict[str, Any]:
        made = rewrite(self.document, "document", _Following(self, self.files.main), [])
        while self.waiting:
            target, kind, name = self.waiting.pop()
            following = _Following(self, target.file)
            value = rewrite(target.value, kind, following, [*target.steps])
            self.names.add(kind, name, value)
        return self.names.joined(made)

    def origins(self) -> dict[tuple[str, ...], tuple[str, tuple[str, ...]]]:
        return {
            (*self.names.homes[kind], name): (self.files.name(file), steps)
            for (file, steps, kind), name in self.moved.items()
        }

    def refer(self, node: dict[str, Any], file: File, kind: Kind, path: Path) -> dict[str, Any]:
        """The object with the reference that means the same in the whole."""
        ref = node["$ref"]
        key = (file, ref, kind)
        if key not in self.known:
            try:
                self.known[key] = self._component(file, ref, kind)
            except UnusableError as error:
                self.known[key] = error
        found = self.known[key]
        if isinstance(found, UnusableError):
            self.tell(file, path, ref, found)
            return GONE if kind in SPARE else node
        made = node if found == ref else {**node, "$ref": found}
        self.made[id(made)] = made
        return made

    def branch(self, ref: str, file: File, path: Path) -> str:
        """The reference of a discriminator's branch; by its last word if it leads nowhere."""
        named = self.names.known("schema", PurePosixPath(ref.replace("#", "/")).stem)
        try:
            return self._component(file, ref, "schema")
        except UnusableError as error:
            if named is None:
                self.tell(file, path, ref, error)
            return named or ref

    def write_out(self, ref: str, file: File, kind: Kind, path: Path, *, named: bool) -> Any:
        """What the reference means, in its place; None: nothing, and it was told."""
        try:
            target = self._spreadable(file, ref)
        except UnusableError as error:
            self.tell(file, path, ref, error)
            return None
        following, steps = _Following(self, target.file), [*target.steps]
        walk = spread if named else rewrite
        place = (target.file, target.steps)
        self.open.add(place)
        found = walk(target.value, kind, following, steps)
        self.open.discard(place)
        return found

    def _spreadable(self, file: File, ref: str) -> _Target:
        self.spreads += 1
        if self.spreads > SPREADS:
            raise UnusableError(f"is one too many that is written out: at most {SPREADS}")
        target = self._target(file, ref)
        if (target.file, target.steps) in self.open:
            raise UnusableError("runs in a circle")
        if not isinstance(target.value, dict):
            raise UnusableError("names no object")
        return target

    def tell(self, file: File, path: Path, ref: str, error: UnusableError) -> None:
        what = f"$ref {ref[:200]} {error}"
        self.warnings.add(self.files.name(file), [*path, "$ref"], what, FIX)

    def _component(self, file: File, ref: str, kind: Kind) -> str:
        target = self._target(file, ref)
        if target.file == self.files.main and target.steps[:-1] == self.names.homes[kind]:
            known = self.names.known(kind, target.steps[-1])
            if known is not None:
                return known
        return self.names.reference(kind, self._moved(target, kind))

    def _moved(self, target: _Target, kind: Kind) -> str:
        """The name of what stood elsewhere, and becomes a component once."""
        key = (target.file, target.steps, kind)
        if key not in self.moved:
            last = 2 if target.file == self.files.main else 1
            name = self.names.new(kind, spoken(target.steps, last=last, default=target.file.stem))
            self.moved[key] = name
            if kind == "example" and not _is_example(target.value):
                target = target._replace(value={"value": target.value})
            self.waiting.append(_Waiting(target, kind, name))
        return self.moved[key]

    def _target(self, file: File, ref: str) -> _Target:
        """Where the reference leads; what is only a reference itself must lead somewhere."""
        first = last = self._step(file, ref)
        for _ in range(LIMIT):
            value = last.value
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return first
            last = self._step(last.file, value["$ref"])
        raise UnusableError("runs in a circle")

    def _step(self, file: File, ref: str) -> _Target:
        before, _, pointer = ref.partition("#")
        where = self.files.find(before, file) if before else file
        steps = steps_of(pointer)
        if steps is None:
            raise UnusableError("is no JSON pointer")
        try:
            value = at(self.files.value(where), steps)
        except ContractError as error:
            raise UnusableError(f"names a file that {error.what}") from None
        if value is NOTHING or value is None:
            raise UnusableError("points to nothing")
        return _Target(where, tuple(steps), value)


class _Following(Visitor):
    """References as they are meant in one of the files."""

    def __init__(self, bundling: _Bundling, file: File) -> None:
        self.bundling = bundling
        self.file = file

    def visit(self, node: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        if id(node) in self.bundling.made:
            return node
        if kind == "schema" and isinstance(node.get("discriminator"), dict):
            node = self._discriminated(node, path)
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return node
        if kind in self.bundling.names.homes:
            return self.bundling.refer(node, self.file, kind, path)
        found = self.bundling.write_out(ref, self.file, kind, path, named=False)
        return node if found is None else {**found, **_beside(node)}

    def spread(self, names: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        found = self.bundling.write_out(names["$ref"], self.file, kind, path, named=True)
        return _beside(names) if found is None else {**found, **_beside(names)}

    def _discriminated(self, node: dict[str, Any], path: Path) -> dict[str, Any]:
        """The values' branches by the references of the whole."""
        rule = node["discriminator"]
        place = [*path, "discriminator", "mapping"]
        said = mapping(rule, "mapping")
        meant = {value: self._branch(ref, [*place, value]) for value, ref in said.items()}
        if not meant or meant == rule["mapping"]:
            return node
        made = {**node, "discriminator": {**rule, "mapping": meant}}
        if "$ref" not in made:
            self.bundling.made[id(made)] = made
        return made

    def _branch(self, ref: Any, path: Path) -> Any:
        """A component's name will do, and so will a reference that ends in one."""
        if not isinstance(ref, str) or not ("#" in ref or "." in ref):
            return ref
        return self.bundling.branch(ref, self.file, path)


def _beside(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if key != "$ref"}


def _is_example(value: Any) -> bool:
    return isinstance(value, dict) and not value.keys().isdisjoint(
        ("value", "externalValue", "$ref")
    )
