"""How much a user's document may hold: values, levels of nesting, operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.structure import METHODS

DEEPEST = 200  # levels of nesting: far beyond any real document
# Objects, lists and plain values of all its files. A document of 5.7 MB has 144,000; one of
# 13 MB without a space in it about 650,000.
VALUES = 800_000
OPERATIONS = 30_000  # the largest published documents have 17,000
NARROW = "Leave out what you do not call"


class Size:
    """The values of a document's files, added up."""

    def __init__(self) -> None:
        self.values = 0

    def add(self, value: Any, file: str) -> None:
        """Counts a file's values; a ContractError where they are too many or nested too deep."""
        level = [value]
        for _ in range(DEEPEST + 1):
            self.values += len(level)
            if self.values > VALUES:
                what = f"holds more than {VALUES:,} values"
                raise ContractError(what, where=file, fix=NARROW)
            level = [
                each
                for node in level
                if type(node) is dict or type(node) is list
                for each in (node.values() if type(node) is dict else node)
            ]
            if not level:
                return
        raise too_deep(file)


def check_operations(document: Mapping[str, Any], file: str) -> None:
    """A ContractError where there are more operations than anybody serves."""
    items = document["paths"].values()
    found = sum(method in item for item in items if isinstance(item, dict) for method in METHODS)
    if found > OPERATIONS:
        what = f"has {found:,} operations, at most {OPERATIONS:,} are served"
        raise ContractError(what, where=file, fix=NARROW)


def too_deep(file: str) -> ContractError:
    return ContractError(
        f"is nested too deep: at most {DEEPEST} levels", where=file, fix="Use $ref instead"
    )
