"""What a request says: whose it is, which record it means, when, and what of it is ignored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from understudy.errors import InputError
from understudy.openapi.operation import Violation
from understudy.simulation.clock import Instant, instant
from understudy.simulation.world import World
from understudy.vendor import Missing, Problem, Request, refusal
from understudy.vendors.hydracore.envelope import internal
from understudy.vendors.hydracore.records import ADMIN, AGENT, Instance, Key, Workflow


def tenant(request: Request) -> str:
    """The tenant of the credential."""
    assert request.caller is not None, "every operation needs a credential"
    return request.caller.tenant


def actor(request: Request) -> str:
    """Who acts, as the history tells it."""
    return AGENT if internal(request.operation) else ADMIN


def instance_asked(request: Request, world: World) -> Instance | None:
    """The instance of the path, if it is the caller's tenant's."""
    found: Instance | None = world["instances"].get(request.values["instance_id"])
    return found if found is not None and found.tenant == tenant(request) else None


def own_instance(request: Request, world: World) -> Instance:
    """The instance of the path, if the proxy key is its own."""
    found = instance_asked(request, world)
    if found is None:
        instance_id = request.values["instance_id"]
        because = f"tenant {tenant(request)} has no instance {instance_id}"
        missing = Missing("instances", instance_id)
        raise refusal("INSTANCE_NOT_FOUND", because, missing=missing)
    if found.id != _instance_of_key(request):
        because = f"the proxy key is for instance {_instance_of_key(request)}, not {found.id}"
        raise refusal("FORBIDDEN", because, found)
    return found


def workflow_asked(request: Request, world: World) -> Workflow | None:
    """The record of the path, if the caller may see it."""
    found: Workflow | None = world["workflows"].get(request.values["workflow_id"])
    if found is None or found.tenant != tenant(request):
        return None
    if internal(request.operation):
        asked = request.values["instance_id"]
        return found if found.instance == asked == _instance_of_key(request) else None
    return found


def the_workflow(request: Request, world: World) -> Workflow:
    """The record of the path; a refusal where the caller has no such record."""
    instance = own_instance(request, world) if internal(request.operation) else None
    found = workflow_asked(request, world)
    if found is None:
        workflow_id = request.values["workflow_id"]
        place = f"tenant {tenant(request)}" if instance is None else f"instance {instance.id}"
        # Where a world would have it: in the instance asked, else in any of the tenant's.
        home: Instance | None = instance or world["instances"].first("tenant", tenant(request))
        fields = {"tenant": tenant(request)} if home is None else {"instance": home.id}
        missing = Missing("workflows", workflow_id, fields)
        raise refusal("NOT_FOUND", f"{place} has no workflow {workflow_id}", missing=missing)
    return found


class Moment(NamedTuple):
    """An instant that a client said, and its microseconds beyond the millisecond."""

    at: Instant | None = None
    rest: int = 0

    @classmethod
    def of(cls, text: str | None) -> Moment:
        fraction = "" if text is None else text.partition(".")[2]
        digits = fraction.rstrip("Z").partition("+")[0].partition("-")[0]
        return cls() if text is None else cls(instant(text), int(digits.ljust(6, "0")[3:6]))


def moments(request: Request, *names: str) -> dict[str, Moment]:
    """The instants among the body's fields that are there; a refusal with all that are none."""
    found: dict[str, Moment] = {}
    wrong: list[Violation] = []
    for name in names:
        text = request.body.get(name)
        try:
            if name in request.body:
                found[name] = Moment.of(text)
        except InputError as error:
            told = f"/{name}: {error.what}"
            wrong.append(Violation("body", "", f"/{name}", "format", "date-time", text, told))
    if wrong:
        raise Problem("invalid", wrong[0].message, violations=wrong)
    return found


def fields(request: Request) -> Mapping[str, Any]:
    """The properties of the body that the vendor knows."""
    declared = request.operation.body
    assert declared is not None, "only asked where a body is"
    name = str(declared.schema["$ref"]).rpartition("/")[2]
    known: Mapping[str, Any] = declared.components[name]["properties"]
    return known


def ignored(request: Request) -> str:
    """A hint about keys that the vendor drops without a word."""
    known = fields(request)
    unknown = [key for key in request.body if key not in known]
    if not unknown:
        return ""
    verb = "is" if len(unknown) == 1 else "are"
    return f"{', '.join(unknown)} {verb} ignored; the body may have {', '.join(known)}"


def over(workflow: Workflow) -> Problem:
    """The refusal of a change to a record that is over."""
    return refusal(
        "ALREADY_OVER",
        partial("{0.id} is {0.state}; nothing changes it any more".format, workflow),
        workflow,
        values={"detail": f"Workflow is already {workflow.state}"},
    )


def _instance_of_key(request: Request) -> str:
    credential = None if request.caller is None else request.caller.credential
    return credential.instance if isinstance(credential, Key) else ""
