"""The two logs of an execution, by the names of its steps."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from understudy.vendors.looply.records import Execution
from understudy.vendors.looply.wire.shapes import LogEntry


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
