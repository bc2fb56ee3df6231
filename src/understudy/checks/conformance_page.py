"""A conformance run as a page or Markdown: findings first, then each operation."""

from __future__ import annotations

from understudy.checks.conformance_report import (
    answers,
    details,
    excuses,
    headline,
    phases,
    verdict,
)
from understudy.checks.outcome import Report
from understudy.checks.report_files import about, page, plain


def conformance_page(report: Report) -> str:
    """The page."""
    return page(
        "conformance.html",
        meta=about(),
        verdict=verdict(report),
        clean=report.clean,
        findings=[(headline(*each), "\n".join(details(each[1]))) for each in report.findings],
        vendors=[
            (
                outcome,
                phases(outcome),
                [(each, answers(each)) for each in outcome.operations],
                excuses(outcome),
            )
            for outcome in report.vendors
        ],
    )


def conformance_markdown(report: Report) -> str:
    """The same for a CI summary."""
    lines = [f"## {plain(verdict(report))}"]
    for vendor, finding in report.findings:
        lines += ["", f"- **{plain(headline(vendor, finding))}**"]
        lines += [f"  {plain(each)}" for each in details(finding)]
    for outcome in report.vendors:
        lines += ["", f"### {plain(outcome.vendor)}: {outcome.cases} requests", ""]
        lines += [
            "| operation | requests | accepted | answers | findings |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| {plain(each.id)} | {each.cases} | {each.accepted} | {answers(each)}"
            f" | {len(each.findings) or ''} |"
            for each in outcome.operations
        ]
        lines += ["", plain(phases(outcome)), *(f"- {plain(each)}" for each in excuses(outcome))]
    meta = about()
    return "\n".join([*lines, "", f"Understudy {meta.version}, {meta.date}"]) + "\n"
