"""A lifecycle as a drawing: states in columns, transitions as curves, some of them lit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from understudy.simulation.lifecycle import Lifecycle

CHARACTER = 7.3  # pixels of a letter, about
HEIGHT, GAP, BETWEEN, EDGE, BULGE = 30, 22, 90, 14, 26


class Box(NamedTuple):
    """A state, and where it is drawn."""

    state: str
    x: float
    y: float
    width: float
    is_lit: bool

    @property
    def middle(self) -> float:
        return self.y + HEIGHT / 2

    @property
    def right(self) -> float:
        return self.x + self.width


class Curve(NamedTuple):
    """The transitions from one state to another."""

    path: str
    events: tuple[str, ...]
    source: str
    target: str
    is_lit: bool


class Drawing(NamedTuple):
    """All of it."""

    width: int
    height: int
    boxes: list[Box]
    curves: list[Curve]


Pair = tuple[str, str]


def draw(
    lifecycle: Lifecycle, state: str = "", happened: Collection[tuple[str, str, str]] = ()
) -> Drawing:
    """The lifecycle with a state lit and what is possible from it; or with what has happened."""
    pairs: dict[Pair, list[str]] = {}
    for source, event, target in lifecycle.rows():
        pairs.setdefault((source, target), []).append(event)
    boxes = _boxes(_columns(lifecycle, pairs), state)
    lit = {(source, target) for source, _, target in happened}
    curves = [
        _curve(boxes[a], boxes[b], tuple(events), a == state or (a, b) in lit)
        for (a, b), events in pairs.items()
        if a in boxes and b in boxes
    ]
    curves.sort(key=lambda each: each.is_lit)  # what is lit is drawn above the rest
    width = max(each.right for each in boxes.values()) + 4 * EDGE + BULGE
    height = max(each.y for each in boxes.values()) + HEIGHT + 2 * EDGE
    return Drawing(round(width), round(height), list(boxes.values()), curves)


def _columns(lifecycle: Lifecycle, pairs: Iterable[Pair]) -> list[list[str]]:
    """The states by how many steps they are from a first one; where none leads, at the end."""
    after: dict[str, list[str]] = {}
    for source, target in pairs:
        after.setdefault(source, []).append(target)
    entered = {target for source, target in after_pairs(after) if source != target}
    first = [each for each in lifecycle.states if each not in entered] or [lifecycle.states[0]]
    columns, placed = [first], set(first)
    while True:
        found = dict.fromkeys(
            target for each in columns[-1] for target in after.get(each, ()) if target not in placed
        )
        rest = [each for each in lifecycle.states if each not in placed]
        if not found and not rest:
            return columns
        columns.append(list(found) or rest)
        placed |= set(columns[-1])


def after_pairs(after: Mapping[str, Iterable[str]]) -> Iterator[Pair]:
    """Each source with each of its targets."""
    for source, targets in after.items():
        yield from ((source, target) for target in targets)


def _boxes(columns: list[list[str]], state: str) -> dict[str, Box]:
    tallest = max(len(each) for each in columns)
    boxes, x = {}, float(EDGE)
    for column in columns:
        width = max(len(each) for each in column) * CHARACTER + 26
        top = EDGE + (tallest - len(column)) * (HEIGHT + GAP) / 2
        for place, each in enumerate(column):
            boxes[each] = Box(each, x, top + place * (HEIGHT + GAP), width, each == state)
        x += width + BETWEEN
    return boxes


def _curve(a: Box, b: Box, events: tuple[str, ...], is_lit: bool) -> Curve:
    if a.state == b.state:
        x, y = a.x + a.width / 2, a.y
        path = f"M{x - 12:.0f} {y:.0f}c-8 -16 32 -16 24 0"
    elif b.x > a.x:
        bend = (b.x - a.right) / 2
        path = (
            f"M{a.right:.0f} {a.middle:.0f}C{a.right + bend:.0f} {a.middle:.0f} "
            f"{b.x - bend:.0f} {b.middle:.0f} {b.x - 5:.0f} {b.middle:.0f}"
        )
    elif b.x == a.x:
        out = a.right + BULGE + abs(b.y - a.y) / 6
        path = (
            f"M{a.right:.0f} {a.middle:.0f}C{out:.0f} {a.middle:.0f} "
            f"{out:.0f} {b.middle:.0f} {b.right + 5:.0f} {b.middle:.0f}"
        )
    else:
        low = max(a.y, b.y) + HEIGHT + 12
        path = (
            f"M{a.x + 14:.0f} {a.y + HEIGHT:.0f}C{a.x + 14:.0f} {low:.0f} "
            f"{b.right - 14:.0f} {low:.0f} {b.right - 14:.0f} {b.y + HEIGHT + 5:.0f}"
        )
    return Curve(path, events, a.state, b.state, is_lit)
