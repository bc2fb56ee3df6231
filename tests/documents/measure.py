"""What is measured of one document: reading, schemas, samples."""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import environ
from pathlib import Path as File
from time import process_time
from typing import Any

import msgspec

from understudy.errors import ContractError, UnderstudyError
from understudy.openapi.sample import sample
from understudy.openapi.schema import Checker
from understudy.openapi.schemas import Schemas
from understudy.openapi.structure import METHODS, Kind, Path, Visitor, mapping, rewrite
from understudy.openapi.user_document import read_document
from understudy.resources import CACHE


@dataclass(slots=True)
class Measured:
    """One line of the table."""

    document: str
    refused: str = ""
    version: str = ""
    seconds: float = 0
    again: float = 0  # seconds, from the cache
    megabytes: float = 0  # of the process that reads it and compiles all of it
    operations: int = 0
    warnings: int = 0
    schemas: int = 0
    broken: int = 0  # schemas that do not compile
    samples: int = 0
    wrong: list[str] = field(default_factory=list)  # where no sample keeps to its schema
    bytes: list[int] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def measure(file: File) -> Measured:
    """Read a document as for the first time, compile every schema of it, and sample each body."""
    made = Measured(file.name)
    with _empty_cache():
        try:
            start = process_time()
            document = read_document(file)
            made.seconds = process_time() - start
            start = process_time()
            read_document(file)
            made.again = process_time() - start
        except UnderstudyError as error:
            made.refused = str(error)
            return made
    made.version, made.warnings = document.version, len(document.warnings)
    made.operations = len([*_operations(document.value)])
    schemas = Schemas(mapping(mapping(document.value, "components"), "schemas"))
    for schema, place in _bodies(document.value):
        _compile(schema, schemas, made)
        _sample(schema, schemas, place, made)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    made.megabytes = peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return made


@contextmanager
def _empty_cache() -> Iterator[None]:
    before = environ.get(CACHE)
    with tempfile.TemporaryDirectory() as folder:
        environ[CACHE] = folder
        try:
            yield
        finally:
            environ.pop(CACHE)
            if before is not None:
                environ[CACHE] = before


def _operations(document: dict[str, Any]) -> Iterator[str]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if isinstance(item, dict) and method in item:
                yield f"{method} {path}"


def _compile(schema: Any, schemas: Schemas, made: Measured) -> None:
    made.schemas += 1
    try:
        Checker(schema, schemas).compile()
    except ContractError:
        made.broken += 1


def _sample(schema: Any, schemas: Schemas, place: str, made: Measured) -> None:
    made.samples += 1
    start = process_time()
    try:
        value = sample(schema, schemas, made.samples)
    except ContractError:
        made.wrong.append(place)
    else:
        made.bytes.append(len(msgspec.json.encode(value)))
    made.milliseconds.append((process_time() - start) * 1e3)


def _bodies(document: dict[str, Any]) -> list[tuple[Any, str]]:
    """The schemas of all bodies that are JSON, with their places."""
    finding = _Bodies()
    rewrite(document, "document", finding, [])
    return finding.found


class _Bodies(Visitor):
    def __init__(self) -> None:
        self.found: list[tuple[Any, str]] = []

    def visit(self, node: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        if kind == "mediaType" and "json" in path[-1] and "schema" in node:
            self.found.append((node["schema"], "/".join(path)))
        return node
