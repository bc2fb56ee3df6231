"""From records to the vendor's bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Raw

from understudy.simulation.clock import Instant, iso
from understudy.simulation.timeline import course, current
from understudy.simulation.timeline_items import Do, Item, Outcome, Parallel, Respond, Sleep, Wait
from understudy.vendors.refold.lifecycle.progress import culprit, tried
from understudy.vendors.refold.records import (
    COMPLETED,
    ERRORED,
    OVER,
    RUNNING,
    STOPPED,
    TIMED_OUT,
    Application,
    Execution,
    Workflow,
)

NODES = 100  # nodes told of one run: a long loop would fill megabytes

Came = tuple[str, int, Raw | None]  # a node's status, how often it was tried, what it put out

_KINDS: Mapping[type, str] = {Do: "action", Sleep: "delay", Wait: "wait", Respond: "response"}
_ENDED = {ERRORED: "Errored", TIMED_OUT: "Timed_Out", STOPPED: "Stopped"}


def result(execution: Execution) -> dict[str, Any]:
    """What a synchronous run is answered."""
    body: dict[str, Any] = {"return_value": execution.response, "execution_id": execution.id}
    if execution.state != COMPLETED:
        body |= {"errored": True, "execution_error": execution.error}
    return body


def public_result(execution: Execution) -> dict[str, Any]:
    """The same as the second version of the API tells it."""
    errored = execution.state != COMPLETED
    body: dict[str, Any] = {
        "return_value": execution.response,
        "execution_id": execution.id,
        "errored": errored,
        "status_code": status_of(execution),
    }
    return body | {"execution_error": execution.error} if errored else body


def status_of(execution: Execution) -> int:
    """The HTTP status of a synchronous run: that of its Response node, if it came to its end."""
    return execution.status_code if execution.state == COMPLETED else 200


def response(execution: Execution) -> dict[str, Any]:
    """What a run returned once it is over, and its status."""
    told = execution.response if execution.state in OVER else None
    return {"response": told, "status": execution.state}


def instance(
    execution: Execution, workflow: Workflow, application: Application, now: Instant
) -> dict[str, Any]:
    """A run with its nodes, as they are at that instant."""
    shown = {"_id": application.id, "name": application.title, "icon": application.icon}
    body = {
        "_id": execution.id,
        "name": f"Execution of {workflow.title}",
        "org_id": execution.organization,
        "associated_application": shown,
        "status": execution.state,
        "associated_workflow": {"_id": workflow.id, "name": workflow.title, "icon": ""},
        "associated_trigger_application": {
            "_id": application.id,
            "name": application.title,
            "app_type": application.slug,
            "origin_trigger": {"_id": workflow.id[::-1], "name": "API Call"},
        },
        "linked_account_id": execution.linked_account_id,
        "environment": execution.environment,
        "config_id": execution.config_id,
        # Its own second, and the rest of its id turned round: an id of another kind, kept nowhere.
        "associated_event_id": execution.id[:8] + execution.id[:7:-1],
        "type_of_execution": "SYNC" if execution.sync else "ASYNC",
        "completion_percentage": _percentage(execution, workflow),
        "nodes": _nodes(execution, workflow, now),
        "createdAt": iso(execution.created),
        "updatedAt": iso(execution.modified),
    }
    return body | {"completion_time": iso(execution.modified)} if execution.state in OVER else body


def _percentage(execution: Execution, workflow: Workflow) -> int:
    """How many of its nodes are behind it, of a hundred."""
    if execution.state == COMPLETED:
        return 100
    total = sum(not isinstance(item, Outcome) for item in workflow.timeline)
    return 100 * min(execution.position.step, total) // max(total, 1)


def _nodes(execution: Execution, workflow: Workflow, now: Instant) -> list[dict[str, Any]]:
    """The last nodes it has entered, the one it is at included."""
    timeline, here = workflow.timeline, execution.position.step
    entered = min(here + (execution.state != COMPLETED), len(timeline))
    newest: list[dict[str, Any]] = []
    for step in reversed(range(entered)):
        parts = _parts(timeline[step])
        for number, part in reversed([*enumerate(parts, 1)]):
            came = _succeeded(part) if step < here else _standing(part, execution, workflow, now)
            node_id = f"{step + 1}.{number}" if len(parts) > 1 else f"{step + 1}"
            newest.append(_node(node_id, part, execution, came))
        if len(newest) >= NODES:
            break
    return newest[:NODES][::-1]


def _parts(item: Item) -> tuple[Item, ...]:
    """The nodes of a step: those side by side are several, an outcome is none."""
    if isinstance(item, Parallel):
        return item.steps
    return () if isinstance(item, Outcome) else (item,)


def _node(node_id: str, item: Item, execution: Execution, came: Came) -> dict[str, Any]:
    status, attempts, output = came
    return {
        "node_id": node_id,
        "node_name": item.name,
        "node_type": _KINDS.get(type(item), "action"),
        "node_status": status,
        "attempts_made": attempts,
        "maximum_attempts": 1 + (item.retry.limit if isinstance(item, Do) and item.retry else 0),
        "input_data": execution.input,
        "latest_output": output,
    }


def _succeeded(item: Item) -> Came:
    failed = item.fails.times if isinstance(item, Do) and item.fails is not None else 0
    return "Success", 1 + (failed or 0), _output(item)


def _standing(part: Item, execution: Execution, workflow: Workflow, now: Instant) -> Came:
    """What has come of a node at which the run is, or was when it ended."""
    item = current(workflow.timeline, execution.position)
    if isinstance(item, Parallel) and isinstance(part, Do):
        return _beside(item, part, execution, now)
    waits = isinstance(part, Wait) and execution.state == RUNNING
    status = _ENDED.get(execution.state, "Waiting" if waits else "Ready")
    return status, execution.position.attempt, execution.error


def _beside(item: Parallel, part: Do, execution: Execution, now: Instant) -> Came:
    """What has come of one of several nodes side by side."""
    broken = culprit(item) if execution.state == ERRORED else None
    until = execution.modified if execution.state in OVER else now
    passed = until - execution.position.since if broken is None else course(broken)[0]
    length, well = course(part)
    if well and length <= passed:
        return _succeeded(part)
    if broken is None:
        return _ENDED.get(execution.state, "Ready"), 1, execution.error
    return ("Errored", tried(part), execution.error) if part is broken else ("Stopped", 1, None)


def _output(item: Item) -> Raw | None:
    if isinstance(item, Respond):
        return item.reply
    return item.output if isinstance(item, Do) else None
