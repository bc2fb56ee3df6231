"""`python -m tests.documents FOLDER`: the table, and what was wrong in a round trip."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.documents.table import documents, row, told


def main(arguments: list[str]) -> int:
    """0 where every round trip went well."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m tests.documents FOLDER\n")
        return 2
    rows = [row(path) for path in documents(Path(arguments[0]))]
    sys.stdout.write(f"{told(rows)}\n")
    wrong = [(each.name, step) for each in rows for step in each.steps if step.wrong]
    for name, step in wrong:
        sys.stdout.write(f"{name} {step.operation}: {step.wrong}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
