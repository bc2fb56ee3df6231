"""Interactly's records: keys, workflows, and runs with what went in and came out."""

from __future__ import annotations

from msgspec import Raw, Struct

from understudy.simulation.clock import Duration, Instant
from understudy.simulation.collection import Record
from understudy.simulation.progress import Progress
from understudy.simulation.timeline import Position
from understudy.simulation.timeline_items import Timeline
from understudy.vendor import Credential

EMPTY = Raw(b"{}")

# States of a run.
NOT_STARTED, STARTED, RUNNING = "not_started", "started", "running"
WAITING, PAUSED = "waiting_for_user_input", "paused"
COMPLETED, FAILED, CANCELLED = "completed", "failed", "cancelled"
ABORTED = "aborted_looping_risk"
BUSY = (STARTED, RUNNING)
ACTIVE = (*BUSY, WAITING)  # what the reaper looks at
OVER = (COMPLETED, FAILED, CANCELLED, ABORTED)
STATES = (STARTED, NOT_STARTED, RUNNING, WAITING, PAUSED, *OVER)

# How a workflow's runs answer: within the call, or on the clock.
BLOCKING, ASYNC = "blocking", "async"

# What a segment stops at: the names of a timeline's waits.
INPUT, PAUSE = "input", "pause"

# A reading of the vendor's page: a pause of a paused run, a stop of a stopped one are answered 200.
REPEATS = "pause-and-stop-repeat"

# Why a run failed.
EXECUTION_ERROR, STALE = "execution_error", "stale_run_reaper"


class Key(Credential, frozen=True, kw_only=True):
    """An API key: the team it stands for (`tenant`) and the user it acts as."""

    name: str = ""
    user: str


class Workflow(Record, frozen=True, kw_only=True):
    """A workflow of a team: a script of segments, and how its runs go through it."""

    name: str = ""
    title: str
    team: str
    timeline: Timeline = ()
    mode: str = BLOCKING
    reaper: Duration | None = None
    progress: Progress | None = None


class Pair(Struct, frozen=True):
    """One stretch that a run ran without a stop: what it was given, what it did and gave."""

    run_input: Raw
    events: tuple[Raw, ...] = ()
    outputs: tuple[Raw, ...] = ()


class Run(Record, frozen=True, kw_only=True):
    """One run of a workflow: where it stands, since when, what falls due next, its history."""

    name: str = ""
    logical_id: str
    workflow_id: str
    team: str
    created_by: str
    updated_by: str
    updated: Instant = 0
    position: Position = Position()
    pairs: tuple[Pair, ...] = ()
    event_count: int = 0  # how many events it has told in its pairs
    resumes_to: str = ""  # of a run that was paused by a command: what it was before
    next_at: Instant | None = None  # when it goes on by itself
    next_event: str = ""  # and how
    reaper: Duration | None = None  # how long it may stay as it is while active
    termination_source: str | None = None
    run_by: str | None = None
    version: int = 0


def derived(run_id: str, number: int) -> str:
    """A UUID of its own for each thing of a run, made of the run's id alone."""
    digits = f"{run_id}{number:08x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def logical_id(run_id: str) -> str:
    """The second name of a run, inside its document."""
    return f"workflow_run_{derived(run_id, 0)}"
