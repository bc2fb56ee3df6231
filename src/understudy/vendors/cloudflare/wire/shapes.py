"""The shapes of Cloudflare's answers: these keys, in this order."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, Raw, Struct, UnsetType


class Envelope(Struct):
    """Every success."""

    success: bool
    errors: tuple[()]
    messages: tuple[()]
    result: Any


class ResultInfo(Struct, omit_defaults=True):
    """Where in a list the result stands; a page and its number of pages only where they count."""

    page: int | UnsetType
    per_page: int
    count: int
    total_count: int
    total_pages: int | UnsetType = UNSET
    cursor: str | UnsetType = UNSET


class Listed(Struct):
    """A success that is one page of a list."""

    success: bool
    errors: tuple[()]
    messages: tuple[()]
    result: Any
    result_info: ResultInfo


class WorkflowRow(Struct):
    """A workflow: 8 keys and three that may be absent."""

    id: str
    name: str
    script_name: str
    class_name: str
    created_on: str
    modified_on: str
    triggered_on: str | None
    instances: dict[str, int]
    schedules: list[dict[str, str]] | UnsetType
    script_deleted: bool
    jurisdiction: str | UnsetType


class PutWorkflow(Struct):
    """What a deployment answers: 10 keys and one that may be absent."""

    id: str
    name: str
    script_name: str
    class_name: str
    created_on: str
    modified_on: str
    triggered_on: str | None
    is_deleted: int
    terminator_running: int
    version_id: str
    jurisdiction: str | UnsetType


class Created(Struct):
    """A new instance: 5 keys."""

    id: str
    status: str
    version_id: str
    workflow_id: str
    trigger_source: str


class InstanceRow(Struct):
    """An instance in a list: 9 keys."""

    id: str
    status: str
    version_id: str
    workflow_id: str
    created_on: str
    modified_on: str
    started_on: str | None
    ended_on: str | None
    trigger_source: str


class Described(Struct):
    """An instance by itself: 13 keys in camel case, and the schedule of one that has it."""

    status: str
    params: Raw | None
    trigger: dict[str, str]
    versionId: str  # the vendor writes it so
    queued: str
    start: str | None
    end: str | None
    success: bool | None
    error: Raw | None
    output: Raw
    rollback: Raw | None
    steps: list[Any]
    step_count: int
    schedule: dict[str, Any] | UnsetType


class AttemptItem(Struct):
    """One attempt of a step."""

    start: str
    end: str | None
    success: bool | None
    error: Raw | None


class StepItem(Struct):
    """A step that works, or its undoing, in the log."""

    name: str
    type: str
    start: str
    end: str | None
    attempts: list[AttemptItem]
    config: Raw
    output: str | None
    success: bool | None


class SleepItem(Struct):
    """A sleep in the log."""

    name: str
    type: str
    start: str
    end: str
    finished: bool
    error: Raw | None


class WaitItem(Struct):
    """A wait for an event in the log."""

    name: str
    type: str
    start: str
    end: str
    finished: bool
    error: Raw | None
    output: str | UnsetType
    event_type: str


class StepResult(Struct):
    """How one step stands, and what it gave."""

    status: str
    error: Raw | None
    output: Raw | None
    event_type: str | UnsetType = UNSET


class VersionRow(Struct):
    """A version: 7 keys, and the limits of one that has them."""

    id: str
    workflow_id: str
    class_name: str
    created_on: str
    modified_on: str
    has_dag: bool
    language: str
    limits: dict[str, int] | UnsetType
    concurrency: dict[str, int] | UnsetType
    default_retention: dict[str, int] | UnsetType
