"""Calls Interactly: a small world, commands by name, answers by the contract."""

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
from understudy.vendors.interactly import VENDOR
from understudy.vendors.interactly.records import Run, Workflow

START = FROZEN_START
OURS, THEIRS = "aa0000000000000000000001", "aa0000000000000000000002"
ADA, BOB, CAN = (f"cc000000000000000000000{n}" for n in (1, 2, 3))
TALK, FOREIGN, NOWHERE = "dd0000000000000000000001", "dd0000000000000000000002", "0" * 24
SECTION: dict[str, Sequence[Mapping[str, Any]]] = {
    "credentials": [
        {"name": "default", "key": "our-key", "team": OURS, "user": ADA},
        {"name": "colleague", "key": "our-second-key", "team": OURS, "user": BOB},
        {"name": "other", "key": "their-key", "team": THEIRS, "user": CAN},
    ],
}
STEPS: list[dict[str, Any]] = [
    {"do": "greet", "takes": "2s", "events": [{"type": "assistant_response", "content": "Hello"}]},
    {"wait": "input"},
    {"do": "look_up", "takes": "30s", "output": {"found": 1}},
    {"wait": "pause"},
    {"do": "book", "takes": "1m", "output": {"booked": True}},
]
# What asks twice, and breaks.
ASK: dict[str, Any] = {
    "name": "ask",
    "steps": [
        {"do": "a", "takes": "1m"},
        {"wait": "input"},
        {"do": "b", "takes": "2m"},
        {"wait": "input"},
        {"do": "c", "takes": "3m", "fails": {"error": "c broke"}},
    ],
}
WORKFLOWS = [
    {"name": "talk", "id": TALK, "steps": STEPS},
    {"name": "foreign", "id": FOREIGN, "team": THEIRS, "steps": STEPS},
]


@cache
def contract() -> Contract:
    path = resources.spec("interactly")
    return compile_contract("interactly", load(path), str(path))


class Harness:
    """A world of small entries, and the calls that a client would make."""

    def __init__(
        self,
        *,
        runs: Sequence[Mapping[str, Any]] = (),
        workflows: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.world = World("interactly", VENDOR.kinds, seed=7, now=START)
        section = SECTION | {"workflows": [*WORKFLOWS, *workflows], "runs": runs}
        VENDOR.populate(self.world, section, START)
        self.world.advance(START)

    def after(self, *lengths: str) -> Harness:
        """The same, all of that later."""
        self.world.advance(self.world.now + sum(map(duration, lengths)))
        return self

    def reply(
        self, operation_id: str, *, body: Any = None, by: str = "default", **said: Any
    ) -> Reply:
        """The answer, a refusal in the vendor's words included; it keeps to the contract."""
        request = self._request(operation_id, body, by, said)
        try:
            reply = VENDOR.handlers[operation_id](request, self.world)
        except Problem as problem:
            reply = VENDOR.refuse(problem, request.operation, request.caller, request.call)
        reply.body = json.decode(json.encode(reply.body))
        assert request.operation.schemas[reply.status](reply.body) == []
        return reply

    def refused(self, operation_id: str, *, body: Any = None, **said: Any) -> Problem:
        """The problem of a call that is refused."""
        try:
            VENDOR.handlers[operation_id](
                self._request(operation_id, body, "default", said), self.world
            )
        except Problem as problem:
            return problem
        raise AssertionError(f"{operation_id} was not refused")

    def caller(self, by: str = "default") -> Caller:
        key = self.world["credentials"].get(by)
        assert key is not None
        return Caller(key.id, key.tenant, key)

    def _request(self, operation_id: str, body: Any, by: str, said: Mapping[str, Any]) -> Request:
        operation = contract().operations[operation_id]
        caller = self.caller(by)
        sent = b"" if body is None else json.encode(body)
        headers = VENDOR.sign(caller.credential)
        call = Call(operation.method, operation.path, headers=headers, body=sent)
        return Request(call, operation, said, body, caller)

    def post(self, by: str = "default", **body: Any) -> tuple[int, Any]:
        """The status and body of the one operation that changes something."""
        reply = self.reply("startOrResumeWorkflow", body=body, by=by)
        return reply.status, reply.body

    def outcome(self, by: str = "default", **body: Any) -> tuple[int, str]:
        """The status and the name of its answer."""
        reply = self.reply("startOrResumeWorkflow", body=body, by=by)
        return reply.status, reply.answer

    def start(self, workflow: str = TALK, **body: Any) -> Run:
        """A new run."""
        status, answer = self.post(workflow_id=workflow, **body)
        assert status == 200, answer
        return self.run(answer["workflow_run"]["_id"])

    def command(self, command: str, run: str, **body: Any) -> tuple[int, str]:
        """A command to a run: the status it is in then, or why it was refused."""
        found = self.run(run)
        status, answer = self.post(command=command, workflow_run_id=found.id, **body)
        if status != 200:
            return status, answer["detail"]
        assert answer["workflow_run"]["_id"] == found.id
        return status, answer["workflow_run"]["workflow_run"]["status"]

    def list(self, by: str = "default", **said: Any) -> tuple[int, Any]:
        reply = self.reply("listWorkflowRuns", by=by, **said)
        return reply.status, reply.body

    def read(self, run: str, by: str = "default") -> Any:
        """What a read says of a run."""
        reply = self.reply("getWorkflowRun", workflow_run_id=self.run(run).id, by=by)
        return reply.body

    def run(self, which: str) -> Run:
        """A run by its name, or by its id."""
        runs = self.world["runs"]
        found: Run | None = runs.first("name", which) or runs.get(which)
        assert found is not None, which
        return found

    def state(self, which: str) -> str:
        return self.run(which).state

    def workflow(self, name: str) -> Workflow:
        found: Workflow | None = self.world["workflows"].first("name", name)
        assert found is not None, name
        return found


def types(run: Run) -> list[list[str]]:
    """The types of a run's events, pair by pair."""
    return [[json.decode(event)["type"] for event in pair.events] for pair in run.pairs]


def inputs(run: Run) -> list[tuple[str, str | None]]:
    """The command of each pair, and the run id it was sent with."""
    given = (json.decode(pair.run_input) for pair in run.pairs)
    return [(each["command"], each["workflow_run_id"]) for each in given]
