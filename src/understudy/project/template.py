"""The text of a new project file: what was inferred, and beside each line why it is there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from understudy.scenarios.language.values import as_text

WIDTH = 80
HEAD = """\
# The sandbox of this folder, found by `understudy serve` and other commands.
# All of it is optional. `understudy show --scenario-schema` is its JSON Schema,
# by which an editor explains each key.
understudy: 1
"""
SERVED = """\
# What is served, by name: documents relative to this file, vendors that ship.
serve:
"""
OPTIONS = """\
# What `understudy serve` takes as options; the command line wins over these.
# options: { port: 4010, any_key: true, watch: true }
"""
START = """\
# How sessions begin: their clock (else the machine's), and what decides ids.
# clock: { at: "2026-01-05T09:00:00Z" }
# seed: 7
"""
INFERRED = """\
# What was inferred of each document, to be edited; above an operation stands by
# which rule, and what the rule saw. What is not said here is inferred again.
behaviour:
"""
WORLD = """\
# Records that are there at the start, beside those that a sandbox makes up.
# world:
#   {name}:
#     {collection}:
#       - {{ {fields} }}
"""
RULES = """\
# When this call comes, answer that or fail so.
# rules:
#   - {{ operation: {operation}, times: 1, reply: 503 }}
#   - {{ operation: {operation}, fault: {{ lose: answer }} }}
"""


def project_text(
    title: str,
    serve: Mapping[str, str],
    behaviour: Mapping[str, Sequence[str]],
    example: tuple[str, str],
    entry: Iterable[str] = (),
) -> str:
    """A project that serves these: by name a document, "" for a vendor that ships. `behaviour` are
    the lines below each document's name, `example` a document or vendor and an operation of it,
    `entry` what stands for a record: its collection, then its fields."""
    return "\n".join(_parts(title, serve, behaviour, example, tuple(entry)))


def _parts(
    title: str,
    serve: Mapping[str, str],
    behaviour: Mapping[str, Sequence[str]],
    example: tuple[str, str],
    entry: tuple[str, ...],
) -> Iterator[str]:
    yield f"{HEAD}scenario: {as_text(title)}\n"
    served = (f"  {name}:{f' {as_text(file)}' if file else ''}" for name, file in serve.items())
    yield SERVED + "".join(f"{line}\n" for line in served)
    if behaviour:
        yield INFERRED + "".join(f"{line}\n" for line in _behaviour(behaviour))
    yield OPTIONS
    yield START
    name, operation = example
    if entry:
        yield WORLD.format(name=name, collection=entry[0], fields=", ".join(entry[1:]))
    if operation:
        yield RULES.format(operation=f"{name}.{operation}")


def _behaviour(behaviour: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name, lines in behaviour.items():
        yield f"  {name}:{'' if lines else ' {}'}"
        yield from lines


def beside(file: str, project: Path) -> str:
    """A document's path as a project file says it."""
    seen = Path(os.path.relpath(file, project.parent)).as_posix()
    return seen if seen.startswith("../") else f"./{seen}"
