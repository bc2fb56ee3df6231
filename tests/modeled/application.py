"""A sandbox that serves documents, for tests, and a client of one document."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from understudy.modeled.assembly import Modeled, modeled
from understudy.modeled.section import Section
from understudy.server.app import Application
from understudy.server.inprocess import ask
from understudy.settings import Settings
from understudy.simulation.world import World


def application(*documents: Modeled, **settings: Any) -> Application:
    """An application of its own that serves these documents and nothing else."""
    return Application(Settings(**settings), [each.vendor for each in documents])


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Client:
    """Calls of one document's operations; every answer is held against the document."""

    def __init__(self, document: Mapping[str, Any], name: str = "orders", **settings: Any) -> None:
        known = ("stateless", "model", "section")
        options = {each: settings.pop(each) for each in known if each in settings}
        if "section" in options:
            options["section"] = Section(options["section"], str)
        self.made = modeled(name, document, **options)
        self.app = application(self.made, **{"clock": "frozen", "verify_replies": True, **settings})
        self.name = name

    @property
    def world(self) -> World:
        return self.app.sandbox.session("default").world(self.name)

    def call(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = dict(headers or {})
        content = body if isinstance(body, bytes) else b""
        if body is not None and not isinstance(body, bytes):
            content = json.dumps(body).encode()
            sent.setdefault("content-type", "application/json")
        target = f"/{self.name}{path}"
        answered = asyncio.run(ask(self.app, method, target, sent.items(), content))
        told = {name.lower(): value for name, value in answered.headers}
        value = json.loads(answered.body) if "json" in told.get("content-type", "") else None
        return Answer(answered.status, value if answered.body else None, told)

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, body, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("PUT", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("PATCH", path, body, headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.call("DELETE", path, headers=headers)

    def advance(self, milliseconds: int) -> None:
        self.app.sandbox.session("default").advance(milliseconds)
