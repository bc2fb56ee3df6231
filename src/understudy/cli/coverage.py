"""`understudy coverage`: what a session exercised of its vendors' contracts."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, urlencode

import click

from understudy.checks import coverage_report
from understudy.checks.coverage import Coverage, read, written
from understudy.cli import admin_client
from understudy.cli.project import ProjectCommand
from understudy.cli.report_file import check_report, report_option, write_report
from understudy.cli.terminal import FINDINGS, did_you_mean
from understudy.cli.vendors import document_named
from understudy.errors import InputError
from understudy.vendors import NAMES

HELP = """Tells what a session exercised: each answer of each operation, each transition of each
lifecycle, what was never exercised first; then what the client got wrong.

Answers that a rule or a preference forced are told apart from those that came naturally. Answers
that no page of the vendor shows do not count: a client need not handle what we only inferred.

\b
Examples:
  understudy coverage
  understudy coverage looply --session my-test
  understudy coverage --fail-under 80 --url http://127.0.0.1:8080
  understudy coverage --json > coverage.json
  understudy coverage --report coverage.html
"""


@click.command(
    "coverage", cls=ProjectCommand, help=HELP, short_help="Tell what a session exercised."
)
@click.argument("vendor", required=False)
@click.option("--session", default="default", show_default=True, metavar="NAME", help="Whose.")
@click.option("--json", "as_json", is_flag=True, help="JSON with all counts.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit code 1 when less was exercised.",
)
@report_option
@admin_client.url_option
@admin_client.token_option
def command(
    vendor: str | None,
    session: str,
    as_json: bool,
    fail_under: float | None,
    report: Path | None,
    url: str,
    admin_token: str | None,
) -> int:
    """Asks the sandbox and prints what it counted."""
    check_report(report)
    origin = admin_client.origin(url)
    if vendor is not None and vendor not in NAMES:
        vendor = _served(vendor, origin, admin_token)
    query = "" if vendor is None else f"?{urlencode({'vendor': vendor})}"
    path = f"/sessions/{quote(session, safe='')}/coverage{query}"
    found = read(admin_client.get(origin, path, admin_token))
    if as_json:
        click.echo(json.dumps(written(found), indent=2))
    else:
        _tell(found, fail_under)
    if report is not None:
        from understudy.checks.coverage_page import coverage_markdown, coverage_page

        write_report(
            report,
            lambda: coverage_page(found, fail_under),
            lambda: coverage_markdown(found, fail_under),
        )
    return 0 if fail_under is None or coverage_report.enough(found, fail_under) else FINDINGS


def _served(word: str, origin: str, token: str | None) -> str:
    """A vendor that the sandbox serves, by its name or its document; InputError with those."""
    made = None if "." not in word and "/" not in word else document_named(word)
    name = word if made is None else made.vendor.name
    there = [each["name"] for each in admin_client.get(origin, "/vendors", token)["vendors"]]
    if name not in there:
        names = tuple(dict.fromkeys((*NAMES, *there)))
        raise InputError(f"there is no vendor {name!r}", fix=did_you_mean(name, names))
    return name


def _tell(found: Coverage, least: float | None) -> None:
    for line in (*coverage_report.table(found), *coverage_report.mistakes(found)):
        click.echo(line)
    if found.mistakes:
        click.echo()
    click.echo(coverage_report.verdict(found, least))
