"""Refold's records: keys, applications, workflows, linked accounts, executions."""

from __future__ import annotations

from msgspec import Raw

from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.identifiers import Identifiers
from understudy.simulation.progress import Progress
from understudy.simulation.timeline import Position
from understudy.simulation.timeline_items import Timeline
from understudy.vendor import Credential

EMPTY = Raw(b"{}")

# What a credential is: an organisation's key, or the session token of one linked account.
KEY, SESSION = "key", "session"

# The environments, and what their keys begin with.
TEST, PRODUCTION = "test", "production"
PREFIXES = {TEST: "tk", PRODUCTION: "pk"}

# States of an execution.
RUNNING, STOPPING = "RUNNING", "STOPPING"
COMPLETED, ERRORED, STOPPED, TIMED_OUT = "COMPLETED", "ERRORED", "STOPPED", "TIMED_OUT"
LIVE = (RUNNING, STOPPING)
OVER = (COMPLETED, ERRORED, STOPPED, TIMED_OUT)

# A reading of the vendor's pages: a synchronous run that fails is answered 500, with its result.
FAILED_IS_500 = "failed-run-is-500"

# What a Response node may say without `undocumented`: the contract declares these results.
STATUSES = (200, 201, 202, 422)


class Key(Credential, frozen=True, kw_only=True):
    """A key or a session token. Its `tenant` is `<organisation>/<environment>`."""

    name: str = ""
    organization: str
    environment: str
    linked_account_id: str = ""  # of a session token: whose it is


class Application(Record, frozen=True, kw_only=True):
    """An application of an organisation, known by its slug."""

    name: str = ""
    slug: str
    title: str
    organization: str
    icon: str = ""


class Workflow(Record, frozen=True, kw_only=True):
    """A workflow of an application in one environment."""

    name: str = ""
    slug: str
    alias: str = ""
    title: str
    application: str  # the id of its application
    organization: str
    environment: str
    timeline: Timeline = ()
    grouped: bool = False  # has a Group node, so that it cannot run synchronously
    published: bool = True
    progress: Progress | None = None
    linked_account_id: str = ""  # whose it is; empty: every account's

    @property
    def tenant(self) -> str:
        return tenant_of(self.organization, self.environment)


class LinkedAccount(Record, frozen=True, kw_only=True):
    """A customer of an organisation in one environment. Its id is `<tenant>/<account>`."""

    name: str = ""
    linked_account_id: str
    organization: str
    environment: str


class Execution(Record, frozen=True, kw_only=True):
    """One run of a workflow: where it stands, what it returned, and what falls due next."""

    name: str = ""
    workflow: str
    linked_account_id: str
    organization: str
    environment: str
    config_id: str = ""
    sync: bool = False
    input: Raw = EMPTY
    position: Position = Position()
    next_at: Instant | None = None  # when it goes on by itself
    next_event: str = ""  # and how
    events: int = 0  # how many it has lived through
    modified: Instant = 0
    response: Raw | None = None  # what its Response node returned
    status_code: int = 200  # and the HTTP status of that
    error: Raw | None = None

    @property
    def tenant(self) -> str:
        return tenant_of(self.organization, self.environment)


def tenant_of(organization: str, environment: str) -> str:
    """What keeps organisations apart, and the two environments of each."""
    return f"{organization}/{environment}"


def account_key(tenant: str, linked_account_id: str) -> str:
    """The record id of a linked account."""
    return f"{tenant}/{linked_account_id}"


def object_id(identifiers: Identifiers, kind: str, at: Instant) -> str:
    """A new id as the vendor's database makes them: its second first, then 16 digits."""
    return f"{at // 1000 & 0xFFFFFFFF:08x}{identifiers.hex(kind, 16)}"
