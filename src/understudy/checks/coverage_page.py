"""Coverage as a page or Markdown: a grid of operations and answers, and what never came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from understudy.checks.coverage import (
    AnswerCount,
    Coverage,
    Mistake,
    TransitionCount,
    VendorCount,
)
from understudy.checks.coverage_report import KINDS, headline, verdict
from understudy.checks.report_files import about, code, page, plain

SHOWN = 100  # mistakes of one kind that are shown


class Cell(NamedTuple):
    """One answer or transition in the grid."""

    label: str
    kind: str  # natural, forced, faulted, never, uncounted
    times: int


def coverage_page(coverage: Coverage, least: float | None) -> str:
    """The page."""
    return page(
        "coverage.html",
        meta=about(),
        verdict=verdict(coverage, least),
        vendors=[(headline(each), _rows(each), _transitions(each)) for each in coverage.vendors],
        mistakes=list(_mistakes(coverage)),
    )


def coverage_markdown(coverage: Coverage, least: float | None) -> str:
    """The same for a CI summary: what never came is named."""
    lines = [f"## {plain(verdict(coverage, least))}"]
    for vendor in coverage.vendors:
        lines += ["", f"### {plain(headline(vendor))}", ""]
        lines += ["| operation | came | never came |", "|---|---|---|"]
        for operation, cells in [*_rows(vendor), *_transitions(vendor)]:
            came = [each for each in cells if each.kind not in ("never", "uncounted")]
            never = [each for each in cells if each.kind == "never"]
            lines.append(f"| {plain(operation)} | {_listed(came)} | {_listed(never)} |")
    for head, found in _mistakes(coverage):
        lines += ["", f"### {plain(head)}", ""]
        lines += [
            f"- {plain(_where(each))}: {code(each.what)}, {plain(each.because)}" for each in found
        ]
    meta = about()
    return "\n".join([*lines, "", f"Understudy {meta.version}, {meta.date}"]) + "\n"


def _listed(cells: list[Cell]) -> str:
    return ", ".join(
        plain(each.label) + (f" ({each.kind})" if each.kind in ("forced", "faulted") else "")
        for each in cells
    )


def _rows(vendor: VendorCount) -> list[tuple[str, list[Cell]]]:
    rows = []
    for operation in vendor.operations:
        cells = [_answer(each) for each in operation.answers]
        cells += [Cell(f"{e.status}", "forced", e.times) for e in operation.undocumented]
        rows.append((operation.operation, cells))
    return rows


def _transitions(vendor: VendorCount) -> list[tuple[str, list[Cell]]]:
    found: dict[str, list[Cell]] = {}
    for row in vendor.transitions:
        found.setdefault(row.collection, []).append(_transition(row))
    return [*found.items()]


def _answer(answer: AnswerCount) -> Cell:
    label = f"{answer.status} {answer.answer}"
    for kind in ("natural", "forced", "faulted"):
        if times := getattr(answer, kind):
            return Cell(label, kind, times)
    return Cell(label, "never" if answer.counts else "uncounted", 0)


def _transition(row: TransitionCount) -> Cell:
    kind = "natural" if row.times else "forced" if row.forced else "never"
    return Cell(f"{row.source} → {row.target} by {row.event}", kind, row.times or row.forced)


def _mistakes(coverage: Coverage) -> Iterator[tuple[str, list[Mistake]]]:
    for kind, head in KINDS.items():
        found = [each for each in coverage.mistakes if each.kind == kind]
        if found:
            yield f"{head} ({len(found)})", sorted(found, key=lambda one: -one.times)[:SHOWN]


def _where(mistake: Mistake) -> str:
    return f"{mistake.vendor}.{mistake.operation}" if mistake.operation else mistake.vendor
