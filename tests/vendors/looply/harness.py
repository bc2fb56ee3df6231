"""Calls Looply: a small world, calls by name, answers held to the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import json

from understudy import resources
from understudy.openapi.compiler import compile_contract
from understudy.openapi.document import load
from understudy.openapi.operation import Contract
from understudy.simulation.clock import FROZEN_START, duration
from understudy.simulation.world import World
from understudy.vendor import Call, Caller, Problem, Reply, Request
from understudy.vendors.looply import VENDOR
from understudy.vendors.looply.records import Execution, Workflow

START = FROZEN_START
APPROVAL = "be9439c2-16b9-4de2-bb1a-9154b85af065"
STEPS: list[dict[str, Any]] = [
    {"do": "check", "takes": "30s", "output": {"valid": True}},
    {"wait": "manager"},
    {"do": "post", "takes": "5m", "output": {"document": 1}},
]
CREDENTIALS = [
    {"name": "default", "key": "our-key", "organization": "ours", "user": "ada"},
    {"name": "other", "key": "their-key", "organization": "theirs", "user": "bob"},
]
WORKFLOWS = [
    {"name": "approval", "id": APPROVAL, "title": "Approval", "steps": STEPS},
    {"name": "foreign", "organization": "theirs", "steps": STEPS},
]


@cache
def contract() -> Contract:
    path = resources.spec("looply")
    return compile_contract("looply", load(path), str(path))


class Harness:
    """A world of small entries, and the calls that a client would make."""

    def __init__(
        self,
        *,
        executions: Sequence[Mapping[str, Any]] = (),
        workflows: Sequence[Mapping[str, Any]] = (),
        installations: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.world = World("looply", VENDOR.kinds, seed=7, now=START)
        section: dict[str, Sequence[Mapping[str, Any]]] = {
            "credentials": CREDENTIALS,
            "workflows": [*WORKFLOWS, *workflows],
            "executions": executions,
            "installations": installations,
        }
        VENDOR.populate(self.world, section, START)
        self.world.advance(START)

    def after(self, length: str) -> Harness:
        """The same, that much later."""
        self.world.advance(self.world.now + duration(length))
        return self

    def request(
        self, operation_id: str, *, body: Any = None, by: str = "default", **values: Any
    ) -> Request:
        operation = contract().operations[operation_id]
        key = self.world["credentials"].get(by)
        assert key is not None
        caller = Caller(key.id, key.tenant, key)
        call = Call(operation.method, operation.path, headers={"x-api-key": key.key})
        request = Request(call, operation, values, body, caller)
        request.named = VENDOR.named(request, self.world)
        return request

    def reply(
        self, operation_id: str, *, body: Any = None, by: str = "default", **values: Any
    ) -> Reply:
        """The answer, a refusal in the vendor's words included; it keeps to the contract."""
        request = self.request(operation_id, body=body, by=by, **values)
        handler = VENDOR.handlers[request.operation.handled_by]
        try:
            reply = handler(request, self.world)
        except Problem as problem:
            reply = VENDOR.refuse(problem, request.operation, request.caller, request.call)
        reply.body = json.decode(json.encode(reply.body))
        assert request.operation.schemas[reply.status](reply.body) == []
        return reply

    def ask(self, operation_id: str, **said: Any) -> tuple[int, Any]:
        """The status and the body of an answer."""
        reply = self.reply(operation_id, **said)
        return reply.status, reply.body

    def outcome(self, operation_id: str, **said: Any) -> tuple[int, str]:
        """The status and the name of an answer."""
        reply = self.reply(operation_id, **said)
        return reply.status, reply.answer

    def refused(self, operation_id: str, **said: Any) -> Problem:
        """The problem of a call that is refused."""
        request = self.request(operation_id, **said)
        try:
            VENDOR.handlers[request.operation.handled_by](request, self.world)
        except Problem as problem:
            return problem
        raise AssertionError(f"{operation_id} was not refused")

    def trigger(self, **said: Any) -> Execution:
        """A new execution of the approval workflow."""
        status, body = self.ask("triggerLatestWorkflow", **{"workflow_id": APPROVAL, **said})
        assert status == 200
        return self.execution(body["looply_execution_id"])

    def resume(self, process_id: str, payload: Any = None, **said: Any) -> tuple[int, str]:
        body = {"payload": {"source": "SAP", **(payload or {})}}
        return self.outcome("resumeWorkflow", process_id=process_id, body=body, **said)

    def terminate(self, process_id: str, body: Any = None, **said: Any) -> tuple[int, str]:
        return self.outcome("terminateWorkflow", process_id=process_id, body=body, **said)

    def toggle(self, action: str, **said: Any) -> tuple[int, str]:
        workflow = self.workflow("nightly")
        wanted = {"workflow_id": workflow.workflow_id, "workflow_version": 1, "action": action}
        return self.outcome(
            "toggleScheduledWorkflow", body={**wanted, **said.pop("body", {})}, **said
        )

    def execution(self, which: str) -> Execution:
        """An execution by its name, or by its id."""
        executions = self.world["executions"]
        found: Execution | None = executions.first("name", which) or executions.get(which)
        assert found is not None, which
        return found

    def workflow(self, name: str) -> Workflow:
        found: Workflow | None = self.world["workflows"].first("name", name)
        assert found is not None, name
        return found
