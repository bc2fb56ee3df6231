"""A conformance report as a person reads it: tables, then each finding with its curl line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.checks.outcome import (
    Finding,
    OperationOutcome,
    PhaseOutcome,
    Progress,
    Report,
    VendorOutcome,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MESSAGE_LINES = 12  # of one finding; the whole text is in the report value
CURL = 4_000  # characters of a line to paste; a shell takes more, a reader does not


def show(report: Report, console: Console) -> None:
    """Prints everything: a table per contract, what was excused and why, findings, the verdict."""
    for outcome in report.vendors:
        console.print(_table(outcome))
        console.print(f"  {phases(outcome)}", style="dim")
        for line in excuses(outcome):
            console.print(f"  {line}", style="dim", markup=False)
        console.print()
    for at, (vendor, finding) in enumerate(report.findings, start=1):
        console.print(f"{at}. {headline(vendor, finding)}", style="red", markup=False)
        for line in details(finding):
            console.print(f"   {line}", markup=False, soft_wrap=True)
        console.print()
    console.print(verdict(report), style="green" if report.clean else "red", markup=False)


def progress(event: Progress) -> str:
    """One line of where a run is."""
    where = f"{event.vendor} {event.phase} {event.operation}".rstrip()
    found = f", {event.findings} findings" if event.findings else ""
    return f"{where}: {event.cases} requests{found}"


def verdict(report: Report) -> str:
    """The last line: what was done and whether it holds."""
    cases = sum(each.cases for each in report.vendors)
    operations = sum(len(each.operations) for each in report.vendors)
    done = (
        f"{cases} requests to {operations} operations of {len(report.vendors)} "
        f"contract{'s' * (len(report.vendors) != 1)}, seed {report.seed}, "
        f"{report.max_examples} examples"
    )
    if report.clean:
        return f"True to contract: {done}"
    count = len(report.findings)
    return f"{count} finding{'s' * (count != 1)}: {done}"


def phases(outcome: VendorOutcome) -> str:
    """Which phases ran, and what made them worth it."""
    return ", ".join(map(_phase, outcome.phases)) + (
        f"; {outcome.peer_probes} reads tried as another organisation"
        if outcome.peer_probes
        else ""
    )


def excuses(outcome: VendorOutcome) -> list[str]:
    """What was allowed, each with its reason."""
    lines = [f"{each.check}: {each.because}" for each in outcome.allowances]
    for operation in outcome.operations:
        for each in operation.allowances:
            told = f" allows {', '.join(each.allow)}" if each.allow else ""
            lines.append(f"{operation.id} {each.check}{told}: {each.because}")
    return lines


def headline(vendor: str, finding: Finding) -> str:
    """Where, which check, what."""
    where = f"{vendor}.{finding.operation}" if finding.operation else vendor
    return f"{where} [{finding.check}] {finding.title}"


def details(finding: Finding) -> list[str]:
    """The message, shortened, and the lines that show it again."""
    lines = [line for line in finding.message.splitlines() if line.strip()]
    if len(lines) > MESSAGE_LINES:
        lines = [*lines[:MESSAGE_LINES], f"... {len(lines) - MESSAGE_LINES} more lines"]
    return [*lines, *(_cut(line) for line in finding.curl.splitlines())]


def _cut(line: str) -> str:
    return line if len(line) <= CURL else f"{line[:CURL]}... {len(line) - CURL} more characters"


def _phase(phase: PhaseOutcome) -> str:
    links = f" over {phase.transitions} links" if phase.transitions else ""
    reason = f" ({phase.reason.replace('_', ' ')})" if phase.reason else ""
    return f"{phase.name} {phase.status}{links}{reason}"


def _table(outcome: VendorOutcome) -> Table:
    from rich.table import Table

    table = Table(title=f"{outcome.vendor}: {outcome.cases} requests in {outcome.seconds:.1f} s")
    for name in ("operation", "requests", "accepted", "answers", "findings"):
        table.add_column(name, justify="right" if name in ("requests", "accepted") else "left")
    for operation in outcome.operations:
        table.add_row(
            operation.id,
            str(operation.cases),
            str(operation.accepted),
            answers(operation),
            str(len(operation.findings) or ""),
            style="red" if operation.findings else None,
        )
    return table


def answers(operation: OperationOutcome) -> str:
    """The statuses that came, most frequent first."""
    ordered = sorted(operation.statuses.items(), key=lambda each: (-each[1], each[0]))
    return " ".join(f"{status} x{count}" for status, count in ordered)
