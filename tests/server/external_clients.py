"""A server on a port of its own, and three clients that look at it from outside."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx
import requests

from tests.server.looply_sandbox import APPROVAL, PAYLOAD, WAITING

HEADERS = {"x-api-key": "looply-key-northwind", "content-type": "application/json"}
CLIENTS = ("httpx", "requests", *(("curl",) if shutil.which("curl") else ()))


@dataclass(frozen=True)
class Seen:
    """What a client saw: an answer, or the name (curl: the exit code) of what went wrong."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wrong: str = ""
    took: float = 0

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Outside:
    """One session of a server that runs, seen by one client."""

    def __init__(self, url: str, session: str, client: str) -> None:
        self.url = url
        self.session = session
        self._send = {"httpx": _httpx, "requests": _requests, "curl": _curl}[client]
        made = self.admin("POST", "", {"name": session, "clock": "frozen"})
        assert made.get("name") == session, made

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """The admin API, asked by a client that no fault befalls."""
        below = f"/{self.session}{path}" if path else ""
        url = f"{self.url}/__admin/sessions{below}"
        return httpx.request(method, url, json=body, trust_env=False).json()

    def rule(self, operation: str, **rule: Any) -> None:
        told = self.admin("POST", "/rules", {"operation": operation, **rule})
        assert "rules" in told, told

    def send(self, method: str, path: str, body: Any = None, timeout: float = 20) -> Seen:
        content = b"" if body is None else json.dumps(body).encode()
        url = f"{self.url}/~{self.session}/looply/v2/workflows{path}"
        begun = monotonic()
        seen = self._send(method, url, content, timeout)
        return Seen(seen.status, seen.headers, seen.body, seen.wrong, monotonic() - begun)

    def resume(self, timeout: float = 20) -> Seen:
        return self.send("POST", "/resumeWorkflow/order-1001", PAYLOAD, timeout)

    def look(self, timeout: float = 20) -> Seen:
        query = f"workflow_id={APPROVAL}&workflow_execution_id={WAITING}"
        return self.send("GET", f"/getWorkflowExecutionById?{query}", timeout=timeout)

    def state(self) -> str:
        state: str = self.admin("GET", f"/records/looply/executions/{WAITING}")["state"]
        return state

    def why(self) -> Any:
        return self.admin("GET", "/requests/latest")


def _httpx(method: str, url: str, body: bytes, timeout: float) -> Seen:
    try:
        with httpx.Client(trust_env=False, timeout=timeout) as client:
            reply = client.request(method, url, content=body, headers=HEADERS)
    except httpx.TransportError as error:
        return Seen(wrong=type(error).__name__)
    return Seen(reply.status_code, reply.headers, reply.content)


def _requests(method: str, url: str, body: bytes, timeout: float) -> Seen:
    try:
        with requests.Session() as client:
            client.trust_env = False
            reply = client.request(method, url, data=body, headers=HEADERS, timeout=timeout)
    except requests.RequestException as error:
        return Seen(wrong=type(error).__name__)
    return Seen(reply.status_code, {k.lower(): v for k, v in reply.headers.items()}, reply.content)


def _curl(method: str, url: str, body: bytes, timeout: float) -> Seen:
    named = [f"-H{name}: {value}" for name, value in HEADERS.items()]
    sent = ["--data-binary", "@-"] if body else []
    limits = ["--max-time", str(timeout), "--noproxy", "*"]
    done = subprocess.run(
        ["curl", "-s", "-i", "-X", method, *named, *sent, *limits, url],
        input=body,
        capture_output=True,
    )
    if done.returncode:
        return Seen(wrong=str(done.returncode))
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    return Seen(int(status.split()[1]), {name.lower(): value for name, _, value in pairs}, content)
