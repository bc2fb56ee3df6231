"""What was typed wrongly, told as the rest of the house tells it."""

from __future__ import annotations

from collections.abc import Sequence

import click

from understudy.cli import COMMANDS

_BOUNDS = (click.IntRange, click.FloatRange)


def told(error: click.UsageError, typed: Sequence[str]) -> str:
    """The mistake in what was typed, and where to read on."""
    if isinstance(error, click.BadParameter) and error.param is not None:
        wanted = _wanted(error.param.type)
        if wanted:
            said = error.message.partition(" is not ")[0].strip("'")
            return f"{_name(error.param)}: {said!r} is {wanted}. {_more(error, typed)}"
    text = error.format_message()
    if isinstance(error, click.MissingParameter) and error.param_hint is None:
        text += _vendors(error.param)
    return f"{text if text.endswith(('?', '.')) else f'{text}.'} {_more(error, typed)}"


def _vendors(param: click.Parameter | None) -> str:
    """The vendors there are, for who named none."""
    if param is None or param.name != "vendor":
        return ""
    from understudy.vendors import VENDORS

    return f" There are {', '.join(vendor.name for vendor in VENDORS)}."


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


def _more(error: click.UsageError, typed: Sequence[str]) -> str:
    if error.ctx is not None:
        return f"See {error.ctx.command_path} --help"
    command = f" {typed[0]}" if typed and typed[0] in COMMANDS else ""  # the parser does not say
    return f"See understudy{command} --help"
