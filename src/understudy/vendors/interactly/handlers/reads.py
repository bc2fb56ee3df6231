"""What only reads: one run, and pages of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from understudy.errors import InputError
from understudy.openapi.operation import Violation
from understudy.simulation.clock import Duration, Instant, duration, instant
from understudy.simulation.collection import Collection
from understudy.simulation.world import World
from understudy.vendor import Problem, Reply, Request, refusal
from understudy.vendors.interactly import wire
from understudy.vendors.interactly.handlers.request_lookup import found_run, team
from understudy.vendors.interactly.records import Run

ROWS = 100  # on a page, unless told
SEARCHED = 10_000  # runs whose words one search reads, the newest first: 30 ms
WINDOW: Duration = duration("31d")  # between `start` and `end`, at most


def get_workflow_run(request: Request, world: World) -> Reply:
    """One run with its whole history."""
    run = found_run(request, world, request.values["workflow_run_id"])
    return Reply(200, wire.stored_run_answer(run), answer="OK")


def list_workflow_runs(request: Request, world: World) -> Reply:
    """A page of the team's runs that the filters leave, newest first."""
    asked = request.values
    chosen = _Chosen.of(world["runs"], request)
    size = asked.get("size", ROWS)
    skipped = (asked.get("page", 1) - 1) * size
    if asked.get("search"):
        said = [run for run in chosen.page(0, SEARCHED) if _says(run, asked["search"])]
        total, found = len(said), said[skipped : skipped + size]
    else:
        total, found = chosen.total, chosen.page(skipped, size)
    body = {"workflow_runs": [wire.run_row(run) for run in found], "total": total}
    return Reply(200, body, answer="OK")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A stretch of the runs of one index: those of the filters, made within the window."""

    runs: Collection[Run]
    index: str
    key: Any
    newer: int  # how many are younger than the window
    total: int

    @classmethod
    def of(cls, runs: Collection[Run], request: Request) -> _Chosen:
        index, key = _row(request)
        low, high = _window(request)
        behind = runs.count(index, key)
        older = 0 if low is None else runs.rank(index, key, (low, b""))
        until = behind if high is None else runs.rank(index, key, (high + 1, b""))
        return cls(runs, index, key, behind - until, max(until - older, 0))

    def page(self, skipped: int, size: int) -> list[Run]:
        """So many of them behind so many others."""
        if skipped >= self.total:
            return []
        limit = min(size, self.total - skipped)
        found, _ = self.runs.page(self.index, self.key, limit=limit, offset=self.newer + skipped)
        return found


def _row(request: Request) -> tuple[str, Any]:
    """The index and key that hold just the runs of the filters."""
    workflow, status = request.values.get("workflow_id"), request.values.get("status")
    if workflow is None:
        return ("team", team(request)) if status is None else ("status", (team(request), status))
    if status is None:
        return "workflow", (team(request), workflow)
    return "workflow status", (team(request), workflow, status)


def _window(request: Request) -> tuple[Instant | None, Instant | None]:
    """The instants between which a run was made."""
    wrong: list[Violation] = []
    low, high = _moment(request, "start", wrong), _moment(request, "end", wrong)
    if wrong:
        raise Problem("invalid", wrong[0].message, violations=wrong)
    if low is not None and high is not None and not 0 <= high - low <= WINDOW:
        raise refusal("DATE_RANGE_TOO_WIDE", "`end` is not within 31 days behind `start`")
    return low, high


def _moment(request: Request, name: str, wrong: list[Violation]) -> Instant | None:
    """The instant of a parameter; what the pattern takes and no calendar has is noted."""
    text = request.values.get(name)
    try:
        return None if text is None else instant(text)
    except InputError:
        message = f"query parameter {name} is no instant; got {text!r}"
    wrong.append(Violation("query", name, "", "format", "date-time", text, message))
    return None


def _says(run: Run, words: str) -> bool:
    wanted = words.casefold()
    return any(wanted in text.casefold() for text in _texts(run))


def _texts(run: Run) -> Iterator[str]:
    yield from (run.id, run.logical_id, run.workflow_id, run.state, run.run_by or "")
    for pair in run.pairs:
        for raw in (pair.run_input, *pair.events, *pair.outputs):
            yield bytes(raw).decode()
