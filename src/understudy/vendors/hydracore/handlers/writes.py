"""What changes a record: created, advanced, suspended, resumed, aborted."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import Raw, json

from understudy.simulation.world import World
from understudy.vendor import Reply, Request, refusal
from understudy.vendors.hydracore import wire
from understudy.vendors.hydracore.handlers.request_lookup import (
    Moment,
    actor,
    fields,
    ignored,
    moments,
    over,
    own_instance,
    the_workflow,
)
from understudy.vendors.hydracore.lifecycle import happen
from understudy.vendors.hydracore.records import (
    ACTIVE,
    AGENT,
    CANCELLED,
    CREATED_IS_200,
    EMPTY,
    OVER,
    SUSPENDED,
    Entry,
    Workflow,
)

RESUMED_WITH = ("resume_data", "data", "payload")  # the first of these that is there is taken
_NAMED_APART = ("action", "stage", "status")  # what a history entry tells under its own keys

_members = json.Decoder(dict[str, Raw]).decode


def create_workflow(request: Request, world: World) -> Reply:
    """A new active record."""
    instance = own_instance(request, world)
    body, now = request.body, world.now
    at = moments(request, "expires_at", "next_action_at")
    stage = body.get("stage")
    workflow = Workflow(
        id=world.identifiers.uuid("workflow"),
        state=ACTIVE,
        created=now,
        tenant=instance.tenant,
        instance=instance.id,
        customer=body["customer_id"],
        type=body["workflow_type"],
        title=body.get("title"),
        reference=body.get("reference"),
        stage=stage,
        assigned_to=body.get("assigned_to"),
        approver=body.get("approver_id"),
        workflow_state=_free(body.get("workflow_state")),
        history=(Entry("created", now, AGENT, None, ACTIVE, None, stage),),
        updated=now,
        last_action=now,
        **_moments(at),
    )
    world.add("workflows", workflow)
    reply = Reply(201, wire.item(workflow), answer="OK", hint=ignored(request))
    if request.caller is not None and request.caller.meets(CREATED_IS_200):
        reply.status, reply.answer, reply.undocumented = 200, "", True
    return reply


def advance_workflow(request: Request, world: World) -> Reply:
    """Writes what a client says; any status, unless the record is over."""
    workflow = the_workflow(request, world)
    at = moments(request, "expires_at", "next_action_at")
    if workflow.state in OVER:
        raise over(workflow)
    body = request.body
    told = {key: body[key] for key in fields(request) if key in body and key not in _NAMED_APART}
    changed = happen(
        world,
        workflow,
        "advance",
        body["action"],
        actor(request),
        status=body.get("status") or workflow.state,
        at=world.now,
        data=_free(told),
        **_written(workflow, body, at),
    )
    return Reply(200, wire.item(changed), answer="OK", hint=ignored(request))


def _moments(at: Mapping[str, Moment]) -> dict[str, Any]:
    """The record's fields of the instants that a body says."""
    found: dict[str, Any] = {}
    for name, said in at.items():
        field = name.removesuffix("_at")
        found |= {field: said.at, f"{field}_rest": said.rest}
    return found


def _written(
    workflow: Workflow, body: Mapping[str, Any], at: Mapping[str, Moment]
) -> dict[str, Any]:
    """The record's fields that the body sets."""
    texts = {name: body[name] for name in ("assigned_to", "title", "stage") if name in body}
    found: dict[str, Any] = {**texts, **_moments(at)}
    if "approver_id" in body:
        found["approver"] = body["approver_id"]
    if body.get("escalation_level") is not None:
        found["escalation"] = body["escalation_level"]
    if body.get("workflow_state"):
        found["workflow_state"] = merged(workflow.workflow_state, _free(body["workflow_state"]))
    return found


def suspend_workflow(request: Request, world: World) -> Reply:
    """Lets a record wait at a step; the payload joins its state. On either surface."""
    workflow = the_workflow(request, world)
    if workflow.state in OVER:
        raise over(workflow)
    if workflow.state == SUSPENDED:
        because = partial("{0.id} is suspended at {0.suspended_step!r}".format, workflow)
        raise refusal("ALREADY_SUSPENDED", because, workflow)
    step, payload = request.body["step"], request.body.get("payload") or {}
    changed = happen(
        world,
        workflow,
        "suspend",
        "suspended",
        actor(request),
        status=SUSPENDED,
        at=world.now,
        data=_free({"step": step, "payload": payload}),
        step=step,
        workflow_state=merged(workflow.workflow_state, _free(payload)),
    )
    return wire.action(changed, f"Workflow suspended at step '{step}'", ignored(request))


def resume_workflow(request: Request, world: World) -> Reply:
    """Goes on with a suspended record; the data joins its state. On either surface."""
    workflow = the_workflow(request, world)
    if workflow.state in OVER:
        raise over(workflow)
    if workflow.state != SUSPENDED:
        detail = f"Workflow is not suspended: it is {workflow.state}"
        because = partial("{0.id} is {0.state}; only a suspended one is resumed".format, workflow)
        raise refusal("NOT_SUSPENDED", because, workflow, values={"detail": detail})
    sent = [name for name in RESUMED_WITH if name in request.body]
    data = _free(request.body[sent[0]] if sent else None)
    changed = happen(
        world,
        workflow,
        "resume",
        "resumed",
        actor(request),
        status=ACTIVE,
        at=world.now,
        data=data,
        workflow_state=merged(workflow.workflow_state, data),
    )
    hint = f"{sent[0]} was taken, not {', '.join(sent[1:])}" if sent[1:] else ""
    return wire.action(changed, "Workflow resumed", hint or ignored(request))


def abort_workflow(request: Request, world: World) -> Reply:
    """Cancels a record that is not over; it stays, with its history."""
    workflow = the_workflow(request, world)
    if workflow.state in OVER:
        raise over(workflow)
    changed = happen(
        world, workflow, "abort", "aborted", actor(request), status=CANCELLED, at=world.now
    )
    return wire.action(changed, "Workflow aborted")


def merged(state: Raw, more: Raw) -> Raw:
    """Both objects as one: later keys win, at the top level only, null included."""
    if more == EMPTY:
        return state
    return Raw(json.encode(_members(state) | _members(more)))


def _free(value: Mapping[str, Any] | None) -> Raw:
    return EMPTY if not value else Raw(json.encode(value))
