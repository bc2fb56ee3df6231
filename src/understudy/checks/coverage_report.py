"""Coverage as a person reads it: what was never exercised first, then the client's mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from understudy.checks.coverage import (
    AnswerCount,
    Coverage,
    Mistake,
    OperationCount,
    TransitionCount,
    VendorCount,
)

SHOWN = 20  # mistakes of one kind that are told; the rest is counted
NONE = "-"
HEAD = ("", "", "natural", "forced", "faulted", "")
KINDS = {
    "unknown": "Calls to paths or methods that the API has not got",
    "refused": "Requests that the contract does not allow",
    "unread": "Names in requests that nothing reads",
    "inferred": "Answers your tests rely on that no page of the vendor shows",
}

Row = tuple[str, str, str, str, str, str]


def table(coverage: Coverage) -> Iterator[str]:
    """Every vendor's contract, what was never exercised first."""
    for vendor in coverage.vendors:
        yield headline(vendor)
        yield from _aligned([*_never(vendor), *_exercised(vendor)])
        yield from _not_counted(vendor)
        yield ""


def headline(vendor: VendorCount) -> str:
    """One vendor in a line."""
    answers, lived, called = vendor.answers, vendor.lived, vendor.called
    return (
        f"{vendor.vendor} {vendor.share.percent} %: {answers.covered} of {answers.total} answers,"
        f" {lived.covered} of {lived.total} transitions;"
        f" {vendor.requests} requests to {called.covered} of {called.total} operations"
    )


def verdict(coverage: Coverage, least: float | None = None) -> str:
    """The last line: how much of all that was used, and whether that is enough."""
    share = coverage.share
    if not share.total:
        return "Coverage of the contract: no vendor was asked"
    told = f"Coverage of the contract: {share.percent} % ({share.covered} of {share.total})"
    return told if least is None or enough(coverage, least) else f"{told}, wanted {least:g} %"


def enough(coverage: Coverage, least: float) -> bool:
    """Whether so many percent are reached; where nobody was asked they are not."""
    return coverage.share.total > 0 and coverage.share.percent >= least


def mistakes(coverage: Coverage) -> Iterator[str]:
    """What clients got wrong, each kind under its head, each with its explanation."""
    for kind, head in KINDS.items():
        found = [each for each in coverage.mistakes if each.kind == kind]
        if found:
            yield f"{head} ({len(found)}):"
            for each in sorted(found, key=lambda one: -one.times)[:SHOWN]:
                yield from _mistake(each)
            if len(found) > SHOWN:
                yield f"  ... and {len(found) - SHOWN} more"


def _mistake(mistake: Mistake) -> Iterator[str]:
    where = mistake.vendor if mistake.operation is None else f"{mistake.vendor}.{mistake.operation}"
    times = "" if mistake.times == 1 else f", {mistake.times} times"
    came = "" if mistake.kind == "inferred" else f" -> {mistake.status}"
    yield f"  {where}  {mistake.what}{came}{times}"
    yield f"      because  {mistake.because}"
    if mistake.tests:
        yield f"      in       {', '.join(mistake.tests)}"
    else:
        yield f"      first    {mistake.request}"


def _never(vendor: VendorCount) -> Iterator[Row]:
    for operation in vendor.operations:
        missing = [each for each in operation.answers if each.counts and not each.exercised]
        if missing and not operation.requests:
            yield operation.operation, _all(operation), *_never_at_all(0), ""
            continue
        for answer in missing:
            yield operation.operation, _name(answer), *_never_at_all(answer.faulted), ""
    for row in vendor.transitions:
        if not row.exercised:
            yield row.collection, _transition(row), *_never_at_all(0), ""


def _never_at_all(faulted: int) -> tuple[str, str, str]:
    return "never", NONE, str(faulted or NONE)


def _all(operation: OperationCount) -> str:
    counted = [each for each in operation.answers if each.counts]
    return f"all {len(counted)} answers" if len(counted) > 1 else _name(counted[0])


def _exercised(vendor: VendorCount) -> Iterator[Row]:
    for operation in vendor.operations:
        for answer in operation.answers:
            if answer.exercised or (answer.faulted and not answer.counts):
                note = "" if answer.counts else "inferred: not counted"
                yield operation.operation, _name(answer), *_counts(answer), note
        for beyond in operation.undocumented:
            note = "not in the contract"
            yield operation.operation, str(beyond.status), NONE, str(beyond.times), NONE, note
    for row in vendor.transitions:
        if row.exercised:
            yield (
                row.collection,
                _transition(row),
                str(row.times or NONE),
                str(row.forced or NONE),
                "",
                "",
            )


def _counts(answer: AnswerCount) -> tuple[str, str, str]:
    natural, forced, faulted = answer.natural, answer.forced, answer.faulted
    return str(natural or NONE), str(forced or NONE), str(faulted or NONE)


def _name(answer: AnswerCount) -> str:
    return f"{answer.status} {answer.answer}"


def _transition(row: TransitionCount) -> str:
    return f"{row.source} -{row.event}-> {row.target}"


def _not_counted(vendor: VendorCount) -> Iterator[str]:
    inferred = sum(not each.counts for one in vendor.operations for each in one.answers)
    if inferred:
        yield f"  not counted: {inferred} answers that no page of the vendor shows"
    if vendor.unknown:
        yield f"  {vendor.unknown} of the requests meant no operation"


def _aligned(rows: Sequence[Row]) -> Iterator[str]:
    """Rows under their head; numbers to the right."""
    every = [HEAD, *rows]
    widths = [max(len(row[at]) for row in every) for at in range(len(HEAD))]
    for row in every:
        cells = [
            cell.rjust(width) if 2 <= at <= 4 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()
