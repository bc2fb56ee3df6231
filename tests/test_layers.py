"""Who may import whom, and who may look at a clock: the house's rules against the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "understudy"
SOURCE = Path(__file__).parent.parent / "src" / PACKAGE

# Every module by its dotted name below the package; a new module without an entry fails.
LAYERS: dict[int, str] = {
    0: "errors settings resources",
    1: """
        openapi openapi.document openapi.compiler openapi.operation openapi.router
        openapi.answers openapi.inputs openapi.order openapi.parameters openapi.pattern
        openapi.reference
        openapi.request openapi.sample openapi.schema openapi.source openapi.texts
        openapi.violations openapi.words openapi.yaml
        simulation simulation.clock simulation.collection simulation.events
        simulation.identifiers simulation.image simulation.journal simulation.kind
        simulation.lifecycle
        simulation.paces simulation.progress
        simulation.schedule simulation.steps simulation.timeline simulation.trail
        simulation.waiting
        simulation.world simulation.writing
    """,
    2: "vendor",
    3: """
        vendors vendors.fastapi vendors.lax vendors.population vendors.pydantic vendors.refusals
        vendors.rooms
        scenarios scenarios.yaml scenarios.yaml_text scenarios.model scenarios.loader
        scenarios.match
        scenarios.rules scenarios.faults scenarios.replay scenarios.export
        scenarios.captures scenarios.compile scenarios.conditions scenarios.effects
        scenarios.fields scenarios.grammar scenarios.history scenarios.jsonpath
        scenarios.names scenarios.parts
        scenarios.prefer scenarios.quotas scenarios.recorded scenarios.renewal
        scenarios.replies scenarios.rule scenarios.shape scenarios.shelf
        scenarios.source scenarios.steps scenarios.timelines scenarios.values
        scenarios.calls scenarios.expect scenarios.memory scenarios.report scenarios.target
        scenarios.verified scenarios.limits scenarios.making
        scenarios.mistakes
        scenarios.arrival scenarios.gate
    """,
    4: """
        server server.addressing server.app server.bounds server.call server.connection
        server.delivery
        server.exchange server.face server.familiar server.forced server.front server.heads
        server.inprocess server.keys server.latency server.listen server.moves
        server.naming server.outbox server.own server.pages
        server.pipeline
        server.protocol server.record server.reply server.session server.sessions
        server.snapshot server.stray server.sound
        server.stamp server.strangers server.watch server.thread
        server.admin server.admin.again server.admin.attempts server.admin.clock
        server.admin.coverage
        server.admin.envelope server.admin.mistakes
        server.admin.explain server.admin.guard
        server.admin.export server.admin.lookup server.admin.missing
        server.admin.nearest
        server.admin.records
        server.admin.requests server.admin.rules server.admin.scenarios server.admin.sessions
        server.admin.snapshot server.admin.story
        server.admin.vendors server.admin.verify server.admin.words
    """,
    5: """
        checks checks.allowances checks.conformance checks.contract checks.coverage
        checks.coverage_report checks.engine checks.identities checks.outcome checks.remote
        checks.natural checks.report checks.reports checks.stage checks.tally
    """,
    6: """
        client client.clock client.credentials client.door client.durations client.guard
        client.intercept client.sandbox client.scenario client.served client.session
        client.transport
        cli cli.alive cli.answers cli.check cli.coverage
        cli.env cli.files cli.foreign cli.given cli.record
        cli.remote cli.replay cli.serve cli.show
        cli.tables cli.targets cli.validate cli.unserved cli.variables cli.vendors cli.welcome
        cli.why cli.words cli.world
    """,
    7: """
        plugin plugin.ini plugin.marker plugin.run plugin.server plugin.stories plugin.summary
        plugin.unmet plugin.watched
        __main__
    """,
}
# Every vendor's folder has these rooms, so that a new vendor needs no line here.
VENDOR_ROOMS = {"", "records", "lifecycle", "handlers", "wire", "envelope"}
VENDOR_LAYER = 3

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
    "simulation.clock": "the session's clock itself",
    "cli.alive": "how long a person has waited",
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
TABLE = {name: layer for layer, names in LAYERS.items() for name in names.split()}


def layer_of(module: str) -> int | None:
    vendor = vendor_of(module)
    if vendor is not None:
        room = module.removeprefix(f"vendors.{vendor}").removeprefix(".")
        return VENDOR_LAYER if room.split(".")[0] in VENDOR_ROOMS else None
    return TABLE.get(module)


def vendor_of(module: str) -> str | None:
    """The vendor in whose folder the module lies; None for the rest of the house."""
    parts = module.split(".")
    if parts[0] != "vendors" or len(parts) < 2:
        return None
    return parts[1] if (SOURCE / "vendors" / parts[1]).is_dir() else None


def folder_of(module: str) -> str:
    """The folder a module is part of; the package's own top counts as one."""
    vendor = vendor_of(module)
    if vendor is not None:
        return f"vendors.{vendor}"
    head = module.split(".")[0]
    return head if (SOURCE / head).is_dir() else ""


def imports(module: str) -> Iterator[tuple[str, int]]:
    """Which modules of the package a module imports, wherever in the file, and on what line."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from known(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: imports are absolute"
            for alias in node.names:
                yield from known(f"{node.module}.{alias.name}", node.lineno)


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
    if module:
        assert layer_of(module) is not None, f"{module} has no entry in the table of layers"


def test_the_table_names_no_module_twice() -> None:
    names = [name for names in LAYERS.values() for name in names.split()]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_down_or_stay_in_the_folder(module: str) -> None:
    for target, line in imports(module):
        own = folder_of(module) == folder_of(target)
        here, there = layer_of(module), layer_of(target)
        if here is None or there is None:
            continue  # told by test_every_module_has_a_layer
        if own:
            assert there <= here, f"{module}:{line} imports {target} of a higher layer"
        else:
            assert there < here or is_shared_by_vendors(module, target), (
                f"{module}:{line} (layer {here}) imports {target} (layer {there})"
            )


def is_shared_by_vendors(module: str, target: str) -> bool:
    """`vendors/__init__` holds the tuple of all vendors; a platform of several stands beside it."""
    if module == "vendors":
        return vendor_of(target) is not None
    return vendor_of(module) is not None and folder_of(target) == "vendors" != target


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_vendor_imports_another(module: str) -> None:
    own = vendor_of(module)
    if own is None:
        return
    others = {vendor_of(target) for target, _ in imports(module)} - {own, None}
    assert others == set(), f"{module} imports {others}"


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
