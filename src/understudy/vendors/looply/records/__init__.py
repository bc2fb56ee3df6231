"""Looply's records: workflow versions, executions, installations, keys."""

from __future__ import annotations

from itertools import chain

from msgspec import Raw, Struct

from understudy.simulation.clock import Duration, Instant
from understudy.simulation.collection import Record
from understudy.simulation.progress import Progress
from understudy.simulation.timeline import Position
from understudy.simulation.timeline_items import Timeline
from understudy.vendor import Credential

EMPTY = Raw(b"{}")
PASSAGES = 64  # steps kept in an execution's logs: a long loop would grow for ever
RESTART_WINDOW: Duration = 60_000  # how long a second resume is ALREADY_RESTARTED

# States of a workflow's schedule; its status (DRAFT, ACTIVE) never changes by itself.
UNSCHEDULED, ACTIVE, PAUSED = "UNSCHEDULED", "ACTIVE", "PAUSED"
DRAFT = "DRAFT"

# States of an execution.
IN_PROGRESS, AWAITING_RESPONSE = "IN_PROGRESS", "AWAITING_RESPONSE"
COMPLETED, FAILED, TERMINATED = "COMPLETED", "FAILED", "TERMINATED"
LIVE = (AWAITING_RESPONSE, IN_PROGRESS)
OVER = (COMPLETED, FAILED, TERMINATED)

REQUEST, SCHEDULED = "REQUEST", "SCHEDULED"

# Readings of the vendor's page beside those that hold unless a key says otherwise.
ACTION_CONFLICTS = "unknown-action-conflicts"  # a toggle to an unknown action is 409, not 400
KEY_OF_FULL_PAGE = "full-page-has-last-key"  # also of the last one: an empty page follows


class Key(Credential, frozen=True, kw_only=True):
    """An API key: the organisation it stands for (`tenant`) and the user it acts as."""

    name: str = ""
    user: str | None = None


class Workflow(Record, frozen=True, kw_only=True):
    """One version of a workflow. Its id is `<workflow id>/<version>`, its state the schedule's."""

    name: str = ""
    workflow_id: str
    version: int
    status: str
    title: str
    organization: str
    workspace: str
    timeline: Timeline = ()
    window: Duration = RESTART_WINDOW
    progress: Progress | None = None
    schedule: str | None = None
    next_run: Instant | None = None
    schema: Raw = EMPTY
    mock_payload: Raw = EMPTY
    profiles: Raw = EMPTY
    integrations: Raw = EMPTY
    created_by: str = ""
    modified_by: str | None = None
    modified: Instant = 0


class Passage(Struct, frozen=True, gc=False):
    """An execution's time at one step."""

    name: str
    status: str
    entered: Instant
    exited: Instant | None = None
    attempts: int = 1
    input: Raw | None = None
    output: Raw | None = None
    error: Raw | None = None
    reason: str | None = None


class Execution(Record, frozen=True, kw_only=True):
    """One run of a workflow version: where it stands, since when, and what falls due next."""

    name: str = ""
    workflow_id: str
    version: int
    title: str
    organization: str
    workspace: str
    process_id: str
    trigger: str = REQUEST
    profile: str | None = None
    position: Position = Position()
    step: str = ""  # the name of the step it is at
    next_at: Instant | None = None  # when it goes on by itself
    next_event: str = ""  # and how
    events: int = 0  # how many it has lived through
    resumed: Instant | None = None  # when it was last resumed
    window: Duration = RESTART_WINDOW
    modified: Instant = 0
    modified_by: str | None = None
    input: Raw = EMPTY
    output: Raw = EMPTY
    passages: tuple[Passage, ...] = ()  # the latest, up to the present one
    earlier: tuple[tuple[Passage, ...], ...] = ()  # in blocks: a change copies none of them

    @property
    def log(self) -> tuple[Passage, ...]:
        """The passages that its logs tell of, oldest first."""
        return (*chain.from_iterable(self.earlier), *self.passages)[-PASSAGES:]

    @property
    def workflow(self) -> str:
        """The id of the workflow version's record."""
        return f"{self.workflow_id}/{self.version}"

    @property
    def restart_ends(self) -> Instant:
        """Until when a second resume comes too soon; 0 when it was never resumed."""
        return 0 if self.resumed is None else self.resumed + self.window


class Installation(Record, frozen=True, kw_only=True):
    """Whether a user of an organisation has an app. Its id is `<organisation>/<email>/<app>`."""

    name: str = ""
    organization: str
    email: str
    app_id: str
    installed: bool = True


def workflow_key(workflow_id: str, version: int) -> str:
    """The record id of a workflow version."""
    return f"{workflow_id}/{version}"


def installation_key(organization: str, email: str, app_id: str) -> str:
    """The record id of an installation."""
    return f"{organization}/{email}/{app_id}"
