"""What was typed wrongly, in a line that says where to read on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from understudy.errors import InputError

_BOUNDS = (click.IntRange, click.FloatRange)


def message(error: click.UsageError, typed: Sequence[str], commands: Sequence[str]) -> str:
    """The mistake in what was typed, and where to read on."""
    if isinstance(error, click.BadParameter) and error.param is not None:
        wanted = _wanted(error.param.type)
        if wanted:
            said = error.message.partition(" is not ")[0].strip("'")
            return f"{_name(error.param)}: {said!r} is {wanted}. {_more(error, typed, commands)}"
    text = error.format_message()
    if isinstance(error, click.MissingParameter) and error.param_hint is None:
        text += _vendors(error.param)
    return f"{text if text.endswith(('?', '.')) else f'{text}.'} {_more(error, typed, commands)}"


def _vendors(param: click.Parameter | None) -> str:
    """The vendors there are, for who named none."""
    if param is None or param.name != "vendor":
        return ""
    from understudy.vendors import NAMES

    return f" There are {', '.join(NAMES)}."


def _name(param: click.Parameter) -> str:
    """The option as it is written, with its variable of the environment beside."""
    name = next((each for each in param.opts if each.startswith("--")), param.human_readable_name)
    return f"{name} (or {param.envvar})" if isinstance(param.envvar, str) else name


def _wanted(kind: object) -> str:
    """What a number or a yes must be, and is not; empty for anything else."""
    if isinstance(kind, click.types.BoolParamType):
        return "neither true nor false"
    whole = isinstance(kind, click.types.IntParamType)
    if not whole and not isinstance(kind, click.types.FloatParamType):
        return ""
    word = "no whole number" if whole else "no number"
    if not isinstance(kind, _BOUNDS) or kind.min is None:
        return word
    return f"{word} from {kind.min} {'on' if kind.max is None else f'to {kind.max}'}"


def _more(error: click.UsageError, typed: Sequence[str], commands: Sequence[str]) -> str:
    if error.ctx is not None:
        return f"See {error.ctx.command_path} --help"
    command = f" {typed[0]}" if typed and typed[0] in commands else ""  # the parser does not say
    return f"See understudy{command} --help"


def writable(file: Path, option: str) -> None:
    """InputError for a file that cannot be written: told before the work, not after it."""
    folder = file.parent
    if folder.is_dir() and os.access(folder, os.W_OK) and not file.is_dir():
        return
    fix = "Name a file in a folder that you may write to"
    raise InputError(f"cannot write {file}", where=option, fix=fix)
