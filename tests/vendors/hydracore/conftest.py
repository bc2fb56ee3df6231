"""One sandbox for all desks of a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.vendors.hydracore.harness import Harness
from understudy.client import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings


@pytest.fixture(scope="session", autouse=True)
def sandbox() -> Iterator[None]:
    settings = Settings(vendors=("hydracore",), clock=FROZEN, verify_replies=True)
    with InProcess(create_app(settings)) as Harness.client:
        yield
