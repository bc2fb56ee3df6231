"""How a suite's server is run: what its ini file says, and what `sandbox_settings` returns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from understudy.client.application import sources
from understudy.errors import UnderstudyError
from understudy.modeled.sources import split
from understudy.plugin.shared_server import shared_url
from understudy.project.discovery import NO_PROJECT, PROJECT, in_force
from understudy.project.project import Project, read
from understudy.project.settings import in_process, of
from understudy.resources import specs
from understudy.server.admin.vendors import ADMIN
from understudy.settings import FROZEN, Settings

if TYPE_CHECKING:
    from understudy.plugin.remote_server import RemoteSandbox, RemoteServer
    from understudy.plugin.server import MeasuredSandbox, SandboxServer
    from understudy.plugin.summary import Run

    AnyServer = SandboxServer | RemoteServer
    AnySandbox = MeasuredSandbox | RemoteSandbox

EXAMPLE = '{"vendors": ["looply"], "clock": "frozen"}'


def server_of(returned: Any, config: pytest.Config, run: Run) -> AnyServer:
    """The run's server; what cannot be served fails the tests that want it, in words."""
    wanted = settings_of(returned, config)
    try:
        if url := url_of(config) or shared_url(config, wanted):
            from understudy.plugin.remote_server import RemoteServer

            token = wanted.admin_token or os.environ.get("UNDERSTUDY_ADMIN_TOKEN")
            own = tuple(each for each in wanted.scenarios if each != wanted.project)
            wanted, begun = replace(wanted, admin_token=token, scenarios=own), _begun(wanted)
            return RemoteServer(url, wanted, run, begun)
        from understudy.plugin.server import SandboxServer

        return SandboxServer(wanted, run)
    except UnderstudyError as error:
        told = str(error)
    pytest.fail(f"the sandbox cannot be served: {told}", pytrace=False)


def _begun(wanted: Settings) -> frozenset[str]:
    """Of clock and seed, what a server of the same project begins with."""
    said = read(Path(wanted.project)).source.value.keys() if wanted.project else ()
    return frozenset({"clock", "seed"}.intersection(said) - wanted.overrules)


def url_of(config: pytest.Config) -> str:
    """The server that runs already, by option, ini file or environment; empty: there is none."""
    named = config.option.sandbox_url or config.getini("understudy_url")
    return str(named or os.environ.get("UNDERSTUDY_URL", ""))


def settings(config: pytest.Config, **told: Any) -> Settings:
    """What is told, else what the ini file says, else the project; a clock that nobody names is
    frozen."""
    try:
        return in_process(_project(config), {**_ini_values(config), **told}, {"clock": FROZEN})
    except UnderstudyError as error:
        _refuse(f"the sandbox cannot be served: {error}")


def _project(config: pytest.Config) -> Project | None:
    """The project that the environment names, else the ini file, else the one that is found."""
    said = config.getini("understudy_project")
    if not said or any(os.environ.get(each) for each in (PROJECT, NO_PROJECT)):
        path = in_force(start=config.invocation_params.dir)
        return None if path is None else read(path)
    if said.lower() in ("off", "false", "no"):
        return None
    return of(_scenario_file(said, config), "understudy_project")


def settings_of(returned: Any, config: pytest.Config) -> Settings:
    """What the fixture `sandbox_settings` of a suite returns: settings, or some of them by name."""
    if isinstance(returned, Settings):
        return returned
    if not isinstance(returned, Mapping):
        kind = type(returned).__name__
        _refuse(f"sandbox_settings returns a {kind}. Return a dict like {EXAMPLE}")
    known = [each.name for each in fields(Settings)]
    if unknown := [name for name in returned if name not in known]:
        _refuse(f"sandbox_settings has no {unknown[0]!r}. There are {', '.join(known)}")
    told = {name: tuple(v) if isinstance(v, list) else v for name, v in returned.items()}
    if "documents" in told:
        told["documents"] = tuple(_document(each, config) for each in sources(told["documents"]))
    return settings(config, **told)


def settings_of_stories(config: pytest.Config) -> Settings:
    """What stories are played in: the project and the documents of the ini file; without a project
    all vendors that ship."""
    documents, project = documents_of(config), _project(config)
    shipped = tuple(name for name in specs() if name != ADMIN)
    vendors = shipped if documents and project is None else ()
    return in_process(project, {"vendors": vendors, "documents": documents}, {"clock": FROZEN})


def documents_of(config: pytest.Config) -> tuple[str, ...]:
    """The documents that the ini file names."""
    return tuple(_document(each, config) for each in config.getini("understudy_documents"))


def _ini_values(config: pytest.Config) -> dict[str, Any]:
    """What the ini file says; what it does not say is left out."""
    seed = config.getini("understudy_seed")
    try:
        number = int(seed) if seed else None
    except ValueError:
        _refuse(f"understudy_seed is {seed!r}. Write a whole number")
    values = {
        "vendors": tuple(config.getini("understudy_vendors")),
        "documents": documents_of(config),
        "scenarios": tuple(
            _scenario_file(each, config) for each in config.getini("understudy_scenarios")
        ),
        "clock": config.getini("understudy_clock") or None,
        "seed": number,
        "strict_names": config.getini("understudy_strict_names"),
        "any_key": config.getini("understudy_any_key"),
    }
    return {name: value for name, value in values.items() if value is not None}


def _scenario_file(scenario: str, config: pytest.Config) -> str:
    """A file beside the ini file, or else below the root of the run; or a shipped name."""
    beside = config.inipath.parent if config.inipath is not None else config.rootpath
    files = (folder / scenario for folder in (beside, config.rootpath))
    return next((str(file) for file in files if Path(file).exists()), scenario)


def _document(source: str, config: pytest.Config) -> str:
    """A document as it was named, its file beside the ini file or below the root of the run."""
    name, path = split(source)
    found = _scenario_file(str(path), config)
    return f"{name}={found}" if name else found


def _refuse(words: str) -> NoReturn:
    pytest.fail(words, pytrace=False)
