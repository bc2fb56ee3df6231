"""How much of its vendors' contracts a client's tests exercised: added up and measured."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

from msgspec import Struct, convert, field, structs, to_builtins

INFERRED = "inferred"
TESTS = 3  # of those that made one mistake, told by name

S = TypeVar("S", bound=Struct)


class Share(Struct, frozen=True):
    """So many of so many."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """With one digit, rounded down: 79.99 is not 80. Of nothing it is nothing."""
        return self.covered * 1000 // self.total / 10 if self.total else 0.0

    def __add__(self, other: Share) -> Share:
        return Share(self.covered + other.covered, self.total + other.total)


class AnswerCount(Struct, frozen=True):
    """An answer of an operation, and how often it came."""

    answer: str
    status: int
    provenance: str
    natural: int
    forced: int
    faulted: int  # a fault kept the client from seeing it as it was

    @property
    def counts(self) -> bool:
        """Whether it is part of the measure: what we only inferred no client needs to handle."""
        return self.provenance != INFERRED

    @property
    def exercised(self) -> bool:
        return self.natural + self.forced > 0


class Undocumented(Struct, frozen=True):
    """A status beyond the contract that a rule wanted."""

    status: int
    times: int


class OperationCount(Struct, frozen=True):
    """An operation, and what was answered."""

    operation: str
    requests: int
    answers: tuple[AnswerCount, ...]
    undocumented: tuple[Undocumented, ...] = ()


class TransitionCount(Struct, frozen=True):
    """A row of a lifecycle, and how often it happened or a rule made it happen."""

    collection: str
    source: str = field(name="from")
    event: str
    target: str = field(name="to")
    times: int
    forced: int = 0

    @property
    def exercised(self) -> bool:
        return self.times + self.forced > 0


class VendorCount(Struct, frozen=True):
    """One vendor's contract and lifecycles with their counts."""

    vendor: str
    requests: int
    unknown: int
    operations: tuple[OperationCount, ...]
    transitions: tuple[TransitionCount, ...]

    @property
    def answers(self) -> Share:
        counted = [each for one in self.operations for each in one.answers if each.counts]
        return Share(sum(each.exercised for each in counted), len(counted))

    @property
    def lived(self) -> Share:
        """Of the transitions."""
        return Share(sum(each.exercised for each in self.transitions), len(self.transitions))

    @property
    def called(self) -> Share:
        """Of the operations; no part of the measure, their answers are."""
        return Share(sum(each.requests > 0 for each in self.operations), len(self.operations))

    @property
    def share(self) -> Share:
        return self.answers + self.lived


class Mistake(Struct, frozen=True):
    """One thing that a client got wrong or leaned on, however often."""

    kind: str  # refused, unknown, unread, inferred
    vendor: str
    operation: str | None
    method: str
    path: str
    status: int
    answer: str
    what: str
    because: str
    times: int
    request: str
    tests: tuple[str, ...] = ()  # where it was made, the first few


class Coverage(Struct, frozen=True):
    """What some sessions exercised, and what their clients got wrong."""

    vendors: tuple[VendorCount, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def share(self) -> Share:
        return sum((each.share for each in self.vendors), Share(0, 0))


def read(told: Any) -> Coverage:
    """Coverage as JSON values, also as the admin API tells it."""
    return convert(told, Coverage)


def written(coverage: Coverage) -> dict[str, Any]:
    """Coverage as JSON values, with its measures."""
    told: dict[str, Any] = to_builtins(coverage)
    vendors = zip(coverage.vendors, told["vendors"], strict=True)
    told["vendors"] = [_measured(each.share) | row for each, row in vendors]
    return _measured(coverage.share) | told


def _measured(share: Share) -> dict[str, Any]:
    return {"percent": share.percent, "covered": share.covered, "total": share.total}


def added(parts: Iterable[Coverage]) -> Coverage:
    """Several coverages as one: of sessions, of workers, of runs."""
    every = list(parts)
    return Coverage(
        _together((v for each in every for v in each.vendors), lambda v: v.vendor, _vendors),
        _together((m for each in every for m in each.mistakes), _alike, _mistakes),
    )


def since(now: Coverage, before: Coverage) -> Coverage:
    """What came after a coverage of the same session."""
    vendors = {each.vendor: each for each in before.vendors}
    mistakes = {_alike(each): each.times for each in before.mistakes}
    rest = [
        structs.replace(each, times=each.times - mistakes.get(_alike(each), 0))
        for each in now.mistakes
    ]
    return Coverage(
        tuple(
            _vendors(each, _negative(vendors[each.vendor])) if each.vendor in vendors else each
            for each in now.vendors
        ),
        tuple(each for each in rest if each.times > 0),
    )


def _negative(vendor: VendorCount) -> VendorCount:
    """The counts with their sign turned, to be added to later ones."""
    return structs.replace(
        vendor,
        requests=-vendor.requests,
        unknown=-vendor.unknown,
        operations=tuple(
            structs.replace(
                each,
                requests=-each.requests,
                answers=tuple(
                    structs.replace(
                        one, natural=-one.natural, forced=-one.forced, faulted=-one.faulted
                    )
                    for one in each.answers
                ),
                undocumented=tuple(
                    structs.replace(one, times=-one.times) for one in each.undocumented
                ),
            )
            for each in vendor.operations
        ),
        transitions=tuple(
            structs.replace(each, times=-each.times, forced=-each.forced)
            for each in vendor.transitions
        ),
    )


def _together(
    rows: Iterable[S], key: Callable[[S], Hashable], add: Callable[[S, S], S]
) -> tuple[S, ...]:
    """The rows of one key added up, in the order of their first."""
    found: dict[Hashable, S] = {}
    for row in rows:
        name = key(row)
        found[name] = add(found[name], row) if name in found else row
    return tuple(found.values())


def _alike(mistake: Mistake) -> Hashable:
    return mistake.kind, mistake.vendor, mistake.operation, mistake.what


def _mistakes(first: Mistake, other: Mistake) -> Mistake:
    tests = tuple(dict.fromkeys((*first.tests, *other.tests)))[:TESTS]
    return structs.replace(first, times=first.times + other.times, tests=tests)


def _vendors(first: VendorCount, other: VendorCount) -> VendorCount:
    return structs.replace(
        first,
        requests=first.requests + other.requests,
        unknown=first.unknown + other.unknown,
        operations=_pairs(first.operations, other.operations, _operations),
        transitions=_pairs(first.transitions, other.transitions, _transitions),
    )


def _operations(first: OperationCount, other: OperationCount) -> OperationCount:
    beyond = (*first.undocumented, *other.undocumented)
    return structs.replace(
        first,
        requests=first.requests + other.requests,
        answers=_pairs(first.answers, other.answers, _answers),
        undocumented=tuple(
            each for each in _together(beyond, lambda one: one.status, _times) if each.times
        ),
    )


def _answers(first: AnswerCount, other: AnswerCount) -> AnswerCount:
    return structs.replace(
        first,
        natural=first.natural + other.natural,
        forced=first.forced + other.forced,
        faulted=first.faulted + other.faulted,
    )


def _transitions(first: TransitionCount, other: TransitionCount) -> TransitionCount:
    return structs.replace(
        first, times=first.times + other.times, forced=first.forced + other.forced
    )


def _times(first: Any, other: Any) -> Any:
    return structs.replace(first, times=first.times + other.times)


def _pairs(first: Sequence[S], other: Sequence[S], add: Callable[[S, S], S]) -> tuple[S, ...]:
    """Rows of one contract stand in one order wherever they were counted."""
    return tuple(add(one, two) for one, two in zip(first, other, strict=True))
