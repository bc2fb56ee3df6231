"""What changes an instance: its status, events, deletion, jobs that terminate many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec import Raw, json, structs

from understudy.simulation.clock import iso
from understudy.simulation.timeline import current
from understudy.simulation.timeline_items import Do, Parallel, Sleep, Wait
from understudy.simulation.world import World
from understudy.vendor import Reply, Request, refusal
from understudy.vendors.cloudflare import wire
from understudy.vendors.cloudflare.handlers import request_lookup
from understudy.vendors.cloudflare.lifecycle.actions import (
    pause_cancelled,
    paused,
    restarted,
    restarted_from,
)
from understudy.vendors.cloudflare.lifecycle.progress import Move, step_over
from understudy.vendors.cloudflare.lifecycle.queue import enqueued, move, resumed, version_of
from understudy.vendors.cloudflare.lifecycle.termination import terminated
from understudy.vendors.cloudflare.lifecycle.transitions import LIVE
from understudy.vendors.cloudflare.records import (
    OVER,
    PAUSED,
    ROLLING_BACK,
    RUNNING,
    STEP,
    WAITING,
    WAITING_FOR_PAUSE,
    Event,
    Instance,
    Job,
    Version,
    instance_key,
)

EVENTS = 1_000  # events one instance keeps unread: a sender in a loop would fill the memory
_KINDS: Mapping[str, tuple[type, ...]] = {
    "do": (Do, Parallel),
    "sleep": (Sleep,),
    "waitForEvent": (Wait,),
}


def change_instance_status(request: Request, world: World) -> Reply:
    """Pauses, resumes, terminates or restarts; answers the status right after."""
    found = request_lookup.instance(request, world)
    after = _ACTIONS[request.body["status"]](request, world, found)
    status = getattr(after, request_lookup.told_by(request))
    return wire.success({"status": status, "timestamp": iso(world.now)})


def _pause(request: Request, world: World, found: Instance) -> Instance:
    """What neither runs nor waits is not paused, and nobody complains."""
    if found.state not in (RUNNING, WAITING):
        return found
    return move(world, found, paused(found, world.now), world.now)


def _resume(request: Request, world: World, found: Instance) -> Instance:
    """What is not paused goes on as it does, and nobody complains."""
    now = world.now
    if found.state == WAITING_FOR_PAUSE:
        return move(world, found, pause_cancelled(now), now)
    if found.state != PAUSED:
        return found
    return resumed(world, found, now)


def _terminate(request: Request, world: World, found: Instance) -> Instance:
    """Ends it at once, or by a rollback; what is over cannot be ended."""
    if found.state in OVER:
        because = f"it is {found.state} already; terminating what is over is refused"
        raise refusal("CANNOT_TERMINATE", because, found)
    if found.state == ROLLING_BACK:
        return found
    rollback = bool(request.body.get("rollback", False))
    version, now = version_of(world, found), world.now
    return move(world, found, terminated(version, found, now, rollback=rollback), now)


def _restart(request: Request, world: World, found: Instance) -> Instance:
    """From the beginning, or from a step that is in the log."""
    now = world.now
    said = request.body.get("from")
    workflow = request_lookup.workflow_asked(request, world)
    if workflow is not None and workflow.script_deleted:
        because = f"script {workflow.script_name!r} of its workflow is deleted"
        raise refusal("CANNOT_RESTART", because, found)
    if said is None:
        fields = restarted(now)
    else:
        entry = _entry(version_of(world, found), found, said)
        if entry is None:
            raise refusal("CANNOT_RESTART", partial(_never_ran, said), found)
        fields = restarted_from(found, entry, now)
    fields = enqueued(world, found, now) | fields
    return move(world, found, Move("restart", fields), now)


def _entry(version: Version, found: Instance, said: Mapping[str, Any]) -> int | None:
    """The number of the log's entry that a restart begins from."""
    kinds = _KINDS[str(said.get("type", "do"))]
    label = f"{said['name']}-{int(said.get('count', 1))}"  # JSON may write 1 as 1.0
    for number, entry in enumerate(found.log):
        if entry.kind != STEP or not isinstance(version.timeline[entry.step], kinds):
            continue
        if version.facets[entry.step][entry.part].label == label:
            return number
    return None


def _never_ran(said: Mapping[str, Any]) -> str:
    kind = said.get("type", "do")
    return f"its log has no {kind} {said['name']!r} number {said.get('count', 1)}"


_ACTIONS: Mapping[str, Callable[[Request, World, Instance], Instance]] = {
    "pause": _pause,
    "resume": _resume,
    "terminate": _terminate,
    "restart": _restart,
}


def send_event(request: Request, world: World) -> Reply:
    """An event for the wait of its type; kept in order if nobody waits, lost if all is over."""
    found = request_lookup.instance(request, world)
    event = Event(request.values["event_type"], _payload(request))
    if found.state in (*LIVE, ROLLING_BACK):
        _take(world, found, event)
    return wire.success({"instanceId": found.instance_id, "timestamp": iso(world.now)})


def _payload(request: Request) -> Raw:
    return request_lookup.sized(Raw(json.encode(request.body)), "an event")


def _take(world: World, found: Instance, event: Event) -> None:
    version, now = version_of(world, found), world.now
    item = current(version.timeline, found.position)
    if found.state == WAITING and isinstance(item, Wait) and item.event == event.type:
        inbox = (*found.inbox, event)
        move(world, found, step_over(version, found, now, event.payload), now, inbox)
        return
    if len(found.inbox) >= EVENTS:
        because = f"it keeps {EVENTS} events already that nobody waited for"
        raise refusal("TOO_MANY_REQUESTS", because, found)
    world.replace("instances", structs.replace(found, inbox=(*found.inbox, event)))


def delete_instance(request: Request, world: World) -> Reply:
    """It is gone at once, and its id free."""
    found = request_lookup.instance(request, world)
    world.remove("instances", found.id)
    return wire.success({"instanceId": found.instance_id, "timestamp": iso(world.now)})


def batch_delete_instances(request: Request, world: World) -> Reply:
    """Each position of the list is told: an id that stands there twice is deleted twice."""
    workflow = request_lookup.workflow(request, world)
    wanted: list[str] = request.body["instances"]
    there = {each for each in wanted if instance_key(workflow.id, each) in world["instances"]}
    for each in dict.fromkeys(wanted):
        if each in there:
            world.remove("instances", instance_key(workflow.id, each))
    error = request.operation.answers["OK"].example["result"]["errors"][0]
    told = {
        "deleted": [{"id": each} for each in wanted if each in there],
        "errors": [error | {"id": each} for each in wanted if each not in there],
    }
    return wire.success(told)


def batch_terminate_instances(request: Request, world: World) -> Reply:
    """A job for these instances; not while another one is under way."""
    workflow = request_lookup.workflow(request, world)
    if workflow.id in world["jobs"]:
        answer = {"status": "already_running", "instancesTerminated": 0}
        return wire.success(answer, "ALREADY_RUNNING")
    keys = dict.fromkeys(instance_key(workflow.id, each) for each in request.body)
    known = [found for key in keys if (found := world["instances"].get(key)) is not None]
    meant = tuple(each.id for each in known if each.state in LIVE)
    world.add("jobs", Job(id=workflow.id, created=world.now, instances=meant))
    return wire.success({"status": "ok", "instancesTerminated": len(meant)})


def terminate_instances(request: Request, world: World) -> Reply:
    """A job for all instances of the workflow, or those of one status."""
    workflow = request_lookup.workflow(request, world)
    if workflow.id in world["jobs"]:
        return wire.success({"status": "already_running"}, "ALREADY_RUNNING")
    status, told_by = request.values.get("status", ""), request_lookup.told_by(request)
    job = Job(id=workflow.id, created=world.now, status=status, told_by=told_by)
    world.add("jobs", job)
    return wire.success({"status": "ok"})


def get_terminate_status(request: Request, world: World) -> Reply:
    """Whether a job is under way."""
    workflow = request_lookup.workflow(request, world)
    if workflow.id in world["jobs"]:
        return wire.success({"status": "running"}, "RUNNING")
    return wire.success({"status": "not_running"})
