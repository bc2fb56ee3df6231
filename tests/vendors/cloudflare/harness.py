"""Calls Cloudflare: a small world, calls by name, answers held to the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import json

from understudy.client import create_app
from understudy.scenarios.loader import load_value
from understudy.server.inprocess import Answered, InProcess
from understudy.settings import FROZEN, Settings
from understudy.simulation.clock import FROZEN_START, duration, iso
from understudy.vendors.cloudflare import VENDOR
from understudy.vendors.cloudflare.records import Instance

START = FROZEN_START
OURS, THEIRS, FREE = "ours", "theirs", "free"
ACCOUNTS = [
    {"name": OURS, "id": OURS},
    {"name": THEIRS, "id": THEIRS},
    {"name": FREE, "id": FREE, "settings": {"plan": "free", "running": 2, "queued": 3}},
]
CREDENTIALS = [
    {"name": "default", "token": "our-token", "account": OURS},
    {"name": "types", "token": "types", "account": OURS, "readings": ["event-wait-is-waiting"]},
    {
        "name": "unlimited",
        "token": "unlimited",
        "account": OURS,
        "readings": ["quota-unenforced"],
    },
    {"name": "early", "token": "early", "account": OURS, "readings": ["any-script"]},
    {"name": "reader", "token": "our-reading-token", "account": OURS, "role": "read"},
    {
        "name": "key",
        "email": "ops@ours.example",
        "key": "0123456789abcdef0123456789abcdef01234",
        "account": OURS,
    },
    {"name": "other", "token": "their-token", "account": THEIRS},
    {"name": "free", "token": "free-token", "account": FREE},
]
SCRIPTS = [
    *({"name": each, "account": OURS} for each in ("s", "mails")),
    {"name": "mails", "account": FREE},
]
STEPS: list[dict[str, Any]] = [
    {"do": "check", "takes": "30s", "output": {"ok": True}},
    {"wait": "for a nod", "event": "nod"},
    {"do": "post", "takes": "5m", "output": {"document": 1}},
]
EMPTY: dict[str, Any] = {}
_numbers = count()


@cache
def application() -> Any:
    """One sandbox for all; each has a session of its own."""
    return create_app(
        Settings(vendors=("cloudflare",), clock=FROZEN, verify_replies=True, sessions=10_000)
    )


@cache
def line() -> InProcess:
    return InProcess(application())


def at(length: str) -> str:
    """The instant so long after the start, as the vendor writes it."""
    return iso(START + duration(length))


class Harness:
    """A world of small entries, and the calls that a client would make."""

    def __init__(
        self,
        steps: Sequence[Mapping[str, Any]] = STEPS,
        *,
        workflows: Sequence[Mapping[str, Any]] = (),
        instances: Sequence[Mapping[str, Any]] = (),
        root: str = "workflows",
        **workflow: Any,
    ) -> None:
        world = {
            "base": "none",
            "accounts": ACCOUNTS,
            "credentials": CREDENTIALS,
            "scripts": SCRIPTS,
            "workflows": [{"name": "w", "steps": steps, **workflow}, *workflows],
            "instances": [{"workflow": "w", **each} for each in instances],
        }
        sandbox = application().sandbox
        value = {"understudy": 1, "world": {"cloudflare": world}}
        scenario = load_value(value, [VENDOR], sandbox.contract)
        self.name = f"test-{next(_numbers)}"
        self.session = sandbox.create(self.name, sandbox.origin([scenario]))
        self.account, self.workflow, self.caller = OURS, "w", "default"
        self.root = root

    @property
    def world(self) -> Any:
        self.session.present()
        return self.session.world("cloudflare")

    def by_the_types(self) -> Harness:
        """The same, asked by whom a wait for an event is told as `waiting`."""
        self.caller = "types"
        return self

    def after(self, length: str) -> Harness:
        """The same, that much later."""
        self.session.advance(duration(length))
        return self

    def ask(
        self,
        method: str,
        path: str = "",
        body: Any = None,
        *,
        by: str | None = "",
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        **query: Any,
    ) -> tuple[int, Any]:
        """The status and the body of an answer; `path` goes on behind the workflow's."""
        reply = self.reply(method, path, body, by=by, headers=headers, raw=raw, **query)
        return reply.status, json.decode(reply.body)

    def reply(
        self,
        method: str,
        path: str = "",
        body: Any = None,
        *,
        by: str | None = "",
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        **query: Any,
    ) -> Answered:
        """An answer as it came."""
        root = f"/~{self.name}/cloudflare/client/v4/accounts/{self.account}/{self.root}"
        target = f"{root}{path}" + (f"?{urlencode(query)}" if query else "")
        signed = {}
        by = self.caller if by == "" else by
        if by is not None:
            signed = dict(VENDOR.sign(self.world["credentials"].get(by)))
        content = raw if raw is not None else b"" if body is None else json.encode(body)
        sent = {"content-type": "application/json", **signed, **(headers or {})}
        return line().ask(method, target, list(sent.items()), content)

    def result(self, method: str, path: str = "", body: Any = None, **more: Any) -> Any:
        """The result of a call that is answered 200."""
        status, answer = self.ask(method, path, body, **more)
        assert status == 200, answer
        assert (answer["success"], answer["errors"], answer["messages"]) == (True, [], [])
        return answer["result"]

    def refused(self, method: str, path: str = "", body: Any = None, **more: Any) -> Any:
        """The status and the code of a call that is refused."""
        status, answer = self.ask(method, path, body, **more)
        assert status >= 400, answer
        assert (answer["success"], answer["messages"], answer["result"]) == (False, [], None)
        return status, answer["errors"][0]["code"]

    def create(self, instance_id: str = "i", **body: Any) -> Any:
        body = {"instance_id": instance_id, **body}
        return self.result("POST", f"/{self.workflow}/instances", body)

    def path(self, instance_id: str) -> str:
        return f"/{self.workflow}/instances/{quote(instance_id, safe='')}"

    def describe(self, instance_id: str = "i", **query: Any) -> Any:
        return self.result("GET", self.path(instance_id), **query)

    def status(self, instance_id: str = "i") -> str:
        status: str = self.describe(instance_id, simple="true")["status"]
        return status

    def change(
        self, action: str, instance_id: str = "i", *, step: Any = None, **more: Any
    ) -> str | tuple[int, int]:
        """The status right after an action, or the status and code of its refusal."""
        start = {} if step is None else {"from": step}
        path, body = f"{self.path(instance_id)}/status", {"status": action, **start, **more}
        status, answer = self.ask("PATCH", path, body)
        if status == 200:
            told: str = answer["result"]["status"]
            return told
        return status, answer["errors"][0]["code"]

    def send(self, event: str, payload: Any = EMPTY, instance_id: str = "i") -> Any:
        return self.result("POST", f"{self.path(instance_id)}/events/{event}", payload)

    def listed(self, **query: Any) -> list[str]:
        return [each["id"] for each in self.result("GET", f"/{self.workflow}/instances", **query)]

    def counts(self) -> dict[str, int]:
        counted: dict[str, int] = self.result("GET", f"/{self.workflow}")["instances"]
        return counted

    def steps(self, instance_id: str = "i") -> list[tuple[Any, ...]]:
        """The log in short: label, type, how it ended, start and end."""
        return [
            (
                each.get("name", ""),
                each["type"],
                each.get("success", each.get("finished")),
                each.get("start"),
                each.get("end"),
            )
            for each in self.describe(instance_id)["steps"]
        ]

    def record(self, instance_id: str = "i") -> Instance:
        """What the world knows of an instance."""
        found = self.world["workflows"].first("name", (self.account, self.workflow))
        instance: Instance | None = self.world["instances"].get(f"{found.id}/{instance_id}")
        assert instance is not None, instance_id
        return instance

    def transitions(self, instance_id: str = "i") -> list[str]:
        """The events that led it where it is."""
        trail = self.world.transitions("instances", self.record(instance_id).id)
        return [step.event for step in trail]
