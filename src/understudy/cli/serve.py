"""`understudy serve`: the sandbox over HTTP until a signal ends it."""

from __future__ import annotations

import gc
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.vendors import not_a_file, unknown_vendor, writable
from understudy.errors import InputError
from understudy.settings import (
    DEFAULT_HOST,
    DEFAULT_JOURNAL,
    DEFAULT_PORT,
    FROZEN,
    LONGEST_JOURNAL,
    REAL,
    Settings,
)

if TYPE_CHECKING:
    from understudy.server.sessions import Sandbox

HELP = f"""Serves the vendors (all, or those you name) until Ctrl-C.

Prints for each its base URL, a working key and a line to paste. Only the origin of a vendor's
URLs changes; a session of your own is one prefix: http://{DEFAULT_HOST}:{DEFAULT_PORT}/~mine/looply/...

With --watch, an edit of a scenario file holds at once for the rules of every session that began
with it: one that reads as before keeps its count, the others begin anew, rules added otherwise
stay. An edited world, clock or seed holds for sessions that start or are reset from then on. A
broken edit is told in a line, and what was in force before stays.

\b
Examples:
  understudy serve
  understudy serve looply --port 0 --ready-file ready.json
  understudy serve --scenario my-story.yaml --clock frozen --watch
  understudy serve --host 0.0.0.0 --admin-token "$TOKEN"
"""


@click.command("serve", help=HELP, short_help="Serve the vendors until Ctrl-C.")
@click.argument("vendors", nargs=-1, metavar="[VENDOR...]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    envvar="UNDERSTUDY_PORT",
    show_envvar=True,
    help="Where to listen; 0 takes a free port and prints it.",
)
@click.option(
    "--host",
    default=DEFAULT_HOST,
    show_default=True,
    help="Beyond this machine only together with --admin-token.",
)
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="FILE",
    help="Its world, rules and clock start every session; a file or a shipped name. Repeatable.",
)
@click.option(
    "--clock",
    default=REAL,
    show_default=True,
    metavar="real|frozen|ISO",
    help="frozen: 2026-01-01T00:00:00Z; an instant: frozen there.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Decides new ids.")
@click.option(
    "--journal",
    type=click.IntRange(1, LONGEST_JOURNAL),
    default=DEFAULT_JOURNAL,
    show_default=True,
    envvar="UNDERSTUDY_JOURNAL",
    show_envvar=True,
    metavar="N",
    help="Requests that a session keeps for `why`, `record` and `verify`.",
)
@click.option("--require-session", is_flag=True, help="Refuse vendor calls that name no session.")
@click.option("--any-key", is_flag=True, help="Take every key for the first credential.")
@click.option(
    "--watch",
    is_flag=True,
    help="Read scenario files anew when they are edited; records, clocks and journals stay.",
)
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Written as JSON (url, pid, vendors with url, key, headers) once it listens.",
)
@click.option(
    "--admin-token",
    metavar="TOKEN",
    envvar="UNDERSTUDY_ADMIN_TOKEN",
    show_envvar=True,
    help="What /__admin wants as `Authorization: Bearer TOKEN`.",
)
def command(ready_file: Path | None, watch: bool, **options: Any) -> None:
    """Serves until a signal ends it."""
    signal.signal(signal.SIGTERM, _leave)  # until the server takes over
    settings = _settings(**options)
    if watch:
        _check_watched(settings.scenarios)
    if ready_file is not None:
        _clear(ready_file)
    _serve(settings, ready_file, watch)


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _settings(vendors: tuple[str, ...], **options: Any) -> Settings:
    """The settings, refused by the name of the option that is wrong."""
    for name in vendors:
        not_a_file(name)
        unknown_vendor(name)
    _check_clock(options["clock"])
    _check_token(options["admin_token"])
    _check_host(options["host"], options["admin_token"])
    options["scenarios"] = tuple(dict.fromkeys(options["scenarios"]))
    return Settings(vendors=tuple(dict.fromkeys(vendors)), **options)


def _check_watched(scenarios: tuple[str, ...]) -> None:
    if not any(Path(each).is_file() for each in scenarios):
        fix = "Add --scenario FILE; a shipped scenario is edited by nobody"
        raise InputError("there is no file to watch", where="--watch", fix=fix)


def _check_clock(clock: str) -> None:
    from understudy.simulation.clock import clock_instant

    if clock in (REAL, FROZEN):
        return
    try:
        clock_instant(clock)
    except InputError as error:
        fix = "Say real, frozen or an instant like 2026-01-05T09:00:00Z"
        raise InputError(error.what, where="--clock", fix=fix) from None


def _check_token(token: str | None) -> None:
    if token is not None and (not token or not token.isascii() or not token.isprintable()):
        raise InputError(
            "a token that no header can carry", where="--admin-token", fix="Use printable ASCII"
        )


def _check_host(host: str, token: str | None) -> None:
    from understudy.server.listen import is_loopback

    if token is None and not is_loopback(host):
        raise InputError(
            f"{host} can be reached from other machines and /__admin would be open to them",
            where="--host",
            fix="Add --admin-token TOKEN",
        )


def _clear(ready_file: Path) -> None:
    """An old ready file would tell of a server that is gone; an impossible one is told early."""
    writable(ready_file, "--ready-file")
    ready_file.unlink(missing_ok=True)


def _watch(sandbox: Sandbox) -> None:
    """Looks after the scenario files for as long as the server's loop runs."""
    from asyncio import get_running_loop

    from understudy.server.watch import EVERY, Watch

    watch, loop = Watch(sandbox, lambda line: click.echo(line, err=True)), get_running_loop()

    def tick() -> None:
        try:
            watch.look()
        finally:
            loop.call_later(EVERY, tick)

    loop.call_later(EVERY, tick)


def _serve(settings: Settings, ready_file: Path | None, watch: bool) -> None:
    """Listens first, so that nobody who waits for the port is turned away, then builds."""
    from understudy.cli import welcome
    from understudy.server import listen

    gc.disable()  # nothing of what is built from here on is garbage
    opened = listen.open_socket(settings.host, settings.port)
    origin = listen.origin_of(opened)
    try:
        from understudy.server.app import create_app
        from understudy.server.protocol import SandboxProtocol

        app = create_app(settings)

        def ready() -> None:
            gc.freeze()  # nor need anybody look at it again
            gc.enable()
            served = welcome.describe(app.sandbox, origin)
            if ready_file is not None:
                welcome.write_ready(ready_file, origin, served)
            click.echo(welcome.text(origin, served, settings))
            if watch:
                _watch(app.sandbox)

        listen.serve(app, opened, ready, http=SandboxProtocol)
    finally:
        opened.close()
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)
