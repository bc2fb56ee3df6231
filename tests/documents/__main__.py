"""`python -m tests.documents FOLDER`: how the documents of a folder are read, and what state their
operations have, as two tables.

With `--wrong` also where no sample keeps to its schema. Ends with 1 where a figure is missed, those
of `least_shares` for documents that are known among them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.documents import table as state
from tests.documents.least_shares import below
from tests.documents.measure import Measured, measure

WORDS = (
    "document version seconds cached MB operations warnings schemas broken samples valid"
    " KB99 KBmax ms50 ms99 msmax"
)
HEAD = WORDS.split()
VALID, SMALL, KILOBYTES, MILLISECONDS = 0.99, 0.99, 16, 20  # at least, of them below, at most
SUFFIXES = (".json", ".yaml", ".yml")


def main(arguments: Sequence[str]) -> int:
    """Measure each document in a process of its own, and print what came out."""
    wrong = "--wrong" in arguments
    places = [Path(each) for each in arguments if not each.startswith("--")]
    if "--one" in arguments:
        print(json.dumps(asdict(measure(places[0]))))
        return 0
    measured = [_apart(file) for place in places for file in documents(place)]
    print(table(measured))
    for each in measured:
        for place in each.wrong if wrong else ():
            print(f"{each.document}: no sample for {place}")
    loaded = [each.document for each in measured if not each.refused]
    files = [file for place in places for file in documents(place) if file.name in loaded]
    rows = [state.row(file) for file in files]
    print(f"\n{state.told(rows)}")
    missed = [*misses(measured)]
    missed += [
        f"{row.name} {step.operation}: {step.wrong}"
        for row in rows
        for step in row.steps
        if step.wrong
    ]
    missed += [line for row in rows for line in below(row)]
    print(*missed, sep="\n")
    return 1 if missed or not measured else 0


def documents(folder: Path) -> list[Path]:
    """The documents of a folder."""
    return sorted(each for each in folder.iterdir() if each.suffix in SUFFIXES)


def _apart(file: Path) -> Measured:
    command = [sys.executable, "-m", "tests.documents", "--one", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    return Measured(**json.loads(ran.stdout))


def table(measured: Iterable[Measured]) -> str:
    """One line for each document, below a head."""
    rows = [HEAD, *map(_row, measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(each: Measured) -> list[str]:
    if each.refused:
        return [each.document, "refused", *["-"] * (len(HEAD) - 2)]
    return [
        each.document,
        each.version,
        f"{each.seconds:.2f}",
        f"{each.again:.3f}",
        f"{each.megabytes:.0f}",
        str(each.operations),
        str(each.warnings),
        str(each.schemas),
        str(each.broken),
        str(each.samples),
        f"{_valid(each):.1%}",
        f"{_part(each.bytes, 0.99) / 1e3:.1f}",
        f"{_part(each.bytes, 1) / 1e3:.1f}",
        f"{_part(each.milliseconds, 0.5):.1f}",
        f"{_part(each.milliseconds, 0.99):.1f}",
        f"{_part(each.milliseconds, 1):.1f}",
    ]


def misses(measured: Sequence[Measured]) -> Iterable[str]:
    """What is worse than it must be, over all documents."""
    for each in measured:
        if each.refused:
            yield f"missed: {each.document} does not load: {each.refused}"
    samples = sum(each.samples for each in measured)
    sizes = [size for each in measured for size in each.bytes]
    if samples and len(sizes) / samples < VALID:
        yield f"missed: {len(sizes)} of {samples} samples keep to their schema"
    if _part(sizes, SMALL) > KILOBYTES * 1e3:
        yield f"missed: of 100 samples one is larger than {_part(sizes, SMALL) / 1e3:.0f} KB"
    times = [time for each in measured for time in each.milliseconds]
    if _part(times, 0.99) > MILLISECONDS:
        yield f"missed: of 100 samples one takes more than {_part(times, 0.99):.0f} ms"


def _valid(each: Measured) -> float:
    return len(each.bytes) / each.samples if each.samples else 1.0


def _part(values: Sequence[float], part: float) -> float:
    """The value that this part of all values does not exceed."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] if values else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
