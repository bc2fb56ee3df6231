"""A sandbox that serves documents, for tests."""

from __future__ import annotations

from typing import Any

from understudy.modeled.assembly import Modeled
from understudy.server.app import Application
from understudy.server.sessions.sandbox import Sandbox
from understudy.settings import Settings
from understudy.simulation.clock import Instant
from understudy.simulation.world import World


def application(*documents: Modeled, **settings: Any) -> Application:
    """An application of its own that serves these documents and nothing else."""
    app = Application(Settings(**settings), [each.vendor for each in documents])
    known = {each.vendor.name: each for each in documents}

    def template(vendor: str, seed: int, start: Instant) -> World:
        world = Sandbox._empty(app.sandbox, vendor, seed, start)
        known[vendor].begin(world, start)
        return world

    app.sandbox._contracts |= {each.vendor.name: each.contract for each in documents}
    app.sandbox._template = template  # type: ignore[method-assign]  # until a vendor brings its own
    return app
