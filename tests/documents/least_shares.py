"""What must be understood of documents that many know: the least share of true state, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.documents.table import Row


class Least(NamedTuple):
    """What is reached at least."""

    operations: int
    state: int  # percent of the operations that have true state
    trips: int  # calls of round trips, none of which may fail
    calls: int = 0  # operations known as remote calls


LEAST = {
    "adyen-management": Least(134, 75, 97),
    "box": Least(294, 65, 184),
    "digitalocean": Least(659, 52, 334),
    "museum": Least(8, 62, 5),
    "petstore2": Least(20, 60, 12),
    "petstore3": Least(19, 57, 11),
    "realworld": Least(19, 57, 11),
    "resend": Least(104, 78, 82),
    "slack": Least(174, 0, 0, 88),
    "spotify": Least(96, 46, 43),
    "xero": Least(235, 67, 155),
    "zoom": Least(155, 58, 89),
}


def below(row: Row) -> Iterator[str]:
    """What a document that is known falls short of."""
    least = LEAST.get(row.name)
    if least is None:
        return
    figures = (
        ("operations", row.operations, least.operations),
        ("percent with true state", int(row.state), least.state),
        ("calls of round trips", len(row.steps), least.trips),
        ("remote calls", row.roles["rpc"], least.calls),
    )
    for what, got, wanted in figures:
        if got < wanted:
            yield f"missed: {row.name} has {got} {what}, at least {wanted} are wanted"
