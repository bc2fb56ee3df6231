"""One sandbox for all pages of a process; each test looks at a session of its own in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.server.console.browsing import Browser

_numbers = count(1)


@pytest.fixture(scope="session")
def one_sandbox() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.process.close()


@pytest.fixture
def browser(one_sandbox: Browser) -> Browser:
    one_sandbox.session = f"test-{next(_numbers)}"
    made = {"name": one_sandbox.session, "clock": {"at": "2026-01-05T09:00:00Z"}}
    one_sandbox.start(made)
    return one_sandbox
