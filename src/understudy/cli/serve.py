"""`understudy serve`: the sandbox over HTTP until a signal ends it."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from understudy.cli import ready_file as ready_files
from understudy.cli.project import RULE, ProjectCommand, current, place_of
from understudy.cli.serve_options import PREFIX, unknown_variables
from understudy.errors import InputError, ScenarioError, UnderstudyError
from understudy.modeled.sources import read_all, with_documents
from understudy.settings import (
    DEFAULT_HOST,
    DEFAULT_JOURNAL,
    DEFAULT_PORT,
    LARGEST_SEED,
    LONGEST_JOURNAL,
    REAL,
    Settings,
)

if TYPE_CHECKING:
    from understudy.modeled.sources import Named
    from understudy.server.sessions.sandbox import Sandbox

F = TypeVar("F", bound=Callable[..., Any])

READINGS = """\b
  looply/      empty-last-page, gateway-unknown-paths, legacy-resume,
               strict-terminate, unknown-action-conflicts,
               unknown-profile-refused
  refold/      application-not-enabled, failed-run-is-500, rate-limit,
               unknown-account-refused, unpublished-refused
  cloudflare/  creation-limit, rate-limit
  interactly/  no-threads, pause-and-stop-repeat, strict-team
  hydracore/   created-is-200, illegal-transition-is-400, keys-are-no-admins"""

HELP = f"""Serves your OpenAPI documents, or the vendors that ship, until Ctrl-C.

A document (2.0, 3.0 or 3.1; a file, or a folder with some) is served at /NAME/..., and where it is
the only one at the root, too. NAME is made of its title, or said: shop=openapi.yaml. Its records
are remembered, its requests validated, and everything that vendors have works on it.

Without a word the project is served, and where there is none all vendors that ship; beside
documents those that are named.

Prints for each its base URL, a working key and a line to paste. Only the origin of a vendor's
URLs changes; a session of your own is one prefix: http://{DEFAULT_HOST}:{DEFAULT_PORT}/~mine/looply/...

Pages of localhost, whatever their port, may call the vendors and /__admin from their scripts.
With --cors, pages of other origins may call the vendors, too. No other site's page gets at
/__admin.

With --watch, an edit of a scenario file holds at once for the rules of every session that began
with it: one that reads as before keeps its count, the others begin anew, rules added otherwise
stay. An edited world, clock or seed holds for sessions that start or are reset from then on. A
broken edit is told in a line, and what was in force before stays. Of an edited document, records
that still fit go on, and those that do not are told.

Where a vendor's page can be read in two ways, the sandbox takes the likelier one. These scenarios,
like --scenario looply/legacy-resume, take the other or add a published limit; each says why in a
comment, and several hold together:

{READINGS}

Each option can be said by its variable of the environment instead, and the vendors by
{PREFIX}VENDORS; several values are separated by spaces. {RULE}

\b
Examples:
  understudy serve
  understudy serve orders.yaml
  understudy serve shop=./openapi.json looply
  understudy serve looply --port 0 --ready-file ready.json
  understudy serve --scenario my-story.yaml --clock frozen --watch
  understudy serve --host 0.0.0.0 --admin-token "$TOKEN"
"""


def option(name: str, *more: Any, **how: Any) -> Callable[[F], F]:
    """An option that a variable of the environment can say, too: UNDERSTUDY_ and its name."""
    variable = PREFIX + name.lstrip("-").upper().replace("-", "_")
    return click.option(name, *more, envvar=variable, show_envvar=True, **how)


@click.command(
    "serve",
    cls=ProjectCommand,
    help=HELP,
    short_help="Serve documents or vendors until Ctrl-C.",
)
@click.argument("vendors", nargs=-1, metavar="[DOCUMENT|VENDOR...]", envvar=f"{PREFIX}VENDORS")
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="Where to listen; 0 takes a free port and prints it.",
)
@option(
    "--host",
    default=DEFAULT_HOST,
    show_default=True,
    help="Beyond this machine only together with --admin-token.",
)
@option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="FILE",
    help="Its world, rules and clock start every session; a file or a shipped name. Repeatable.",
)
@option(
    "--clock",
    default=REAL,
    show_default=True,
    metavar="real|frozen|ISO",
    help="frozen: 2026-01-01T00:00:00Z; an instant: frozen there.",
)
@option(
    "--seed",
    type=click.IntRange(0, LARGEST_SEED),
    default=0,
    show_default=True,
    help="Decides new ids.",
)
@option(
    "--journal",
    type=click.IntRange(1, LONGEST_JOURNAL),
    default=DEFAULT_JOURNAL,
    show_default=True,
    metavar="N",
    help="Requests that a session keeps for `why`, `record` and `verify`.",
)
@option("--require-session", is_flag=True, help="Refuse vendor calls that name no session.")
@option(
    "--strict-names",
    is_flag=True,
    help="Refuse a call that carries a name in its query or body which nothing reads, or a header "
    "that is nearly one.",
)
@option(
    "--keep-secrets",
    is_flag=True,
    help="Show the secrets of requests in `why`, `requests` and `record`.",
)
@option("--any-key", is_flag=True, help="Take every key for the first credential.")
@option("--no-auth", is_flag=True, help="Ask for no key, whatever a document says.")
@option("--stateless", is_flag=True, help="Answer a document's examples and samples alone.")
@option(
    "--cors",
    multiple=True,
    metavar="ORIGIN",
    help="Pages of this origin may ask the vendors, beside those of localhost; * is any, off none "
    "at all. Repeatable.",
)
@option(
    "--watch",
    is_flag=True,
    help="Read scenario files and documents anew when they are edited; records, clocks and "
    "journals stay.",
)
@option(
    "--ready-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Written as JSON (url, pid, vendors with url, key, headers) once it listens.",
)
@option(
    "--admin-token",
    metavar="TOKEN",
    help="What /__admin wants as `Authorization: Bearer TOKEN`.",
)
def command(**options: Any) -> None:
    """Serves until a signal ends it."""
    signal.signal(signal.SIGTERM, _leave)  # until the server takes over
    ctx = click.get_current_context()
    known = (str(each.envvar) for each in ctx.command.params)
    for line in unknown_variables(os.environ, known, options["scenarios"]):
        click.echo(line, err=True)
    try:
        _run(**options)
    except InputError as error:
        raise _by_variable(error, ctx) from None


def _by_variable(error: InputError, ctx: click.Context) -> UnderstudyError:
    """The refusal, told by the variable of the environment that said what is refused."""
    for param in ctx.command.params:
        said, values = ctx.get_parameter_source(param.name or ""), ctx.params.get(param.name or "")
        listed = isinstance(values, tuple) and any(each in error.what for each in values)
        named = error.where in param.opts if error.where else listed
        if named and said is ParameterSource.ENVIRONMENT:
            commas = isinstance(values, tuple) and any("," in each for each in values)
            fix = "Separate several by spaces" if commas else error.fix
            return type(error)(error.what, where=str(param.envvar), fix=fix)
        if error.where in param.opts and (place := place_of(ctx, param)):
            return type(error)(error.what, where=place, fix=error.fix)
    return error


def _run(ready_file: Path | None, watch: bool, **options: Any) -> None:
    if ready_file is not None:
        ready_files.claim(ready_file)
    gc.disable()  # nothing of what is built from here on is garbage
    try:
        from understudy.cli.serve_options import check_watched, settings_of

        settings = settings_of(**options, project=current(), overrules=_overrules())
        if watch:
            check_watched(settings.scenarios, settings.documents)
        _serve(settings, ready_file, watch)
    finally:
        gc.enable()


def _overrules() -> frozenset[str]:
    """What of clock and seed somebody said, whatever the project says."""
    source = click.get_current_context().get_parameter_source
    said = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
    return frozenset(name for name in ("clock", "seed") if source(name) in said)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _watch(sandbox: Sandbox, documents: tuple[Named, ...]) -> None:
    """Looks after the scenario files and documents for as long as the server's loop runs."""
    from asyncio import get_running_loop

    from understudy.server.sessions.watch import EVERY, Watch

    def tell(line: str) -> None:
        click.echo(line, err=True)

    watches, loop = [Watch(sandbox, tell).look], get_running_loop()
    if sandbox.settings.documents:
        from understudy.server.sessions.document_watch import DocumentWatch

        watches.append(DocumentWatch(sandbox, documents, tell).look)

    def tick() -> None:
        try:
            for look in watches:
                look()
        finally:
            loop.call_later(EVERY, tick)

    loop.call_later(EVERY, tick)


def _serve(settings: Settings, ready_file: Path | None, watch: bool) -> None:
    """Listens first, so that nobody who waits for the port is turned away, then builds."""
    from understudy.cli import serve_output
    from understudy.server.wire import listen

    opened = listen.open_socket(settings.host, settings.port)
    origin = listen.origin_of(opened)
    try:
        from understudy.server.app import create_app
        from understudy.server.wire.protocol import SandboxProtocol
        from understudy.vendors import NAMES, shipped

        documents = read_all(settings)
        settings, vendors = with_documents(settings, shipped, documents)
        try:
            app = create_app(settings, vendors, NAMES)
            app.check()
        except ScenarioError as error:
            from understudy.cli.serve_options import lacks_vendors

            raise (lacks_vendors(settings) if settings.vendors else None) or error from None

        def ready() -> None:
            gc.freeze()  # nor need anybody look at it again
            gc.enable()
            served = serve_output.describe(app.sandbox, origin)
            if ready_file is not None:
                ready_files.write(ready_file, origin, serve_output.ready_vendors(served))
            click.echo(serve_output.text(origin, served, settings))
            if watch:
                _watch(app.sandbox, documents)

        listen.serve(app, opened, ready, http=SandboxProtocol)
    finally:
        opened.close()
        if ready_file is not None:
            ready_files.remove(ready_file)
