"""What the plugin imports late is imported before: pytester takes out again what its runs import,
and parts of C, as YAML's parser, do not bear to be imported twice."""

from __future__ import annotations

from importlib import import_module

import pytest

from understudy.plugin.server import SandboxServer
from understudy.plugin.summary import Run
from understudy.settings import FROZEN, Settings


@pytest.fixture(scope="session", autouse=True)
def everything_imported() -> None:
    for name in ("marker", "stories", "summary"):
        import_module(f"understudy.plugin.{name}")
    story = "looply/lost-answer"
    with (
        SandboxServer(Settings(clock=FROZEN), Run()) as server,
        server.sandbox(scenario=story, vendors=["looply"]) as sandbox,
    ):
        with sandbox.intercept(), sandbox.looply.client() as looply:
            looply.get("/getOrganizationWorkflows")
        sandbox.clock.advance("1m")
