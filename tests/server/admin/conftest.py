"""One sandbox for all tests of a process; each test has a session of its own in it."""

from __future__ import annotations

from itertools import count

import pytest

from tests.server.admin.admin_client import AdminClient

_numbers = count(1)


@pytest.fixture(scope="session")
def admin() -> AdminClient:
    return AdminClient()


@pytest.fixture
def session(admin: AdminClient) -> str:
    """The name of a fresh session on a frozen clock."""
    name = f"test-{next(_numbers)}"
    clock = {"at": "2026-01-05T09:00:00Z"}
    assert admin.ask("POST", "/sessions", {"name": name, "clock": clock}).status == 201
    return name
