"""From `@pytest.mark.sandbox(...)` to the session that a test begins with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from understudy.errors import UnderstudyError

if TYPE_CHECKING:
    from understudy.plugin.config import AnySandbox, AnyServer

KNOWN = ("scenario", "seed", "clock", "vendors", "deliberate")
LENGTH = 60  # of a session's name, so that a number still fits behind it


def opened(item: pytest.Item, server: AnyServer) -> AbstractContextManager[AnySandbox]:
    """The session of a test, named after it, as its markers say; a mistake in them fails it."""
    options = marker_options(item)
    try:
        return server.named(session_names(item.name), test=item.nodeid, **options)
    except UnderstudyError as error:
        told = str(error)
    pytest.fail(f"sandbox: {told}", pytrace=False)


def marker_options(item: pytest.Item) -> dict[str, Any]:
    """What the markers of a test ask for; the closest one wins."""
    options: dict[str, Any] = {}
    for marker in item.iter_markers("sandbox"):
        if marker.args:
            pytest.fail(f"pytest.mark.sandbox takes names: {', '.join(KNOWN)}", pytrace=False)
        if unknown := [name for name in marker.kwargs if name not in KNOWN]:
            fix = f"There are {', '.join(KNOWN)}"
            pytest.fail(f"pytest.mark.sandbox has no {unknown[0]!r}. {fix}", pytrace=False)
        options = {**marker.kwargs, **options}
    if "scenario" in options:
        options["scenario"] = _beside(options["scenario"], item)
    return options


def _beside(scenario: Any, item: pytest.Item) -> Any:
    """A file's name means one beside the test, or else below the root of the run."""
    if not isinstance(scenario, str | Path) or not str(scenario).endswith((".yaml", ".yml")):
        return scenario
    for folder in (item.path.parent, item.config.rootpath):
        if (folder / scenario).is_file():
            return folder / scenario
    return item.path.parent / scenario


def session_names(test: str) -> Iterator[str]:
    """The test's name as a session's, then with numbers, for where another one has it."""
    name = re.sub("[^A-Za-z0-9._-]+", "-", test).strip("-.")[:LENGTH].rstrip("-.") or "test"
    yield name
    for number in count(2):
        yield f"{name}-{number}"
