"""One served sandbox for all clients."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.clients.sandbox_process import Session, sandbox, session

_numbers = count(1)


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sandbox listens."""
    with sandbox(tmp_path_factory.mktemp("served"), "cloudflare") as listening:
        yield listening


@pytest.fixture
def shop(origin: str) -> Session:
    """A session of this test's own."""
    return session(origin, f"shop-{next(_numbers)}")
