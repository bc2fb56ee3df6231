"""Records as Looply writes them, key for key, and its pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from msgspec import UNSET, Raw, json

from understudy.simulation.collection import Record
from understudy.simulation.timeline_items import Timeline
from understudy.simulation.world import World
from understudy.vendor import Reply
from understudy.vendors.looply.lifecycle import workflow_of
from understudy.vendors.looply.records import ACTIVE, LIVE, Execution, Installation, Workflow
from understudy.vendors.looply.wire.shapes import (
    ExecutionItem,
    ExecutionRow,
    LogEntry,
    SchemaItem,
    WorkflowItem,
    WorkflowRow,
)

ROWS = 2_048  # encoded list rows kept at hand: some 70 full pages, about 2 MB

R = TypeVar("R", bound=Record)


def current_state(execution: Execution) -> str:
    """The step while it lives, the state when it is over: there is no other status."""
    return execution.step if execution.state in LIVE else execution.state


def execution_item(world: World, execution: Execution) -> ExecutionItem:
    """An execution with its logs and its workflow's structure."""
    timeline = workflow_of(world, execution).timeline
    return ExecutionItem(
        current_state(execution),
        execution.organization,
        execution.id,
        execution.modified_by,
        execution.version,
        event_log(execution),
        execution.workflow_id,
        execution.input,
        execution.output,
        execution.trigger,
        execution.workspace,
        execution.created,
        condensed_logs(execution),
        {
            "workflow_name": execution.title,
            "workflow_steps": steps(timeline),
            "workflow_connections": connections(timeline),
        },
    )


def execution_row(world: World, execution: Execution) -> Raw:
    """The row as bytes. Records never change, so one that was encoded is not encoded again."""
    known = _rows.get(id(execution))
    if known is not None and known[0] is execution:
        return known[1]
    row = Raw(json.encode(_execution_row(execution)))
    if len(_rows) >= ROWS:
        _rows.clear()
    _rows[id(execution)] = execution, row
    return row


# By identity. It holds the record, so that its id stays its own; what it says never changes.
_rows: dict[int, tuple[Execution, Raw]] = {}


def _execution_row(execution: Execution) -> ExecutionRow:
    return ExecutionRow(
        execution.workflow_id,
        current_state(execution),
        execution.modified,
        execution.organization,
        execution.id,
        execution.modified_by,
        execution.version,
        event_log(execution),
        execution.trigger,
        execution.workspace,
        execution.created,
        {"workflow_name": execution.title},
    )


def workflow_item(world: World, workflow: Workflow) -> WorkflowItem:
    """A workflow version, whole."""
    return WorkflowItem(
        workflow.organization,
        workflow.integrations,
        workflow.title,
        workflow.created_by,
        status_version(workflow),
        workflow.modified_by,
        workflow.version,
        steps(workflow.timeline),
        workflow.workflow_id,
        workflow.modified,
        connections(workflow.timeline),
        workflow.status,
        latest(world, workflow),
        workflow.workspace,
        workflow.created,
        workflow.schema,
    )


def workflow_row(world: World, workflow: Workflow) -> WorkflowRow:
    """A workflow version in a list."""
    return WorkflowRow(
        workflow.workflow_id,
        workflow.modified,
        workflow.organization,
        workflow.status,
        latest(world, workflow),
        workflow.title,
        workflow.created_by,
        status_version(workflow),
        workflow.modified_by,
        workflow.workspace,
        workflow.created,
    )


def schema_item(workflow: Workflow) -> SchemaItem:
    """What a workflow version takes in."""
    return SchemaItem(
        workflow.workflow_id,
        workflow.modified,
        workflow.created_by,
        workflow.mock_payload,
        workflow.schema,
        workflow.modified_by,
        workflow.version,
        workflow.created,
    )


def installation(email: str, app_id: str, found: Installation | None) -> dict[str, str]:
    """Whether an app is installed; it says so in a text."""
    installed = found is not None and found.installed
    return {
        "message": "success",
        "email": email,
        "app_id": app_id,
        "installed": "true" if installed else "false",
    }


def status_version(workflow: Workflow) -> str:
    """Status and version in one word: `ACTIVE_3`."""
    return f"{workflow.status}_{workflow.version}"


def latest(world: World, workflow: Workflow) -> str:
    """Whether a trigger without a version starts this one; of drafts alone, the newest."""
    versions = world["workflows"]
    first = versions.first("status", (workflow.workflow_id, ACTIVE))
    if first is None:
        first = versions.first("version", workflow.workflow_id)
    return "true" if first is not None and first.id == workflow.id else "false"


def steps(timeline: Timeline) -> list[dict[str, str]]:
    """The states within a workflow."""
    return [{"name": item.name} for item in timeline]


def connections(timeline: Timeline) -> list[dict[str, str]]:
    """What leads where: one after the other."""
    pairs = pairwise(timeline)
    return [{"from": left.name, "to": right.name} for left, right in pairs]


def page(
    world: World,
    found: tuple[Sequence[R], bool],
    row: Callable[[World, R], Any],
    key: Callable[[R], dict[str, Any]],
) -> Reply:
    """A page of rows; `lastKey` only while more follow."""
    records, more = found
    body: dict[str, Any] = {
        "message": "success",
        "count": len(records),
        "items": [row(world, record) for record in records],
    }
    if more:
        body["lastKey"] = key(records[-1])
    return Reply(200, body, answer="OK")


def execution_key(execution: Execution) -> dict[str, Any]:
    """The `lastKey` that ends a page of executions."""
    return {
        "workflow_id": execution.workflow_id,
        "workflow_execution_id": execution.id,
    }


def workflow_key(workflow: Workflow) -> dict[str, Any]:
    """The `lastKey` that ends a page of workflows."""
    return {
        "organization_id": workflow.organization,
        "workflow_id": workflow.workflow_id,
        "workflow_version": workflow.version,
    }


def event_log(execution: Execution) -> dict[str, LogEntry]:
    """What happened at each step, by its name."""
    log: dict[str, LogEntry] = {}
    for passage in execution.log:
        log[_unused(passage.name, log)] = LogEntry(
            passage.status,
            passage.entered,
            UNSET if passage.exited is None else passage.exited,
            passage.attempts,
            UNSET if passage.error is None else passage.error,
            UNSET if passage.reason is None else passage.reason,
        )
    return log


def condensed_logs(execution: Execution) -> dict[str, dict[str, Any]]:
    """What went into each step that is over, and what came out."""
    logs: dict[str, dict[str, Any]] = {}
    for passage in execution.log:
        if passage.exited is None:
            continue
        parts = {
            "input": passage.input,
            "output": passage.output,
            "error": passage.error,
            "reason": passage.reason,
        }
        said = {key: part for key, part in parts.items() if part is not None}
        logs[_unused(passage.name, logs)] = said
    return logs


def _unused(name: str, taken: dict[str, Any]) -> str:
    """The name itself, or with a number where a group repeats the step."""
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
