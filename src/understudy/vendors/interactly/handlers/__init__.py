"""What each operation does, by its id."""

from __future__ import annotations

from collections.abc import Mapping

from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import Handler, Request
from understudy.vendors.interactly.handlers.commands import start_or_resume_workflow
from understudy.vendors.interactly.handlers.reads import get_workflow_run, list_workflow_runs
from understudy.vendors.interactly.handlers.request_lookup import run_asked, workflow_asked

HANDLERS: Mapping[str, Handler] = {
    "startOrResumeWorkflow": start_or_resume_workflow,
    "getWorkflowRun": get_workflow_run,
    "listWorkflowRuns": list_workflow_runs,
}

ABOUT: Mapping[str, tuple[str, ...]] = dict.fromkeys(HANDLERS, ("runs", "workflows"))


def named(request: Request, world: World) -> tuple[str, Record] | None:
    """The run or workflow a call is about; never another team's."""
    run = run_asked(request, world)
    if run is not None:
        return "runs", run
    workflow = workflow_asked(request, world)
    return None if workflow is None else ("workflows", workflow)
