"""`python -m tests.benchmark [--seconds N] [--rounds N] [--json]`."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmark import load, measure, pauses, suites

WIDTHS = (34, 12, 12, 12, 9, 9, 9, 9, 8)
HEAD = (
    "operation",
    "server",
    "requests/s",
    "/starlette",
    "p50 ms",
    "p99 ms",
    "longest",
    "cpu us",
    "failed",
)


def main() -> None:
    """Measures everything, prints a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="of each load (default 3)")
    parser.add_argument("--rounds", type=int, default=5, help="medians over these (default 5)")
    parser.add_argument("--requests", type=int, default=200_000, help="of the memory measure")
    parser.add_argument("--json", action="store_true", help="numbers only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rounds = measure.throughput(Path(folder), asked.seconds, asked.rounds)
        found = {
            "generator": load.generator(),
            "connections": load.CONNECTIONS,
            "throughput": summary(rounds),
            "slowest ms": pauses.pauses(Path(folder), asked.rounds),
            "first answer ms": measure.start(Path(folder)),
            "memory MB": measure.memory(Path(folder), asked.requests, asked.seconds),
            "log us": measure.log(Path(folder), asked.seconds, asked.rounds),
            "moments ms": measure.moments(Path(folder)),
            "a test ms": suites.per_test(Path(folder)),
            "pytest plugin ms": suites.plugin(Path(folder) / "empty"),
        }
    print(json.dumps(found, indent=2) if asked.json else text(found))


def summary(rounds: measure.Rounds) -> list[dict[str, Any]]:
    """The medians of each server on each operation, beside bare Starlette's."""
    rows = []
    for operation, servers in rounds.items():
        bare = median(each.per_second for each in servers["starlette"])
        for server, runs in servers.items():
            per_second = median(each.per_second for each in runs)
            rows.append(
                {
                    "operation": operation,
                    "server": server,
                    "requests/s": round(per_second),
                    "/starlette": round(per_second / bare, 2),
                    "p50 ms": round(median(each.p50 for each in runs), 2),
                    "p99 ms": round(median(each.p99 for each in runs), 2),
                    "longest": round(median(each.longest for each in runs), 1),
                    "cpu us": round(median(each.cpu for each in runs), 1),
                    "failed": sum(each.failed for each in runs),
                }
            )
    return rows


def text(found: dict[str, Any]) -> str:
    """The same for a person."""
    rows = [HEAD, *(tuple(str(row[name]) for name in HEAD) for row in found["throughput"])]
    lines = [
        "".join(cell.ljust(width) for cell, width in zip(row, WIDTHS, strict=True)) for row in rows
    ]
    facts = [
        f"{what}: " + ", ".join(f"{name} {value}" for name, value in found[what].items())
        for what in (
            "first answer ms",
            "memory MB",
            "log us",
            "moments ms",
            "a test ms",
            "pytest plugin ms",
        )
    ]
    slowest = ", ".join(f"{n} {e['p99']}/{e['longest']}" for n, e in found["slowest ms"].items())
    facts.insert(0, f"slowest ms, p99/longest of {pauses.SECONDS:g} s at resume: {slowest}")
    how = f"load: {found['generator']}, {found['connections']} connections on loopback"
    return "\n".join([*lines, "", *facts, how])


if __name__ == "__main__":
    main()
