"""What every test has: a cache of its own, and property tests that find the same each time."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from understudy.project.discovery import NO_PROJECT, PROJECT
from understudy.resources import CACHE

settings.register_profile("understudy", deadline=None, print_blob=True)
settings.register_profile("ci", settings.get_profile("understudy"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "understudy")


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Parsed contracts are kept for this run only; nobody's own cache is read or written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE, str(tmp_path_factory.mktemp("contracts")))
        yield


@pytest.fixture(scope="session", autouse=True)
def servers_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Commands find no sandbox but those of this run, and tell nobody of these."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_project() -> Iterator[None]:
    """An understudy.yaml that lies about in the clone is nobody's: tests name the one they mean."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NO_PROJECT, "1")
        patch.delenv(PROJECT, raising=False)
        yield
