"""Scripts: whether one is deployed, and the event triggers that start its workflows."""

from __future__ import annotations

from typing import Any

from msgspec import Raw, json, structs

from understudy.simulation.world import World
from understudy.vendor import Missing, Reply, Request, refusal
from understudy.vendors.cloudflare import wire
from understudy.vendors.cloudflare.handlers import request_lookup
from understudy.vendors.cloudflare.records import ANY_SCRIPT, Script, Triggers, script_key

TRIGGERS = 100  # of one script
_TARGET = ("type", "script_name", "workflow_name")


def deployed(request: Request, world: World, script_name: str, class_name: str) -> None:
    """Refuses a workflow whose script nobody deployed, or whose class the script has not got."""
    assert request.caller is not None, "every operation needs a credential"
    if request.caller.meets(ANY_SCRIPT):
        return
    account = request_lookup.tenant(request)
    script: Script | None = world["scripts"].get(script_key(account, script_name))
    if script is None:
        because = f"account {account} has no script {script_name!r}"
        missing = Missing("scripts", script_name, {"script_name": script_name})
        raise refusal("SCRIPT_NOT_DEPLOYED", because, missing=missing)
    if script.classes and class_name not in script.classes:
        there = ", ".join(script.classes)
        because = f"script {script_name!r} has no class {class_name!r}; it has {there}"
        raise refusal("SCRIPT_NOT_DEPLOYED", because)


def triggers_asked(request: Request, world: World) -> Triggers | None:
    """The triggers of the script that the path names."""
    key = script_key(request_lookup.tenant(request), request.values["script_name"])
    found: Triggers | None = world["triggers"].get(key)
    return found


def get_triggers(request: Request, world: World) -> Reply:
    """The triggers of a script; none of one that has none."""
    found = triggers_asked(request, world)
    return wire.success([] if found is None else found.events)


def put_triggers(request: Request, world: World) -> Reply:
    """These, and no others."""
    return _written(request, world, request.body)


def patch_triggers(request: Request, world: World) -> Reply:
    """These beside the others; one of the same type and filter takes the other's place."""
    found = triggers_asked(request, world)
    known = [] if found is None else [json.decode(each) for each in found.events]
    said = {_sort(each): each for each in request.body}
    return _written(request, world, [*(e for e in known if _sort(e) not in said), *said.values()])


def _sort(trigger: dict[str, Any]) -> tuple[str, bytes]:
    return trigger["type"], json.encode(trigger.get("filter"), order="sorted")


def _written(request: Request, world: World, triggers: list[dict[str, Any]]) -> Reply:
    if len(triggers) > TRIGGERS:
        raise refusal("INVALID_BODY", f"{len(triggers)} triggers; {TRIGGERS} are the most")
    events = tuple(Raw(json.encode(_trigger(each))) for each in triggers)
    found = triggers_asked(request, world)
    if found is not None:
        world.replace("triggers", structs.replace(found, events=events))
    else:
        name, account = request.values["script_name"], request_lookup.tenant(request)
        made = Triggers(
            id=script_key(account, name),
            created=world.now,
            script_name=name,
            account=account,
            events=events,
        )
        world.add("triggers", made)
    return wire.success(events)


def _trigger(said: dict[str, Any]) -> dict[str, Any]:
    """A trigger without what no trigger has."""
    targets = [{key: each[key] for key in _TARGET} for each in said["targets"]]
    return {**{key: said[key] for key in ("type", "filter") if key in said}, "targets": targets}


def delete_triggers(request: Request, world: World) -> Reply:
    """All of a script's triggers are gone."""
    found = triggers_asked(request, world)
    if found is not None:
        world.remove("triggers", found.id)
    return wire.success({"deleted": found is not None})
