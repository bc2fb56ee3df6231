"""What a run tells of itself in its pairs: the events of its script, and those of every run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Raw, json

from understudy.simulation.clock import Instant
from understudy.simulation.timeline_items import Do, Item, Parallel
from understudy.vendors.interactly.records import Run, derived

START = "start_workflow"
READY = "workflow_ready_for_input"
ITERATION = "end_workflow_iteration"
END = "end_workflow"
ERROR = "workflow_error"


class EventWriter:
    """Writes the events of one run at one instant, each with an id of its own."""

    __slots__ = ("_at", "_run_id", "count")

    def __init__(self, run: Run, at: Instant) -> None:
        self.count = run.event_count
        self._run_id = run.id
        self._at = at

    def event(self, kind: str, **more: Any) -> Raw:
        """An event of the workflow itself."""
        return self._write({"type": kind}, more)

    def script(self, item: Item | None) -> Iterator[Raw]:
        """The events that a finished step has in its script."""
        for step in works(item):
            for raw in step.events:
                event = json.decode(raw)
                if isinstance(event, Mapping):
                    kind = {"type": event["type"]} if "type" in event else {}
                    yield self._write(kind, {"origin_node_name": step.name, **event})
                else:
                    yield raw

    def _write(self, kind: Mapping[str, Any], more: Mapping[str, Any]) -> Raw:
        self.count += 1
        stamp = {
            "logical_id": f"event_{derived(self._run_id, self.count)}",
            "timestamp": self._at / 1000,
        }
        return Raw(json.encode({**kind, **stamp, **more}))


def outputs(item: Item | None) -> Iterator[Raw]:
    """What a finished step gives."""
    return (step.output for step in works(item) if step.output is not None)


def works(item: Item | None) -> tuple[Do, ...]:
    """The work that a step does: itself, or all that are side by side."""
    if isinstance(item, Parallel):
        return item.steps
    return (item,) if isinstance(item, Do) else ()
