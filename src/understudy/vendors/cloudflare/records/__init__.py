"""Cloudflare's records: accounts, keys, workflows, versions, instances, jobs."""

from __future__ import annotations

from msgspec import Raw, Struct

from understudy.simulation.clock import Duration, Instant
from understudy.simulation.collection import Record
from understudy.simulation.progress import Progress
from understudy.simulation.timeline import Position
from understudy.simulation.timeline_items import Timeline
from understudy.vendor import Credential

DAY: Duration = 86_400_000
FREE, PAID = "free", "paid"
READ, WRITE = "read", "write"
USER, ACCOUNT = "user", "account"  # who owns a token
GLOBAL_KEY = "[0-9a-f]{32,200}"
JURISDICTIONS = ("eu", "us", "fedramp")

# Statuses of an instance.
QUEUED, RUNNING, WAITING = "queued", "running", "waiting"
PAUSED, WAITING_FOR_PAUSE, ROLLING_BACK = "paused", "waitingForPause", "rollingBack"
COMPLETE, ERRORED, TERMINATED = "complete", "errored", "terminated"
STATUSES = (
    QUEUED,
    RUNNING,
    WAITING,
    WAITING_FOR_PAUSE,
    PAUSED,
    ROLLING_BACK,
    COMPLETE,
    ERRORED,
    TERMINATED,
)
OVER = (COMPLETE, ERRORED, TERMINATED)
BUSY = frozenset((RUNNING, WAITING_FOR_PAUSE, ROLLING_BACK))  # what counts against a concurrency

API, CRON = "api", "cron"

# Readings: where sources differ, what holds for a credential instead.
ANY_SCRIPT = "any-script"  # a workflow may be deployed before its script
EVENT_WAIT_IS_WAITING = "event-wait-is-waiting"  # as the types have it; production says running
QUOTA_UNENFORCED = "quota-unenforced"  # the quota is told, and nobody refused

# What an entry of an instance's log is.
STEP, ROLLBACK, TERMINATION = "step", "rollback", "termination"

# Whose limit a queued instance waits for; "" = none, it starts at once.
BY_WORKFLOW, BY_ACCOUNT = "workflow", "account"


class Retention(Struct, frozen=True):
    """How long an instance is kept once it is over; None: as the next wider default says."""

    success: Duration | None = None
    error: Duration | None = None


UNSAID = Retention()


class Plan(Struct, frozen=True):
    """What an account's plan allows."""

    retention: Duration  # the longest retention, and the usual one
    running: int
    queued: int
    steps: int


PLANS = {
    FREE: Plan(3 * DAY, 100, 100_000, 1_024),
    PAID: Plan(30 * DAY, 50_000, 2_000_000, 10_000),
}


class Account(Record, frozen=True, kw_only=True):
    """An account with its settings for workflows."""

    name: str = ""
    plan: str = PAID
    retention: Retention = UNSAID
    running: int  # the most instances that run side by side
    queued: int  # the most that are queued


class Key(Credential, frozen=True, kw_only=True):
    """An API token, or with an e-mail address its global key; `tenant` is the account."""

    name: str = ""
    email: str = ""
    role: str = WRITE
    owner: str = USER
    accounts: tuple[str, ...] = ()  # that it reaches beside its own


class Script(Record, frozen=True, kw_only=True):
    """A deployed script of an account. Its id is `<account>/<name>`."""

    script_name: str
    account: str
    classes: tuple[str, ...] = ()  # its classes that are workflows; () = whatever is asked for


class Triggers(Record, frozen=True, kw_only=True):
    """The events that start workflows of a script. Its id is `<account>/<script>`."""

    script_name: str
    account: str
    events: tuple[Raw, ...] = ()  # each as it was written


class Schedule(Struct, frozen=True):
    """A cron expression of a workflow, and when it comes true next."""

    cron: str
    next_run: Instant | None = None


class Workflow(Record, frozen=True, kw_only=True):
    """A workflow of an account; its name is how paths name it."""

    name: str
    account: str
    script_name: str
    class_name: str
    modified: Instant = 0
    triggered: Instant | None = None  # by an instance that is no longer kept
    script_deleted: bool = False
    jurisdiction: str = ""  # "" = anywhere
    schedules: tuple[Schedule, ...] = ()


class Facet(Struct, frozen=True):
    """What a step of a timeline is called in logs, and its configuration as it is told."""

    label: str  # the name with its counter
    config: Raw = Raw(b"{}")
    sensitive: bool = False  # nobody is shown what it gave
    stream: bool = False  # what it gave is told as bytes


class Version(Record, frozen=True, kw_only=True):
    """One deployment of a workflow: the timeline its instances run, and its limits."""

    workflow: str
    number: int
    class_name: str
    language: str = "javascript"
    whole: Timeline = ()  # as it was declared
    timeline: Timeline = ()  # as far as the limit of steps lets it come
    sensitive: tuple[str, ...] = ()  # names of steps whose output nobody is shown
    streams: tuple[str, ...] = ()  # names of steps whose output is a stream
    facets: tuple[tuple[Facet, ...], ...] = ()  # for each step; several for parallel ones
    output: Raw | None = None  # what a run returns; None: what its last step gave
    steps: int | None = None  # limits.steps
    concurrency: int | None = None
    retention: Retention = UNSAID
    progress: Progress | None = None
    dag: Raw | None = None
    graph: Raw | None = None


Attempt = tuple[Instant, Instant | None]


class LogEntry(Struct, frozen=True, gc=False):
    """An instance's time at one step of its timeline, at its undoing, or its termination."""

    step: int
    start: Instant
    end: Instant | None = None
    ok: bool | None = None  # how it ended; None until then
    attempts: tuple[Attempt, ...] = ()
    output: Raw | None = None
    error: Raw | None = None
    part: int = 0  # which of the parallel steps
    kind: str = STEP


class Event(Struct, frozen=True, gc=False):
    """An event that nobody waited for yet."""

    type: str
    payload: Raw


class Instance(Record, frozen=True, kw_only=True):
    """One run of a workflow. Its id is `<workflow id>/<instance id>`."""

    name: str = ""
    instance_id: str
    workflow: str  # the workflow's id
    account: str
    version: str
    trigger: str = API
    schedule: tuple[str, Instant] | None = None  # the expression and the instant it came true
    params: Raw | None = None
    retention: tuple[Duration, Duration]  # once it is over: after a success, after an error
    queued: Instant
    modified: Instant
    started: Instant | None = None
    ended: Instant | None = None
    position: Position = Position()
    next_at: Instant | None = None  # when it goes on by itself
    next_event: str = ""  # and how
    blocked: str = ""  # whose limit it is queued for
    arrival: int = 0  # its place in the queue
    log: tuple[LogEntry, ...] = ()
    inbox: tuple[Event, ...] = ()
    output: Raw | None = None
    error: Raw | None = None
    undoing: tuple[int, ...] = ()  # entries of the log still to undo, the present one first
    rollback: Raw | None = None  # how the rollback went

    @property
    def holds(self) -> bool:
        """Whether it takes one of the slots that limits are about."""
        return self.state in BUSY or (self.state == QUEUED and not self.blocked)

    @property
    def awaits(self) -> bool:
        """Whether it waits for an event, not for time to pass."""
        return self.state == WAITING and self.next_event in ("timeout", "")

    @property
    def status(self) -> str:
        """Its state as production tells it: who waits for an event is `running`."""
        return RUNNING if self.awaits else self.state

    @property
    def line(self) -> tuple[str, str] | None:
        """The queue it stands in, if it has to wait."""
        if not self.blocked:
            return None
        return self.blocked, self.workflow if self.blocked == BY_WORKFLOW else self.account


class Job(Record, frozen=True, kw_only=True):
    """A job that terminates instances of a workflow, whose id it has."""

    instances: tuple[str, ...] | None = None  # their record ids; None: all of that status
    status: str = ""  # "" = whatever is not over
    told_by: str = "status"  # the attribute of an instance that tells its status


def script_key(account: str, script_name: str) -> str:
    """The record id of a script, and of its triggers."""
    return f"{account}/{script_name}"


def instance_key(workflow: str, instance_id: str) -> str:
    """The record id of an instance."""
    return f"{workflow}/{instance_id}"
