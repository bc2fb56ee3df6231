"""`--project` and `--no-project` of each command that a project file speaks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from understudy.errors import InputError
from understudy.settings import DEFAULT_HOST, DEFAULT_PORT

if TYPE_CHECKING:
    from understudy.project.project import Project

KEY = "understudy.project"  # where a command's context keeps it
RULE = """What is said on the command line wins, then its variable of the environment, then the
project file: understudy.yaml in the working folder or above it, up to the repository's root."""
VENDORS = "vendors"


class ProjectCommand(click.Command):
    """A command that takes what it is not told from the project file in force."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.params += [_PROJECT, _NO_PROJECT]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Finds the project first: what it says stands below what is typed."""
        typed, _, _ = self.make_parser(ctx).parse_args(list(args))
        if not any("help" in name for name, given in typed.items() if given is True):
            project = _in_force(ctx, typed)
            ctx.meta[KEY] = project
            if project is not None:
                ctx.default_map = {**(ctx.default_map or {}), **self._defaults(project)}
        return super().parse_args(ctx, args)

    def _defaults(self, project: Project) -> Mapping[str, Any]:
        """What the project says, by the names of this command's parameters."""
        names = {opt.lstrip("-").replace("-", "_"): each for each in self.params
                 for opt in each.opts}  # fmt: skip
        found = {
            str(names[key].name): [value] if _takes_several(names[key], value) else value
            for key, value in project.options.items()
            if key in names and names[key].param_type_name == "option"
        }
        if _asks_a_server(names) and project.options.keys() & {"host", "port"}:
            found["url"] = _url(project)
        return found


def current() -> Project | None:
    """The project of the command that runs."""
    ctx = click.get_current_context(silent=True)
    found: Project | None = None if ctx is None else ctx.meta.get(KEY)
    return found


def place_of(ctx: click.Context, param: click.Parameter) -> str:
    """Where the project says a parameter's value; "": it does not."""
    project: Project | None = ctx.meta.get(KEY)
    source = ctx.get_parameter_source(param.name or "")
    if project is None or source is not ParameterSource.DEFAULT_MAP:
        return ""
    return project.where("options", param.opts[0].lstrip("-").replace("-", "_"))


def words_of(project: Project | None, said: Sequence[str]) -> tuple[str, ...]:
    """Words that may be names or files of the project's documents, as `serve` takes them."""
    if project is None:
        return tuple(said)
    from understudy.project.settings import named_in

    names = [(word, named_in(project, word)) for word in said]
    return tuple(
        word if name is None else f"{name}={project.documents[name]}" for word, name in names
    )


def _asks_a_server(names: Mapping[str, click.Parameter]) -> bool:
    """Whether a command asks a sandbox that runs, if nobody names another."""
    default = names["url"].default if "url" in names else None
    return callable(default) or isinstance(default, str)


def _takes_several(param: click.Parameter, value: Any) -> bool:
    return bool(param.multiple) and isinstance(value, str)


def _url(project: Project) -> str:
    host = project.options.get("host", DEFAULT_HOST)
    port = project.options.get("port", DEFAULT_PORT)
    reachable = DEFAULT_HOST if host in ("0.0.0.0", "::") else host
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"


def _in_force(ctx: click.Context, typed: Mapping[str, Any]) -> Project | None:
    """The project of what was typed, of the environment, or of the working folder."""
    project, by = _PROJECT.consume_value(ctx, typed)
    none, none_by = _NO_PROJECT.consume_value(ctx, typed)
    said = ParameterSource.COMMANDLINE
    if by is said and none_by is said:
        raise InputError("both at once", where="--project and --no-project", fix="Say one")
    if none_by is said or (by is not said and _is_set(none, ctx)):
        return None
    from understudy.project.discovery import found, named
    from understudy.project.project import read

    where = "--project" if by is said else str(_PROJECT.envvar)
    is_named = isinstance(project, str) and project  # click has a value of its own for "unset"
    path = named(project, where) if is_named else found(Path.cwd())
    return None if path is None else read(path)


def _is_set(value: Any, ctx: click.Context) -> bool:
    """Whether a flag, perhaps said as a text of the environment, is on."""
    return isinstance(value, str | bool) and bool(_NO_PROJECT.type(value, _NO_PROJECT, ctx))


_PROJECT = click.Option(
    ["--project"],
    envvar="UNDERSTUDY_PROJECT",
    show_envvar=True,
    expose_value=False,
    metavar="FILE",
    help="Another project file than the understudy.yaml that is found.",
)
_NO_PROJECT = click.Option(
    ["--no-project"],
    envvar="UNDERSTUDY_NO_PROJECT",
    show_envvar=True,
    expose_value=False,
    is_flag=True,
    default=False,
    help="Read no project file.",
)
