"""Refold's operations, and which record a call to each is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Raw

from understudy.openapi.request import split_query
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import Handler, Missing, Problem, Reply, Request, refusal
from understudy.vendors.refold import wire
from understudy.vendors.refold.envelope import ACCOUNT
from understudy.vendors.refold.lifecycle import application_of, begin, meet, settle, workflow_of
from understudy.vendors.refold.records import (
    COMPLETED,
    EMPTY,
    FAILED_IS_500,
    STATUSES,
    Execution,
    Key,
    Workflow,
    object_id,
)

Result = Callable[[Execution], dict[str, Any]]

# How the contract calls the result of a run whose Response node has that status.
_RESULTS = dict(zip(STATUSES, ("OK_SYNC", "CREATED", "ACCEPTED", "UNPROCESSABLE"), strict=True))


def execute_workflow(request: Request, world: World) -> Reply:
    """A run for a linked account, whether it enabled the workflow or not."""
    execution = _run(request, world, request.values["linked_account_id"])
    if not execution.sync:
        return Reply(200, {"execution_id": execution.id}, answer="OK_ASYNC")
    return _returned(request, execution, wire.result(execution))


def execute_public_workflow(request: Request, world: World) -> Reply:
    """A run of a published workflow for the linked account of a token, or of a header."""
    execution = _run(request, world, _account(request), public=True)
    if not execution.sync:
        body = {"message": "Workflow execution started", "execution_id": execution.id}
        return Reply(200, body, answer="OK_ASYNC")
    return _returned(request, execution, wire.public_result(execution))


def get_execution_response(request: Request, world: World) -> Reply:
    """What a run returned, and its status."""
    execution = _execution(request, world)
    return Reply(200, wire.response(execution), answer=execution.state)


def get_public_execution(request: Request, world: World) -> Reply:
    """A run, node by node."""
    execution = _execution(request, world)
    workflow = workflow_of(world, execution)
    application = application_of(world, workflow)
    return Reply(200, wire.instance(execution, workflow, application, world.now), answer="OK")


def _run(request: Request, world: World, account: str, *, public: bool = False) -> Execution:
    workflow = _workflow(request, world)
    if workflow is None or (public and workflow.linked_account_id not in ("", account)):
        raise _no_workflow(request, world, workflow)
    sync = str(request.values.get("sync_execution", "")).lower() == "true"
    if public and not workflow.published:
        raise refusal("WORKFLOW_NOT_PUBLISHED", "it is not published", workflow)
    if sync and workflow.grouped:
        raise refusal("SYNC_NOT_ALLOWED", "one of its nodes is a Group node", workflow)
    execution = begin(
        workflow,
        world.now,
        record_id=object_id(world.identifiers, "execution", world.now),
        linked_account_id=account,
        config_id=request.values.get("config_id", ""),
        sync=sync,
        payload=EMPTY if request.body is None else Raw(request.call.body.strip()),
    )
    meet(world, workflow, account, world.now)
    world.add("executions", execution)
    return settle(world, execution) if sync else execution


def _returned(request: Request, execution: Execution, body: dict[str, Any]) -> Reply:
    """The result of a synchronous run, with the status its Response node has."""
    if execution.state != COMPLETED:
        if request.caller is not None and request.caller.meets(FAILED_IS_500):
            return Reply(500, body, undocumented=True)
        return Reply(200, body, answer="OK_SYNC_ERRORED")
    status = wire.status_of(execution)
    name = _RESULTS.get(status, "")
    return Reply(status, body, answer=name, undocumented=not name)


def _account(request: Request) -> str:
    """The linked account of a session token, else of the header, else of the query."""
    account = _account_said(request)
    if not account:
        because = "neither a header nor a session token says for which linked account"
        raise refusal("INVALID_LINKED_ACCOUNT_ID", because)
    return account


def _account_said(request: Request) -> str:
    """The linked account of a call; an empty header says nothing, and the query may."""
    account = _key(request).linked_account_id or request.values.get(ACCOUNT, "")
    if not account and ACCOUNT in request.operation.query_parameters:
        pairs = split_query(request.call.query)
        account = next((value for name, value in pairs if name == ACCOUNT and value), "")
    return str(account)


def _key(request: Request) -> Key:
    key = None if request.caller is None else request.caller.credential
    assert isinstance(key, Key), "every operation needs a key or a token"
    return key


def _workflow(request: Request, world: World) -> Workflow | None:
    """The workflow a call means: an id comes before an alias, and both are the slug's."""
    tenant, slug = _key(request).tenant, request.values["slug"]
    handle = request.values["workflow_id"]
    found: Workflow | None = world["workflows"].get(handle)
    if found is None or found.tenant != tenant:
        found = world["workflows"].first("alias", (tenant, slug, handle))
    return found if found is not None and found.slug == slug else None


def _no_workflow(request: Request, world: World, found: Workflow | None) -> Problem:
    handle, slug = request.values["workflow_id"], request.values["slug"]
    because = f"{slug!r} of {_key(request).tenant} has no workflow of id or alias {handle!r}"
    other: Workflow | None = world["workflows"].get(handle)
    if found is not None:
        because = f"it belongs to the linked account {found.linked_account_id!r}"
    elif other is not None:
        because += f"; it is one of {other.slug!r} of {other.tenant}"
    missing = Missing("workflows", handle, {"slug": slug})
    return refusal("INVALID_WORKFLOW_ID", because, found, missing=missing)


def _execution(request: Request, world: World) -> Execution:
    account = _account(request)
    found = _found(request, world)
    if found is None:
        tenant, execution_id = _key(request).tenant, request.values["execution_id"]
        because = f"{account!r} has no execution {execution_id!r} in {tenant}"
        other: Execution | None = world["executions"].get(execution_id)
        if other is not None:
            because += f"; it is that of {other.linked_account_id!r} in {other.tenant}"
        missing = Missing("executions", execution_id, {"linked_account_id": account})
        raise refusal("RESOURCE_NOT_FOUND", because, missing=missing)
    return found


def _found(request: Request, world: World) -> Execution | None:
    """The execution a call names, if it is the caller's own and of its linked account."""
    key, account = _key(request), _account_said(request)
    found: Execution | None = world["executions"].get(request.values["execution_id"])
    if found is None or (found.tenant, found.linked_account_id) != (key.tenant, account):
        return None
    return found


HANDLERS: Mapping[str, Handler] = {
    "executeWorkflow": execute_workflow,
    "getExecutionResponse": get_execution_response,
    "executePublicWorkflow": execute_public_workflow,
    "getPublicExecution": get_public_execution,
}

ABOUT: Mapping[str, tuple[str, ...]] = {
    "executeWorkflow": ("workflows",),
    "getExecutionResponse": ("executions",),
    "executePublicWorkflow": ("workflows",),
    "getPublicExecution": ("executions",),
}


def named(request: Request, world: World) -> tuple[str, Record] | None:
    """The collection and record a call is about; never another organisation's."""
    if "execution_id" in request.values:
        found: Record | None = _found(request, world)
        return None if found is None else ("executions", found)
    workflow = _workflow(request, world)
    return None if workflow is None else ("workflows", workflow)
