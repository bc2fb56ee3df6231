"""The options of `serve` as settings; what cannot be is refused by the option's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy import resources
from understudy.cli.project import words_of
from understudy.errors import InputError, UnderstudyError
from understudy.modeled.sources import is_document
from understudy.resources import CACHE, HOME
from understudy.settings import DEFAULT_HOST, FROZEN, REAL, Settings

if TYPE_CHECKING:
    from understudy.project.project import Project


def settings_of(
    vendors: tuple[str, ...], *, project: Project | None = None, **options: Any
) -> Settings:
    """The settings, refused by the name of the option that is wrong."""
    from understudy.cli.vendors import check_vendor

    vendors = served_by(project, vendors)
    shipped = resources.specs()
    documents = tuple(dict.fromkeys(each for each in vendors if is_document(each, shipped)))
    vendors = tuple(each for each in vendors if each not in documents)
    for name in vendors:
        check_vendor(name)
    if not documents:
        _check_no_document_is_needed(options)
    _check_clock(options["clock"])
    _check_token(options["admin_token"])
    _check_host(options["host"], options["admin_token"])
    options["cors"] = tuple(dict.fromkeys(options["cors"]))
    _check_cors(options["cors"])
    options["scenarios"] = tuple(dict.fromkeys(options["scenarios"]))
    given = {**options, "vendors": tuple(dict.fromkeys(vendors)), "documents": documents}
    if project is None:
        return Settings(**given)
    from understudy.project.settings import with_project

    return with_project(project, given)


def served_by(project: Project | None, words: tuple[str, ...]) -> tuple[str, ...]:
    """What is served: the words, and without one what the project says; InputError where these
    leave out what it tells something of."""
    if project is None or not words:
        return words if project is None else project.sources
    served = words_of(project, words)
    names = {each.partition("=")[0] for each in served}
    world = project.source.value.get("world", {})
    for name in project.names:
        if name not in names and (name in world or name in project.sections):
            where = project.where("world" if name in world else "behaviour", name)
            fix = f"Say understudy serve {' '.join((*words, name))}, or --no-project"
            raise InputError(f"the project is for {name}, too", where=where, fix=fix)
    return served


def _check_no_document_is_needed(options: Mapping[str, Any]) -> None:
    """InputError for what is said of documents where none is served."""
    for name in ("stateless", "no_auth"):
        if options[name]:
            fix = "Name one, like orders.yaml" + "; or say --any-key" * (name == "no_auth")
            what = "it is for documents, and none is served"
            raise InputError(what, where=f"--{name.replace('_', '-')}", fix=fix)


def check_watched(scenarios: tuple[str, ...], documents: tuple[str, ...] = ()) -> None:
    if not documents and not any(Path(each).is_file() for each in scenarios):
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


def _check_cors(origins: tuple[str, ...]) -> None:
    from understudy.server.pipeline.cors import CorsPolicy

    try:
        CorsPolicy(origins)
    except InputError as error:
        raise InputError(error.what, where="--cors", fix=error.fix) from None


def _check_token(token: str | None) -> None:
    if token is not None and (not token or not token.isascii() or not token.isprintable()):
        raise InputError(
            "a token that no header can carry", where="--admin-token", fix="Use printable ASCII"
        )


def _check_host(host: str, token: str | None) -> None:
    from understudy.server.wire.listen import is_loopback

    if not host.strip():
        fix = f"Leave it out for {DEFAULT_HOST}"
        raise InputError("an empty text is no address", where="--host", fix=fix)
    if token is None and not is_loopback(host):
        raise InputError(
            f"{host} can be reached from other machines and /__admin would be open to them",
            where="--host",
            fix="Add --admin-token TOKEN",
        )


def lacks_vendors(settings: Settings) -> InputError | None:
    """The refusal that names the vendors which the scenarios lack; None: they lack none."""
    from understudy.vendors import NAMES

    others = [name for name in NAMES if name not in settings.vendors]
    for count in range(1, len(others) + 1):
        for more in combinations(others, count):
            wanted = (*settings.vendors, *more)
            if _loads(replace(settings, vendors=wanted)):
                what = f"{' and '.join(settings.scenarios)} is for {' and '.join(more)}, too"
                fix = f"Say understudy serve {' '.join(wanted)}"
                return InputError(what, where="--scenario", fix=fix)
    return None


def _loads(settings: Settings) -> bool:
    from understudy.server.sessions.sandbox import Sandbox
    from understudy.vendors import shipped

    try:
        Sandbox(settings, shipped(settings.vendors))
    except UnderstudyError:
        return False
    return True


PREFIX = "UNDERSTUDY_"
ELSEWHERE = (  # what others than `serve` read: the other commands, stories, the suites of clients
    *(HOME, CACHE),
    *(f"{PREFIX}{name}" for name in ("DEBUG", "URL", "SECRET", "PYTHON", "NODE", "WRANGLER")),
)


def unknown_variables(
    said: Iterable[str], options: Iterable[str], stories: Iterable[str]
) -> Iterator[str]:
    """A line for each variable of our prefix that nobody reads, no story among these either, with
    the option's it is near."""
    known = list(options)
    found = [each for each in sorted(said) if each.upper().startswith(PREFIX)]
    strange = [each for each in found if each not in known and each not in ELSEWHERE]
    texts = list(map(_text, stories)) if strange else []
    for name in strange:
        if not any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts):
            yield f"Warning: {name} is no variable that serve reads. {_fix(name, known)}"


def _text(story: str) -> str:
    """What stands in a story; that it cannot be read is told when it is loaded."""
    try:
        return Path(story).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _fix(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # only a mistake wants it

    short = [each.removeprefix(PREFIX) for each in known]
    near = get_close_matches(name.upper().removeprefix(PREFIX), short, n=1)
    return f"Did you mean {PREFIX}{near[0]}?" if near else "See understudy serve --help"
