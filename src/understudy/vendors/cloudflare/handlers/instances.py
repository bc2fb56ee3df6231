"""Instances: created, listed, described, one step read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import DecodeError, Raw, json

from understudy.errors import InputError
from understudy.simulation.clock import Instant, instant
from understudy.simulation.world import World
from understudy.vendor import Missing, Problem, Reply, Request, refusal
from understudy.vendors.cloudflare import wire
from understudy.vendors.cloudflare.handlers import request_lookup
from understudy.vendors.cloudflare.lifecycle.instances import NewInstance, create
from understudy.vendors.cloudflare.records import Instance, Version, Workflow, instance_key
from understudy.vendors.cloudflare.wire import paging, steps

PAGE = 50  # instances on a page, unless told


def create_instance(request: Request, world: World) -> Reply:
    """A new instance, queued."""
    workflow = request_lookup.workflow(request, world)
    version = request_lookup.runnable(request, world, workflow)
    body = request.body or {}
    _queueing(request, world)
    taken = world["instances"].get(instance_key(workflow.id, body.get("instance_id", "")))
    if taken is not None:
        raise refusal("ALREADY_EXISTS", partial(_taken, taken), taken)
    return wire.success(wire.created(_created(world, workflow, version, body)))


def batch_create_instances(request: Request, world: World) -> Reply:
    """New instances, queued; ids that are taken are passed over."""
    workflow = request_lookup.workflow(request, world)
    version = request_lookup.runnable(request, world, workflow)
    made = []
    if len(request.call.body) > request_lookup.PAYLOAD:
        for body in request.body:
            _params(body)  # all of them or none
    for body in request.body:
        key = instance_key(workflow.id, body.get("instance_id", ""))
        if key not in world["instances"]:
            _queueing(request, world)
            made.append(wire.created(_created(world, workflow, version, body)))
    return wire.success(made)


def _created(
    world: World, workflow: Workflow, version: Version, body: Mapping[str, Any]
) -> Instance:
    retention = request_lookup.retention(body, "instance_retention")
    said = NewInstance(body.get("instance_id", ""), _params(body), retention)
    return create(world, workflow, version, world.now, said)


def _params(body: Mapping[str, Any]) -> Raw | None:
    """The params as JSON: a text that holds JSON is read, any other stays one."""
    said = body.get("params")
    if said is None:
        return None
    if isinstance(said, str):
        try:
            return request_lookup.sized(Raw(json.encode(json.decode(said))), "params")
        except (DecodeError, RecursionError, UnicodeError):
            pass
    return request_lookup.sized(Raw(json.encode(said)), "params")


def _queueing(request: Request, world: World) -> None:
    """Refuses what would be one queued instance too many."""
    account = request_lookup.account(request, world)
    if world["instances"].count("queued", account.id) >= account.queued:
        because = f"account {account.id} has {account.queued} queued instances"
        raise refusal("TOO_MANY_QUEUED", because)


def _taken(found: Instance) -> str:
    return f"instance {found.instance_id!r} is {found.state}, and kept"


def list_instances(request: Request, world: World) -> Reply:
    """A page of a workflow's instances, by cursor or by number."""
    workflow, values = request_lookup.workflow(request, world), request.values
    told_by = request_lookup.told_by(request)
    chosen = paging.Selection.of(
        world["instances"],
        workflow.id,
        values.get("status"),
        told_by,
        _moment(values, "date_start"),
        _moment(values, "date_end"),
    )
    size, cursor, number = values.get("per_page", PAGE), values.get("cursor"), values.get("page")
    if cursor is None:
        found, more = chosen.page(number or 1, size)
    else:
        place, number = paging.place(cursor, workflow.id), None
        if place is None:
            raise refusal("INVALID_INPUT", "no answer gave this cursor", workflow)
        ascending = values.get("direction") == "asc"
        found, more = chosen.behind(place, size, ascending=ascending)
    rows = [wire.instance_row(each, told_by) for each in found]
    following = paging.cursor(found[-1]) if more and found else ""
    return paging.listed(rows, chosen, size, number=number, following=following)


def _moment(values: Mapping[str, Any], name: str) -> Instant | None:
    if name not in values:
        return None
    try:
        return instant(values[name])
    except InputError as error:
        raise refusal("INVALID_INPUT", str(error)) from None


def describe_instance(request: Request, world: World) -> Reply:
    """One instance with the log of its steps."""
    found = request_lookup.instance(request, world)
    simple = request.values.get("simple") == "true"
    newest_first = request.values.get("order") == "desc"
    told_by = request_lookup.told_by(request)
    told = wire.described(world, found, told_by, simple=simple, newest_first=newest_first)
    return wire.success(told)


def get_step(request: Request, world: World) -> Reply:
    """How one step of an instance stands, and what it gave."""
    found = request_lookup.instance(request, world)
    version: Version | None = world["versions"].get(found.version)
    assert version is not None, "versions go with their workflow, as its instances do"
    name, kind = request.values["name"], request.values["type"]
    entry = steps.found(version, found, name, kind)
    if entry is None:
        raise _no_step(version, found, name, kind)
    entry = steps.present(version, found, entry, world.now)
    attempt = request.values.get("attempt")
    told = steps.result(version, entry, attempt)
    if told is None:
        because = f"its {kind} {name!r} has no attempt {attempt}"
        raise refusal("STEP_NOT_FOUND", because, found)
    stream = steps.streamed(version, entry, attempt)
    return wire.success(told) if stream is None else _stream(stream)


def _stream(content: bytes) -> Reply:
    """The bytes of a step's output: nothing around them."""
    return Reply(200, raw=content, media_type="application/octet-stream", answer="OK")


def _no_step(version: Version, found: Instance, name: str, kind: str) -> Problem:
    """The refusal, with the steps there are: the vendor numbers those of one name."""
    there = steps.labels(version, found)
    because = f"instance {found.id} has no {kind} {name!r} in its log"
    near = f"{name}-1"
    hint = ""
    if name in there:
        hint = f"{name} is there with type={there[name]}"
    elif near in there:
        hint = f"did you mean {near}? A step's name in the log ends in its number"
    missing = Missing("steps", name, there=tuple(there))
    return refusal("STEP_NOT_FOUND", because, found, missing=missing, hint=hint)
