"""The admin API of a sandbox of its own; every answer is held against its contract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.testclient import TestClient

from understudy.client import create_app
from understudy.openapi.operation import Match, Operation
from understudy.server.admin.problems import served
from understudy.settings import FROZEN, Settings

KEY = {"x-api-key": "looply-key-northwind"}
PATH = "/v2/workflows"
WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"


class AdminReply(NamedTuple):
    """What came back, and the name of the answer that it is."""

    status: int
    answer: str
    body: Any
    headers: Mapping[str, str]


class AdminClient:
    """An application with one vendor on a frozen clock, and a client for it."""

    def __init__(self, app: Any = None, **settings: Any) -> None:
        told = {"vendors": ("looply",), "clock": FROZEN, **settings}
        self.app = app or create_app(Settings(**told))
        self.sandbox = self.app.sandbox
        self.contract = self.sandbox.contract("admin")
        self.client = TestClient(self.app, raise_server_exceptions=True)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AdminReply:
        """One admin call, `path` below `/__admin`; its answer must be as the contract has it."""
        sent = dict(headers or {})
        content = raw if body is None else json.dumps(body).encode()
        if content is not None:
            sent.setdefault("content-type", "application/json")
        reply = self.client.request(method, f"/__admin{path}", content=content, headers=sent)
        told = reply.json() if reply.content else None
        found = self.contract.find(method, f"/__admin{path.partition('?')[0]}")
        name = _problem(told)
        if not isinstance(found, Match) and found.allow:
            assert reply.headers["allow"] == ", ".join(served(found.allow))
        if isinstance(found, Match):
            name = self._held(found.operation, reply.status_code, name, told, reply.headers)
        return AdminReply(reply.status_code, name, told, reply.headers)

    def call(self, method: str, path: str, *, session: str = "default", **more: Any) -> Any:
        """One call of the vendor, `path` below its base path."""
        headers = {**KEY, **more.pop("headers", {})}
        url = f"/~{session}/looply{PATH}{path}"
        return self.client.request(method, url, headers=headers, **more)

    def resume(self, process: str = "order-1001", *, session: str = "default") -> Any:
        """A resume of that process."""
        body = {"payload": {"source": "SAP"}}
        return self.call("POST", f"/resumeWorkflow/{process}", session=session, json=body)

    def _held(
        self, operation: Operation, status: int, name: str, body: Any, headers: Mapping[str, str]
    ) -> str:
        declared = operation.by_status(status)
        assert declared, f"{operation.id} does not declare {status}: {body}"
        answer = next((each for each in declared if each.name == name or not name), None)
        assert answer is not None, f"{operation.id} has no {name}"
        assert headers.get("content-type") == answer.media_type
        if answer.media_type is not None:
            assert operation.schemas[status](body) == []
        missing = [each for each in answer.headers if each.lower() not in headers]
        assert missing == []
        return answer.name


def _problem(body: Any) -> str:
    """The name in a problem's type; empty for anything else."""
    kind = body.get("type", "") if isinstance(body, dict) else ""
    return str(kind).removeprefix("urn:understudy:").replace("-", "_").upper()
