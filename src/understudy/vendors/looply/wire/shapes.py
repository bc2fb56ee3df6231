"""The shapes of Looply's answers: these keys, in this order."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw, Struct, UnsetType

from understudy.simulation.clock import Instant


class LogEntry(Struct, omit_defaults=True, gc=False):
    """One step in `workflow_event_log`."""

    status: str
    entered_on: Instant
    exited_on: Instant | UnsetType = UNSET
    attempts: int = 1
    error: Raw | UnsetType = UNSET
    reason: str | UnsetType = UNSET


class ExecutionRow(Struct):
    """An execution in a list: 12 keys."""

    workflow_id: str
    workflow_current_state: str
    modified_on: Instant
    organization_id: str
    workflow_execution_id: str
    modified_by: str | None
    workflow_version: int
    workflow_event_log: dict[str, LogEntry]
    workflow_trigger_type: str
    workspace_id: str
    created_on: Instant
    workflow_details: dict[str, str]


class ExecutionItem(Struct):
    """An execution by itself: 14 keys."""

    workflow_current_state: str
    organization_id: str
    workflow_execution_id: str
    modified_by: str | None
    workflow_version: int
    workflow_event_log: dict[str, LogEntry]
    workflow_id: str
    workflow_input_payload: Raw
    workflow_output_payload: Raw
    workflow_trigger_type: str
    workspace_id: str
    created_on: Instant
    condensed_logs: dict[str, dict[str, Any]]
    workflow_details: dict[str, Any]


class WorkflowItem(Struct):
    """A workflow version by itself: 16 keys."""

    organization_id: str
    workflow_integrations: Raw
    workflow_name: str
    created_by: str
    workflow_status_version: str
    modified_by: str | None
    workflow_version: int
    workflow_steps: list[dict[str, str]]
    workflow_id: str
    modified_on: Instant
    workflow_connections: list[dict[str, str]]
    workflow_status: str
    latest: str
    workspace_id: str
    created_on: Instant
    workflow_schema: Raw


class WorkflowRow(Struct):
    """A workflow version in a list: 11 keys, the version not among them."""

    workflow_id: str
    modified_on: Instant
    organization_id: str
    workflow_status: str
    latest: str
    workflow_name: str
    created_by: str
    workflow_status_version: str
    modified_by: str | None
    workspace_id: str
    created_on: Instant


class SchemaItem(Struct):
    """A workflow version's input: 8 keys."""

    workflow_id: str
    modified_on: Instant
    created_by: str
    workflow_mock_payload: Raw
    workflow_schema: Raw
    modified_by: str | None
    workflow_version: int
    created_on: Instant
