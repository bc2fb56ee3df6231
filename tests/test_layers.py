"""Who may import whom, and who may look at a clock: the house's rules against the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = "understudy"
SOURCE = Path(__file__).parent.parent / "src" / PACKAGE

# Every folder and every module beside them, lowest first; a new one without an entry fails.
LAYERS: tuple[str, ...] = (
    "errors settings slices",
    "resources yaml",
    "openapi simulation",
    "vendor",
    "vendors modeled scenarios",
    "project",
    "store",
    "server",
    "checks live",
    "client cli mcp",
    "plugin __main__",
)
# Folders that are cut into rooms: a room imports from itself and from rooms before it. What lies
# in the folder itself is its last room.
ROOMS: dict[str, str] = {
    "scenarios": "language rules stories",
    "server": "wire sessions pipeline admin console",
}
# Every vendor's folder has these modules, so that a new vendor needs no line here.
VENDOR_MODULES = {"", "records", "lifecycle", "handlers", "wire", "envelope"}

# What is served is a value that is handed in; here is what hands in those that ship.
SHIPPED_TO = {"cli", "client"}

# Time and chance come from the session's clock and seed, never from the machine.
CLOCKS = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "uuid": {"uuid1", "uuid4"},
    "os": {"urandom"},
}
CHANCE = {"random", "secrets"}
MAY_LOOK_AT_THE_CLOCK = {
    "checks.report_time": "when a report was made, and how long its steps took",
    "simulation.clock": "the session's clock itself",
    "slices": "how long a slice of work has lasted",
    "cli.terminal": "how long a person has waited",
}


def modules() -> dict[str, Path]:
    """Every module of the package: dotted name below it -> file."""
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = file
    return found


MODULES = modules()
TABLE = {name: layer for layer, names in enumerate(LAYERS) for name in names.split()}


def folder_of(module: str) -> str:
    """The folder, or the module beside the folders, that a module belongs to."""
    return module.split(".")[0]


def vendor_of(module: str) -> str | None:
    """The vendor in whose folder the module lies; None for the rest of the house."""
    parts = module.split(".")
    if parts[0] != "vendors" or len(parts) < 2:
        return None
    return parts[1] if (SOURCE / "vendors" / parts[1]).is_dir() else None


def room_of(module: str) -> int:
    """The place of a module's room among those of its folder."""
    rooms = ROOMS.get(folder_of(module), "").split()
    parts = module.split(".")
    return rooms.index(parts[1]) if len(parts) > 1 and parts[1] in rooms else len(rooms)


@cache
def imports(module: str) -> tuple[tuple[str, int], ...]:
    """Which modules of the package a module imports, wherever in the file, and on what line."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found.extend(known(alias.name, node.lineno))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute"
            for alias in node.names:
                found.extend(known(f"{node.module}.{alias.name}", node.lineno))
    return tuple(found)


def known(name: str, line: int) -> Iterator[tuple[str, int]]:
    """The module that a dotted name means, `package.module.attribute` included."""
    if name != PACKAGE and not name.startswith(f"{PACKAGE}."):
        return
    below = name.removeprefix(PACKAGE).removeprefix(".")
    while below not in MODULES:
        below = below.rpartition(".")[0]
    if below:
        yield below, line


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_has_a_layer(module: str) -> None:
    if not module:
        return
    assert folder_of(module) in TABLE, f"{module} has no entry in the table of layers"
    vendor = vendor_of(module)
    if vendor is not None:
        name = module.removeprefix(f"vendors.{vendor}").removeprefix(".").split(".")[0]
        assert name in VENDOR_MODULES, f"{module} is none of a vendor's modules"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_down_or_stay_in_the_folder(module: str) -> None:
    for target, line in imports(module):
        here, there = folder_of(module), folder_of(target)
        if not here or here == there:
            continue
        assert TABLE[there] < TABLE[here], f"{module}:{line} imports {target}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_room_imports_only_rooms_before_it(module: str) -> None:
    for target, line in imports(module):
        if folder_of(module) in ROOMS and folder_of(module) == folder_of(target):
            assert room_of(target) <= room_of(module), f"{module}:{line} imports {target}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_vendor_imports_another(module: str) -> None:
    own = vendor_of(module)
    if own is None:
        return
    for target, line in imports(module):
        assert vendor_of(target) in {own, None}, f"{module}:{line} imports {target}"
        assert target != "vendors", f"{module}:{line} imports the vendors that ship"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_the_command_line_and_the_client_name_the_vendors_that_ship(module: str) -> None:
    if folder_of(module) not in SHIPPED_TO:
        assert "vendors" not in {target for target, _ in imports(module)}


@pytest.mark.parametrize("folder", sorted({folder_of(module) for module in MODULES} - {""}))
def test_files_do_not_import_each_other_in_circles(folder: str) -> None:
    graph = {
        module: {target for target, _ in imports(module) if folder_of(target) == folder}
        for module in MODULES
        if folder_of(module) == folder
    }
    assert circle(graph) == []


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A circle of a graph, from a file back to itself; empty where there is none."""
    done: set[str] = set()

    def from_here(module: str, way: list[str]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module in done:
            return []
        for target in sorted(graph[module]):
            found = from_here(target, [*way, module])
            if found:
                return found
        done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := from_here(module, []))), [])


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b", "c", "b"]),
        ({"a": {"a"}}, ["a", "a"]),
    ],
)
def test_a_circle_is_found(graph: dict[str, set[str]], found: list[str]) -> None:
    assert circle(graph) == found


@pytest.mark.parametrize("module", sorted(set(MODULES) - set(MAY_LOOK_AT_THE_CLOCK)))
def test_time_and_chance_come_from_the_session(module: str) -> None:
    assert list(clocks_and_dice(MODULES[module].read_text(encoding="utf-8"))) == []


def clocks_and_dice(source: str) -> Iterator[str]:
    """Every look at the machine's clock or dice in a source, as `line: name`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = getattr(owner, "attr", getattr(owner, "id", ""))
            if node.attr in CLOCKS.get(name, ()):
                yield f"{node.lineno}: {name}.{node.attr}"
        elif isinstance(node, ast.Import):
            yield from (
                f"{node.lineno}: {alias.name}" for alias in node.names if alias.name in CHANCE
            )
        elif isinstance(node, ast.ImportFrom):
            forbidden = CLOCKS.get(node.module or "", set())
            yield from (
                f"{node.lineno}: {node.module}.{alias.name}"
                for alias in node.names
                if node.module in CHANCE or alias.name in forbidden
            )


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "from time import monotonic",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime\ndatetime.utcnow()",
        "import random",
        "from secrets import token_hex",
        "from uuid import uuid4",
        "import uuid\nuuid.uuid4()",
        "import os\nos.urandom(4)",
    ],
)
def test_a_look_at_the_machines_clock_or_dice_is_found(source: str) -> None:
    assert len(list(clocks_and_dice(source))) == 1


def test_an_allowance_names_a_module_that_needs_it() -> None:
    for module in MAY_LOOK_AT_THE_CLOCK:
        assert list(clocks_and_dice(MODULES[module].read_text(encoding="utf-8")))
