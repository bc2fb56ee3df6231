"""A sandbox in a process of its own, and sessions in it, as any client has them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 30  # seconds until it must listen

SCENARIO: Mapping[str, Any] = {
    "understudy": 1,
    "scenario": "Orders that wait for an approval",
    "clock": {"at": "2026-01-05T09:00:00Z"},
    "world": {
        "cloudflare": {
            "base": "none",
            "accounts": [{"name": "shop", "id": "account_id"}],
            "credentials": [
                {
                    "name": "default",
                    "token": "shop-token",
                    "account": "shop",
                    "readings": ["any-script"],
                },
                {
                    "name": "by_key",
                    "email": "ops@shop.example",
                    "key": "144c9defac04969c7bfad8efaa8ea194aaaaa",
                    "account": "shop",
                    "readings": ["any-script"],
                },
            ],
            "workflows": [
                {
                    "name": "order",
                    "id": "5b0c7f3e-6a51-4f0d-8d0e-3a9d54c1e001",
                    "script_name": "shop",
                    "class_name": "Order",
                    "steps": [
                        {"do": "check", "takes": "30s", "output": {"ok": True}},
                        {"wait": "approval", "event": "approved"},
                        {"do": "ship", "takes": "1m", "output": 7},
                    ],
                    "versions": [
                        {
                            "id": "0a6b5d1e-1c11-4a10-9b01-000000000001",
                            "limits": {"steps": 100},
                            "default_retention": {"success_retention": "7d"},
                            "graph": {
                                "version": 1,
                                "workflow": {
                                    "class_name": "Order",
                                    "functions": {},
                                    "nodes": [{"type": "step_sleep", "name": "nap", "duration": 5}],
                                },
                            },
                        }
                    ],
                },
                {"name": "nightly", "schedules": ["0 2 * * *"], "steps": [{"do": "report"}]},
            ],
        }
    },
}


@dataclass(frozen=True)
class Session:
    """One session of a served sandbox."""

    origin: str
    name: str

    @property
    def url(self) -> str:
        """The base URL that takes the place of the vendor's."""
        return f"{self.origin}/~{self.name}/cloudflare/client/v4"

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.origin}/__admin/sessions/{self.name}{path}"
        answer = httpx.request(method, url, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def advance(self, by: str) -> None:
        self.admin("POST", "/clock/advance", {"by": by})

    def asked(self) -> list[tuple[str, int]]:
        """The operations called so far, with what each was answered, the oldest first."""
        told = self.admin("GET", "/requests?limit=1000")["requests"]
        calls = sorted(told, key=lambda each: int(each["id"].rpartition(".")[2]))
        return [(each["operation"], each["status"]) for each in calls]


def session(origin: str, name: str) -> Session:
    """A session that begins as the scenario says."""
    body = {"name": name, "scenario": SCENARIO}
    answer = httpx.post(f"{origin}/__admin/sessions", json=body)
    assert answer.status_code == 201, answer.text
    return Session(origin, name)


@contextmanager
def sandbox(folder: Path, *vendors: str) -> Iterator[str]:
    """The origin of a sandbox that listens until the block ends."""
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "understudy", "serve", *vendors]
    command += ["--port", "0", "--ready-file", str(ready)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            while not ready.exists():
                assert process.poll() is None, (process.stderr and process.stderr.read()) or b""
                assert time.monotonic() < deadline, "the sandbox does not listen"
                time.sleep(0.02)
            origin: str = json.loads(ready.read_text(encoding="utf-8"))["url"]
            yield origin
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)
