"""`understudy serve`: the sandbox over HTTP until a signal ends it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from understudy.cli import ready_file as ready_files
from understudy.cli.project import ProjectCommand, current, place_of
from understudy.cli.serve_help import HELP
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
    from understudy.cli.line_writer import LineWriter

F = TypeVar("F", bound=Callable[..., Any])


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
    "--log",
    type=click.Choice(["off", "calls", "json"]),
    help="What is printed of calls as they come; on a terminal a line for each, else nothing.",
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


def _run(ready_file: Path | None, watch: bool, log: str | None, **options: Any) -> None:
    if ready_file is not None:
        ready_files.claim(ready_file)
    gc.disable()  # nothing of what is built from here on is garbage
    try:
        from understudy.cli.serve_options import check_watched, settings_of

        settings = settings_of(**options, project=current(), overrules=_overrules())
        if watch:
            check_watched(settings.scenarios, settings.documents)
        _serve(settings, ready_file, watch, log or ("calls" if sys.stdout.isatty() else "off"))
    finally:
        gc.enable()


def _overrules() -> frozenset[str]:
    """What of clock and seed somebody said, whatever the project says."""
    source = click.get_current_context().get_parameter_source
    said = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
    return frozenset(name for name in ("clock", "seed") if source(name) in said)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _serve(settings: Settings, ready_file: Path | None, watch: bool, log: str) -> None:
    """Listens first, so that nobody who waits for the port is turned away, then builds."""
    from understudy.cli import running_servers, serve_output
    from understudy.cli.start_cache import StartCache
    from understudy.server.wire import listen

    opened = listen.open_socket(settings.host, settings.port)
    origin = listen.origin_of(opened)
    announced: list[Path | None] = []
    try:
        from understudy.server.app import create_app
        from understudy.server.wire.protocol import SandboxProtocol
        from understudy.vendors import NAMES, shipped

        writers: list[LineWriter] = []
        documents = read_all(settings)
        settings, vendors = with_documents(settings, shipped, documents)
        try:
            app = create_app(settings, vendors, NAMES)
            cache = StartCache(app.sandbox, origin)
            app.check(cache.checked)
        except ScenarioError as error:
            from understudy.cli.serve_options import lacks_vendors

            raise (lacks_vendors(settings) if settings.vendors else None) or error from None

        def ready() -> None:
            gc.freeze()  # nor need anybody look at it again
            gc.enable()
            served = serve_output.describe(app.sandbox, origin, cache.known)
            if ready_file is not None:
                ready_files.write(ready_file, origin, serve_output.ready_vendors(served))
            announced.append(running_servers.announce(origin, served))
            click.echo(serve_output.text(origin, served, settings), err=log == "json")
            if log != "off":
                from understudy.cli import live_log

                writers.append(live_log.begin(app.sandbox, log))
            cache.keep(served)
            if watch:
                from understudy.cli.serve_watch import watch as begin_watching

                begin_watching(app.sandbox, documents)

        listen.serve(app, opened, ready, http=SandboxProtocol)
        for each in writers:
            app.sandbox.observers.flush()
            each.close()
    finally:
        opened.close()
        for file in announced:
            running_servers.withdraw(file)
        if ready_file is not None:
            ready_files.remove(ready_file)
