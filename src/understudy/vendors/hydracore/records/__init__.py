"""HydraCore's records: workflow records with their history, instances, credentials."""

from __future__ import annotations

from msgspec import Raw, Struct

from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.vendor import Credential

EMPTY = Raw(b"{}")

ACTIVE, AWAITING_APPROVAL, PAUSED = "active", "awaiting_approval", "paused"
SUSPENDED = "suspended"
COMPLETED, EXPIRED, CANCELLED, FAILED = "completed", "expired", "cancelled", "failed"
RUNNING = (ACTIVE, AWAITING_APPROVAL, PAUSED)
LIVE = (*RUNNING, SUSPENDED)
OVER = (COMPLETED, EXPIRED, CANCELLED, FAILED)
STATUSES = (*LIVE, *OVER)

TYPES = (
    "lead",
    "rent_arrears",
    "maintenance",
    "compliance_renewal",
    "viewing",
    "roster",
    "approval",
    "invoice_chase",
    "onboarding",
    "custom",
)

# A reading of the vendor's page, which does not say what a creation is answered.
CREATED_IS_200 = "created-is-200"

# Who acts, as the history tells it: by the surface, not by the person.
AGENT, ADMIN, SYSTEM = "agent", "admin", "system"

# What a credential is. A proxy key opens the internal surface, the others the dashboard's.
PROXY, MEMBER, API_KEY = "proxy", "member", "key"
ROLES = (PROXY, ADMIN, MEMBER, API_KEY)


class Key(Credential, frozen=True, kw_only=True):
    """A proxy key, a user's token or an API key, as its `role` says."""

    name: str = ""
    instance: str = ""  # whose a proxy key is
    proxy_key: str = ""  # what the same client sends to the internal surface


class Instance(Record, frozen=True, kw_only=True):
    """An agent of a tenant."""

    name: str = ""
    tenant: str


class Entry(Struct, frozen=True, gc=False):
    """One accepted change in a record's history."""

    action: str
    at: Instant
    actor: str
    from_status: str | None
    to_status: str
    from_stage: str | None
    to_stage: str | None
    data: Raw = EMPTY


class Workflow(Record, frozen=True, kw_only=True):
    """A workflow record; its state is what the vendor calls its status."""

    name: str = ""
    tenant: str
    instance: str
    customer: str
    type: str
    title: str | None = None
    reference: str | None = None
    stage: str | None = None
    assigned_to: str | None = None
    approver: str | None = None
    escalation: int = 0
    workflow_state: Raw = EMPTY
    history: tuple[Entry, ...] = ()
    updated: Instant
    last_action: Instant
    next_action: Instant | None = None
    next_action_rest: int = 0  # microseconds beyond its millisecond, to be said back
    expires: Instant | None = None
    expires_rest: int = 0
    completed: Instant | None = None
    suspended_step: str | None = None
    suspended_at: Instant | None = None
