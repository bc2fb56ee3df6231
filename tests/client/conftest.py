"""One application for all these tests, reached in process and through a port of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from understudy.client import Sandbox, create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings


@pytest.fixture(scope="session")
def app() -> Any:
    """Not one that a server serves: each has one thread that is in it."""
    return create_app(Settings(clock=FROZEN, verify_replies=True))


@pytest.fixture(scope="session")
def server() -> Iterator[ThreadServer]:
    with ThreadServer(create_app(Settings(clock=FROZEN, verify_replies=True))) as running:
        yield running


@pytest.fixture
def inside(app: Any) -> Iterator[Sandbox]:
    """A session in process."""
    with Sandbox(app=app) as sandbox:
        yield sandbox


@pytest.fixture
def outside(server: ThreadServer) -> Iterator[Sandbox]:
    """A session over HTTP."""
    with Sandbox(server.url) as sandbox:
        yield sandbox


@pytest.fixture(params=["inside", "outside"])
def either(request: pytest.FixtureRequest) -> Sandbox:
    """A session in process, then one over HTTP: both behave alike."""
    sandbox: Sandbox = request.getfixturevalue(request.param)
    return sandbox
