"""A sandbox without a port: its vendor's calls, its rules and its explanations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from understudy.client import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.settings import FROZEN, Settings

KEY = ("x-api-key", "looply-key-northwind")
JSON = ("content-type", "application/json")
APPROVAL = "be9439c2-16b9-4de2-bb1a-9154b85af065"
WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"
RUNNING = "11111111-aaaa-4bbb-8ccc-000000000002"
PAYLOAD = {"payload": {"source": "SAP"}}


class LooplySandbox:
    """Looply on a frozen clock in the default session; every reply is held against the contract."""

    def __init__(self, **settings: Any) -> None:
        told = {"vendors": ("looply",), "clock": FROZEN, "verify_replies": True, **settings}
        self.app = create_app(Settings(**told))
        self.sandbox = self.app.sandbox
        self.process = InProcess(self.app)

    def __enter__(self) -> LooplySandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.close()

    def send(
        self, method: str, path: str, body: Any = None, timeout: float | None = None
    ) -> Answered:
        """One call of the vendor, `path` below its base path."""
        content = b"" if body is None else json.dumps(body).encode()
        target = f"/looply/v2/workflows{path}"
        return self.process.ask(method, target, (KEY, JSON), content, timeout)

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the admin API below the session: what it answers, which is no refusal."""
        content = b"" if body is None else json.dumps(body).encode()
        target = f"/__admin/sessions/default{path}"
        answer = self.process.ask(method, target, (JSON,), content)
        told = json.loads(answer.body) if answer.body else None
        assert answer.status < 300, told
        return told

    def rule(self, operation: str, **rule: Any) -> str:
        """Adds a rule; its id."""
        added: str = self.admin("POST", "/rules", {"operation": operation, **rule})["rules"][0][
            "id"
        ]
        return added

    def resume(self, process: str = "order-1001") -> Answered:
        return self.send("POST", f"/resumeWorkflow/{process}", PAYLOAD)

    def trigger(self, version: int = 2) -> str:
        """A new execution of the approval; its id."""
        path = f"/triggerworkflow/{APPROVAL}/{version}"
        made: str = read(self.send("POST", path, {"process_id": "p"}))["looply_execution_id"]
        return made

    def state(self, execution: str) -> str:
        """The state of an execution as the vendor tells it."""
        query = f"workflow_id={APPROVAL}&workflow_execution_id={execution}"
        found = read(self.send("GET", f"/getWorkflowExecutionById?{query}"))
        state: str = found["item"]["workflow_current_state"]
        return state

    def record(self, execution: str = WAITING) -> Any:
        """An execution as the admin API shows it."""
        return self.admin("GET", f"/records/looply/executions/{execution}")

    def why(self) -> Any:
        """The explanation of the last call."""
        return self.admin("GET", "/requests/latest")

    def advance(self, **how: Any) -> Any:
        return self.admin("POST", "/clock/advance", how)


def read(answer: Answered) -> Any:
    """The JSON of a reply that is no refusal."""
    told = json.loads(answer.body)
    assert answer.status < 300, told
    return told


def code(answer: Answered) -> tuple[int, str]:
    """A status and the vendor's own code."""
    told: Mapping[str, Any] = json.loads(answer.body)
    return answer.status, str(told.get("code", ""))
