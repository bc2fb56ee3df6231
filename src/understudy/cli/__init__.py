"""The command line: `understudy COMMAND`, each command a module of this folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from errno import ENAMETOOLONG
from importlib import import_module

import click

from understudy import __version__
from understudy.cli.terminal import FULL, REFUSED, did_you_mean, discard, open_streams, say_error
from understudy.errors import InputError, UnderstudyError

COMMANDS = (
    *("serve", "init", "replay", "copy", "validate", "check", "show", "env"),
    *("coverage", "record", "why"),
    *("status", "requests", "records", "rules", "sessions", "clock", "reset"),
)

HELP = """A sandbox that stands in for real APIs: any OpenAPI document's, or those that ship.

\b
Start here:
  understudy serve openapi.yaml        your own API, on http://127.0.0.1:4010
  understudy serve                     this folder's project, or all vendors
  understudy show looply               what that vendor offers
  understudy replay                    the stories that ship
  understudy replay looply/lost-answer plays one of them

\b
Exit codes: 0 fine, 1 findings, 2 the command could not be carried out.
"""


class Commands(click.Group):
    """Imports a command only when it is called for, so that `serve` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"understudy.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            fix = did_you_mean(args[0], COMMANDS)
            fix = "Say understudy --help" if args[0] == "help" else fix
            raise InputError(f"there is no command {args[0]!r}", fix=fix)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    help=HELP,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="understudy")
@click.pass_context
def cli(ctx: click.Context) -> int | None:
    """The group; what it says of itself is HELP, also to whoever names no command."""
    if ctx.invoked_subcommand is not None:
        return None
    click.echo(ctx.get_help(), err=True)
    return REFUSED


def main(args: Sequence[str] | None = None) -> int:
    """Runs one command; its exit code. Whatever goes wrong is one line on stderr."""
    open_streams()
    try:
        code = cli.main(args, prog_name="understudy", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:  # `understudy show | head`
        discard(sys.stdout)
        return 0
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            return _refuse("a file's name is longer than the file system takes. Name another")
        if error.errno not in FULL:
            return _bug(error)
        discard(sys.stdout)
        return _refuse(f"cannot write: {error.strerror}. Make room, or write elsewhere")
    except (click.Abort, KeyboardInterrupt):
        return _refuse("stopped")
    except UnderstudyError as error:
        return _refuse(str(error), error.exit_code)
    except click.UsageError as error:
        from understudy.cli.usage_errors import message

        return _refuse(message(error, sys.argv[1:] if args is None else args, COMMANDS))
    except click.ClickException as error:
        return _refuse(error.format_message())
    except Exception as error:
        return _bug(error)
    return code if isinstance(code, int) else 0


def _refuse(line: str, code: int = REFUSED) -> int:
    try:
        say_error(" ".join(line.split()))
    except OSError:  # nobody reads it, or there is no room for it: the code says enough
        discard(sys.stderr)
    return code


def _bug(error: Exception) -> int:
    if os.environ.get("UNDERSTUDY_DEBUG"):
        raise error
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _refuse(f"a bug in Understudy: {what}. UNDERSTUDY_DEBUG=1 shows where; please report it")
