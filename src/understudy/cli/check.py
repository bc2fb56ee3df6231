"""`understudy check`: is the server true to its contracts, and to documents of a user's own?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from understudy.cli.admin_client import origin, token_option
from understudy.cli.project import ProjectCommand, current
from understudy.cli.report_file import check_report, report_option, write_report
from understudy.cli.terminal import FINDINGS
from understudy.cli.vendors import check_vendor, document_named
from understudy.vendors import VENDORS

HELP = """Fuzzes the vendors with Schemathesis, every phase and every check.

Without a name: what the project serves, with its behaviour; where there is no project all vendors,
and admin, the sandbox's own API. Without --url each is checked in a
sandbox of its own, in this process; with --url a vendor is checked in a session of its own, and
admin resets and deletes what sessions it finds. Exits with 1 when something is not as a contract
says. Of an OpenAPI document of your own it is told what had to be allowed: refusals that it does
not declare, operations that are not served.
Needs Schemathesis: in a clone pip install -e ".[check]"; elsewhere it says what to install.

\b
Examples:
  understudy check looply
  understudy check --max-examples 10
  understudy check openapi.yaml
  understudy check looply --url http://127.0.0.1:4010
"""


@click.command(
    "check", cls=ProjectCommand, help=HELP, short_help="Fuzz the vendors against their contracts."
)
@click.argument("vendors", nargs=-1, metavar="[VENDOR|DOCUMENT...]")
@click.option("--url", metavar="BASE", help="A sandbox that runs already, instead of a fresh one.")
@token_option
@click.option(
    "--max-examples",
    type=click.IntRange(min=1),
    metavar="N",
    help="Requests drawn per operation in the fuzzing phase.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed finds the same."
)
@report_option
def command(
    vendors: tuple[str, ...],
    url: str | None,
    admin_token: str | None,
    max_examples: int | None,
    seed: int,
    report: Path | None,
) -> int:
    """Runs the checks, tells where it is, prints the report."""
    check_report(report)
    project = current()
    if project is not None and not vendors:
        vendors = project.names
    documents = {word: made for word in vendors if (made := document_named(word)) is not None}
    names = [word for word in vendors if word not in documents]
    for name in names:
        check_vendor(name, "admin")
    base = None if url is None else origin(url)
    from understudy.checks import conformance, conformance_report
    from understudy.checks.outcome import Progress

    terminal = sys.stderr.isatty()

    def tell(event: Progress) -> None:
        line = conformance_report.progress(event)
        click.echo(f"\r\033[K{line}" if terminal else line, err=True, nl=not terminal)

    found = conformance.run(
        VENDORS,
        names,
        documents=tuple(documents.values()),
        url=base,
        token=None if base is None else admin_token,
        max_examples=max_examples,
        seed=seed,
        on_event=tell,
    )
    if terminal:
        click.echo("\r\033[K", err=True, nl=False)
    from understudy.cli.terminal import console

    conformance_report.show(found, console())
    if report is not None:
        from understudy.checks.conformance_page import conformance_markdown, conformance_page

        write_report(report, lambda: conformance_page(found), lambda: conformance_markdown(found))
    return 0 if found.clean else FINDINGS
