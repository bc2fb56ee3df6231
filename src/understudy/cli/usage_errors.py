"""What was typed wrongly, told as the rest of the house tells it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from understudy.cli import COMMANDS, did_you_mean
from understudy.errors import InputError
from understudy.vendor import Vendor
from understudy.vendors import VENDORS

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


def vendor_named(name: str) -> Vendor:
    """The vendor of that name; InputError with the names there are."""
    unknown_vendor(name)
    return next(vendor for vendor in VENDORS if vendor.name == name)


def unknown_vendor(name: str, *more: str) -> None:
    """InputError unless a vendor (or one of `more`) has that name."""
    names = (*(vendor.name for vendor in VENDORS), *more)
    if name not in names:
        raise InputError(f"there is no vendor {name!r}", fix=did_you_mean(name, names))


def not_a_file(name: str) -> None:
    """InputError for an OpenAPI file, or a URL, where a vendor's name belongs."""
    path, kind = Path(name), "URL" if "://" in name else "file"
    if path.suffix.lower() in (".yaml", ".yml", ".json") or "/" in name or path.is_file():
        names = ", ".join(vendor.name for vendor in VENDORS)
        raise InputError(
            f"{name} is a {kind}, and a contract alone has no behaviour to serve",
            fix=f"Name a vendor: {names}",
        )


def writable(file: Path, option: str) -> None:
    """InputError for a file that cannot be written: told before the work, not after it."""
    folder = file.parent
    if folder.is_dir() and os.access(folder, os.W_OK) and not file.is_dir():
        return
    fix = "Name a file in a folder that you may write to"
    raise InputError(f"cannot write {file}", where=option, fix=fix)
