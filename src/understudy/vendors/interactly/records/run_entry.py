"""A run as a world file declares it: somewhere on its script, with a history to match."""

from __future__ import annotations

from msgspec import Raw, json, structs

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, spoken
from understudy.simulation.timeline import Position, course, next_event
from understudy.simulation.timeline_items import Do, Item, Timeline, Wait
from understudy.vendors.interactly.lifecycle import begun, due_of_run
from understudy.vendors.interactly.lifecycle.next_event import (
    EventDetails,
    at_once,
    error_of,
    stop_of,
)
from understudy.vendors.interactly.lifecycle.progress import echo, moved
from understudy.vendors.interactly.records import (
    ABORTED,
    BUSY,
    CANCELLED,
    FAILED,
    NOT_STARTED,
    OVER,
    PAUSED,
    STALE,
    STARTED,
    WAITING,
    Run,
    Workflow,
)
from understudy.vendors.interactly.records.run_position import declared_position
from understudy.vendors.interactly.records.workflow_entry import moment
from understudy.vendors.population import Entry

_STOPS = {"wait": WAITING, "hold": PAUSED}
_LAST = {PAUSED: "pause", FAILED: "fail", ABORTED: "abort", CANCELLED: "stop"}


def declared(workflow: Workflow, entry: Entry, run_id: str, user: str, start: Instant) -> Run:
    """The run of an entry; InputError with the pointer of what cannot be."""
    _fitting(entry)
    target = declared_position(workflow.timeline, entry)
    past = _Past(workflow, entry, target, start)
    body = {"dynamic_variables": entry.get("dynamic_variables", {})}
    run = begun(workflow, run_id, echo("start", workflow.id, None, body), user, past.created)
    if entry["state"] == NOT_STARTED:
        run = structs.replace(
            run, state=NOT_STARTED, pairs=(), event_count=0, next_at=None, next_event=""
        )
    elif entry["state"] != STARTED:
        run = past.lived(run)
    run = structs.replace(
        run,
        name=entry.get("name", ""),
        run_by=entry.get("run_by"),
        version=entry.get("version", 0),
        updated=past.since,
    )
    _still_there(run, start)
    return run


def _fitting(entry: Entry) -> None:
    """Refuses what does not go with the state."""
    state = entry["state"]
    for key, states in (
        ("error", (FAILED, ABORTED)),
        ("termination_source", (FAILED,)),
        ("resumes_to", (PAUSED,)),
    ):
        if key in entry and state not in states:
            fix = f"Say {' or '.join(states)}, or leave `{key}` out"
            raise InputError(f"a run {state} has no {key}", where=f"/{key}", fix=fix)


def _still_there(run: Run, start: Instant) -> None:
    for due in due_of_run(run):
        if due.at <= start:
            what = f"it went on {spoken(start - due.at)} before the session's start ({due.kind})"
            fix = "Say a later `since`, or the state it is in by then"
            raise InputError(what, where="/since", fix=fix)


class _Past:
    """What a declared run has lived through, at instants that fit."""

    def __init__(self, workflow: Workflow, entry: Entry, target: int, start: Instant) -> None:
        self.workflow, self.entry, self.target = workflow, entry, target
        self.timeline: Timeline = workflow.timeline
        self.since = moment(entry, "since", start, start)
        total = sum(self._lasts(item) for item in self.timeline[: self._reached])
        self.created = moment(entry, "created", start, max(self.since - total, 0))
        if self.created + total > self.since and entry["state"] not in (NOT_STARTED, STARTED):
            length = spoken(total)
            where = "/created" if "created" in entry else "/since"
            raise InputError(f"its steps until then take {length}", where=where)

    @property
    def _reached(self) -> int:
        """The number of steps behind it: of what failed or came round, that step too."""
        return self.target + (self.entry["state"] in (FAILED, ABORTED))

    def _lasts(self, item: Item) -> Duration:
        if isinstance(item, Do):
            return course(item)[0]
        coming = None if isinstance(item, Wait) else next_event((item,), Position())
        return 0 if coming is None else coming.delay

    def _turn_at(self, step: int, at: Instant) -> Instant:
        """When a segment began: the last one so that it came to its end at `since`."""
        if self._rested or any(
            isinstance(each, Wait) for each in self.timeline[step : self.target]
        ):
            return at
        return max(at, self.since - sum(map(self._lasts, self.timeline[step : self._reached])))

    @property
    def _rested(self) -> bool:
        """Whether it had come to a stop, and only later to what it is now."""
        item = self.timeline[self.target] if self.target < len(self.timeline) else None
        return isinstance(item, Wait) and _STOPS[stop_of(item)] != self.entry["state"]

    def lived(self, run: Run) -> Run:
        """The run after all that led it to where it stands."""
        at = self.created
        while run.state not in OVER and not self._there(run):
            step = run.position.step
            if run.state == STARTED:
                at = self._turn_at(step, at)
                run = self._after(run, "run", at)
            elif run.state in BUSY:
                event, told = at_once(self.timeline, run)
                at += self._lasts(self.timeline[step]) if step < len(self.timeline) else 0
                run = self._after(run, event, at, told)
            else:
                at = self._turn_at(step + 1, at)
                command = "resume" if run.state == PAUSED else "data"
                given = echo(command, run.workflow_id, run.id)
                run = self._after(run, command, at, EventDetails(run_input=given))
        return self._last(run)

    def _there(self, run: Run) -> bool:
        if run.state == STARTED or run.position.step < self.target:
            return False
        return run.state == self.entry["state"] or self.entry["state"] in _LAST

    def _last(self, run: Run) -> Run:
        """The run after the event that its state tells of, where it is not there yet."""
        entry = self.entry
        if run.state == entry["state"]:
            return run
        if run.state in OVER:
            what = f"it cannot be {entry['state']}: by then it is {run.state}"
            raise InputError(what, where="/state", fix="Say another state, or another step")
        item = self.timeline[self.target] if self.target < len(self.timeline) else None
        error = Raw(json.encode(entry["error"])) if "error" in entry else error_of(item, "failed")
        source = entry.get("termination_source") or (STALE if isinstance(item, Wait) else None)
        return self._after(
            run, _LAST[entry["state"]], self.since, EventDetails(None, error, source)
        )

    def _after(self, run: Run, event: str, at: Instant, told: EventDetails | None = None) -> Run:
        changes = moved(self.timeline, run, event, at, told or EventDetails())
        return structs.replace(run, **changes)
