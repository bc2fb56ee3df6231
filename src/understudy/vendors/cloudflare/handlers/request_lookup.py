"""What a request names: the account, its workflow, a version, an instance, durations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Raw

from understudy.simulation.clock import LAST, Duration
from understudy.simulation.world import World
from understudy.vendor import Missing, Problem, Request, refusal
from understudy.vendors.cloudflare.lifecycle.queue import latest
from understudy.vendors.cloudflare.records import (
    DAY,
    EVENT_WAIT_IS_WAITING,
    UNSAID,
    Account,
    Instance,
    Retention,
    Version,
    Workflow,
    instance_key,
)

PAYLOAD = 1_048_576  # bytes of params, or of an event
_WORDS = re.compile(r"([0-9]+)\W+([a-z]+?)s?")
_UNITS: Mapping[str, Duration] = {
    "second": 1_000,
    "minute": 60_000,
    "hour": 3_600_000,
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
    "year": 365 * DAY,
}


def tenant(request: Request) -> str:
    """The account of the credential, which is that of the path."""
    assert request.caller is not None, "every operation needs a credential"
    return request.caller.tenant


def told_by(request: Request) -> str:
    """The attribute of an instance, and the index, that tells the caller its status."""
    assert request.caller is not None, "every operation needs a credential"
    return "state" if request.caller.meets(EVENT_WAIT_IS_WAITING) else "status"


def account(request: Request, world: World) -> Account:
    """The caller's account."""
    found: Account | None = world["accounts"].get(tenant(request))
    assert found is not None, "a credential has an account"
    return found


def workflow_asked(request: Request, world: World) -> Workflow | None:
    """The account's workflow of that name."""
    name = request.values["workflow_name"]
    found: Workflow | None = world["workflows"].first("name", (tenant(request), name))
    return found


def workflow(request: Request, world: World) -> Workflow:
    """The workflow the path names; the vendor's 404 without one."""
    known = request.named
    if known is not None and isinstance(known[1], Workflow):
        return known[1]
    found = workflow_asked(request, world)
    if found is None:
        name = request.values["workflow_name"]
        raise refusal(
            "WORKFLOW_NOT_FOUND",
            f"account {tenant(request)} has no workflow {name!r}",
            missing=Missing("workflows", name, {"name": name}),
        )
    return found


def deployed(request: Request, world: World, found: Workflow) -> Version:
    """The workflow's latest version; the vendor's 400 without one."""
    version = latest(world, found.id)
    if version is None:
        because = f"nothing of workflow {found.name!r} was ever deployed"
        raise refusal("NO_DEPLOYED_VERSIONS", because, found)
    return version


def runnable(request: Request, world: World, found: Workflow) -> Version:
    """The version that a new instance runs; refused where the script of it is gone."""
    version = deployed(request, world, found)
    if found.script_deleted:
        because = f"script {found.script_name!r} of workflow {found.name!r} is deleted"
        raise refusal("SCRIPT_NOT_DEPLOYED", because, found)
    return version


def instance_asked(request: Request, world: World) -> Instance | None:
    """The instance the path names."""
    found = workflow_asked(request, world)
    if found is None:
        return None
    key = instance_key(found.id, request.values["instance_id"])
    known: Instance | None = world["instances"].get(key)
    return known


def instance(request: Request, world: World) -> Instance:
    """The instance the path names; the vendor's 404 without one."""
    named = request.named
    if named is not None and isinstance(named[1], Instance):
        return named[1]
    found = workflow(request, world)
    instance_id = request.values["instance_id"]
    known: Instance | None = world["instances"].get(instance_key(found.id, instance_id))
    if known is None:
        raise no_instance(found, instance_id)
    return known


def no_instance(found: Workflow, instance_id: str) -> Problem:
    """The vendor's 404 for an instance that nobody made, or nobody keeps."""
    return refusal(
        "INSTANCE_NOT_FOUND",
        f"workflow {found.name!r} keeps no instance {instance_id!r}",
        missing=Missing(
            "instances", instance_id, {"instance_id": instance_id, "workflow": found.name}
        ),
    )


def version_asked(request: Request, world: World) -> Version | None:
    """The version the path names, if it is one of the workflow's."""
    found = workflow_asked(request, world)
    version: Version | None = world["versions"].get(request.values["version_id"].lower())
    ours = found is not None and version is not None and version.workflow == found.id
    return version if ours else None


def version(request: Request, world: World) -> Version:
    """The version the path names; the vendor's 404 without one."""
    found = workflow(request, world)
    known = version_asked(request, world)
    if known is None:
        version_id = request.values["version_id"]
        raise refusal(
            "VERSION_NOT_FOUND",
            f"workflow {found.name!r} has no version {version_id}",
            missing=Missing("versions", version_id, {"id": version_id, "workflow": found.name}),
        )
    return known


def retention(body: Mapping[str, Any], key: str) -> Retention:
    """The two durations that a body says."""
    said = body.get(key)
    if not said:
        return UNSAID
    return Retention(_length(said.get("success_retention")), _length(said.get("error_retention")))


def limit(body: Mapping[str, Any], key: str, name: str) -> int | None:
    """A whole number below a key of a body; JSON may write 3 as 3.0."""
    said = body.get(key, {}).get(name)
    return None if said is None else int(said)


def _length(said: float | str | None) -> Duration | None:
    """Milliseconds, or `5 minutes`; nothing is longer than the calendar."""
    if said is None:
        return None
    if not isinstance(said, str):
        return int(min(said, LAST))
    found = _WORDS.fullmatch(said)
    assert found is not None, "the contract's pattern is held before"
    if len(found[1]) > 15:
        return LAST
    return min(int(found[1]) * _UNITS[found[2]], LAST)


def sized(content: Raw, what: str) -> Raw:
    """The content itself; the vendor's 413 for more than an instance is given at once."""
    size = memoryview(content).nbytes
    if size > PAYLOAD:
        raise refusal("CONTENT_TOO_LARGE", f"{what} of {size} bytes; {PAYLOAD} are the most")
    return content
