"""Calls HydraCore: a sandbox with a small world, calls by path, any credential."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from understudy.server.inprocess import InProcess

OURS, THEIRS = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
LETTINGS, SALES = "bbbbbbbb-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
FOREIGN = "bbbbbbbb-0000-4000-8000-000000000003"
ADA, BOB = "cccccccc-0000-4000-8000-000000000001", "cccccccc-0000-4000-8000-000000000002"
NOBODY = "00000000-0000-4000-8000-000000000000"
START = "2026-01-01T00:00:00Z"
ONE = "dddddddd-0000-4000-8000-000000000001"

BEARERS = {
    "agent": "proxy-lettings",
    "sales-agent": "proxy-sales",
    "other-agent": "proxy-theirs",
    "admin": "admin-ours",
    "member": "member-ours",
    "other-admin": "admin-theirs",
}
WORLD: dict[str, Any] = {
    "base": "none",
    "instances": [
        {"name": "lettings", "id": LETTINGS, "tenant": OURS},
        {"name": "sales", "id": SALES, "tenant": OURS},
        {"name": "foreign", "id": FOREIGN, "tenant": THEIRS},
    ],
    "credentials": [
        {"name": "default", "key": "key-ours", "proxy_key": "proxy-lettings", "tenant": OURS},
        {"name": "other", "key": "key-theirs", "proxy_key": "proxy-theirs", "tenant": THEIRS},
        {"name": "admin", "role": "admin", "key": "admin-ours", "tenant": OURS},
        {"name": "member", "role": "member", "key": "member-ours", "tenant": OURS},
        {"name": "other-admin", "role": "admin", "key": "admin-theirs", "tenant": THEIRS},
        {"name": "agent", "role": "proxy", "key": "proxy-lettings", "instance": "lettings"},
        {"name": "sales-agent", "role": "proxy", "key": "proxy-sales", "instance": "sales"},
        {
            "name": "other-agent",
            "role": "proxy",
            "key": "proxy-theirs",
            "instance": "foreign",
            "tenant": THEIRS,
        },
    ],
}


class Response(NamedTuple):
    """A status, a decoded body, headers."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Harness:
    """A session with a world of its own, until the next one; `workflows` are all its records."""

    client: ClassVar[InProcess]

    def __init__(
        self, *workflows: Mapping[str, Any], rules: Sequence[Any] = (), **section: Sequence[Any]
    ) -> None:
        self.admin("DELETE", "/test")
        world = {**WORLD, **section, "workflows": workflows}
        scenario = {
            "understudy": 1,
            "scenario": "a test",
            "vendor": "hydracore",
            "world": {"hydracore": world},
            "rules": rules,
        }
        made = self.admin("POST", "", {"name": "test", "scenario": scenario, "clock": "frozen"})
        assert made.status == 201, made.body

    def admin(self, method: str, path: str, body: Any = None) -> Response:
        return self._send(method, f"/__admin/sessions{path}", {}, _encoded(body))

    def after(self, length: str) -> Harness:
        """The same, that much later."""
        told = self.admin("POST", "/test/clock/advance", {"by": length})
        assert told.status == 200, told.body
        return self

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: str | None = "agent",
        raw: bytes | None = None,
        **headers: str,
    ) -> Response:
        """One call; `by` is a credential of the world (`key-...` an API key), or nobody."""
        signed = {} if by is None else {"authorization": f"Bearer {BEARERS.get(by, by)}"}
        if by is not None and by.startswith("key-"):
            signed = {"x-api-key": by}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = _encoded(body) if raw is None else raw
        return self._send(method, f"/~test/hydracore{path}", {**signed, **named}, content)

    def internal(self, method: str, path: str = "", body: Any = None, **more: Any) -> Response:
        """A call of the agent runtime to its instance."""
        return self.ask(method, instance_path(path), body, **more)

    def dashboard(self, method: str, path: str = "", body: Any = None, **more: Any) -> Response:
        """A call of the tenant's dashboard."""
        return self.ask(method, f"/v1/workflows{path}", body, **{"by": "admin", **more})

    def create(self, **fields: Any) -> Any:
        """A new record, as it was answered."""
        body = {"customer_id": ADA, "workflow_type": "custom", **fields}
        told = self.internal("POST", body=body)
        assert told.status == 201, told.body
        return told.body

    def advance(self, **fields: Any) -> Response:
        """Writes something on the record."""
        return self.internal("PATCH", f"/{ONE}", {"action": "noted", **fields})

    def read(self, workflow_id: str = ONE) -> Any:
        """The record as the dashboard shows it."""
        told = self.dashboard("GET", f"/{workflow_id}")
        assert told.status == 200, told.body
        return told.body

    def _send(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Response:
        sent = {"content-type": "application/json", **headers} if content else dict(headers)
        got = self.client.ask(method, path, sent.items(), content)
        return Response(got.status, json.loads(got.body) if got.body else None, dict(got.headers))


def instance_path(path: str = "", instance: str = LETTINGS) -> str:
    return f"/internal/v1/instances/{instance}/workflows{path}"


def _encoded(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()
