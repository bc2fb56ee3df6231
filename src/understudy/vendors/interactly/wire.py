"""Records as Interactly writes them, key for key."""

from __future__ import annotations

from typing import Any

from understudy.simulation.clock import Instant, iso
from understudy.vendors.interactly.records import Pair, Run

VERSION_NAME = "Initial Version"
MAIN_THREAD = "0"


def stamp(at: Instant) -> str:
    """An instant as the platform writes it: six digits of a second, or none."""
    text = iso(at)
    return f"{text[:-5]}Z" if text.endswith(".000Z") else f"{text[:-1]}000Z"


def run_answer(run: Run) -> dict[str, Any]:
    """The answer to a command: the run in its document, the document in its envelope."""
    return {"workflow_run": {**_document(run), "workflow_run": _run(run)}}


def stored_run_answer(run: Run) -> dict[str, Any]:
    """The answer to a read: the same, the run with what newer pages say of it."""
    state = {
        "logical_id": run.logical_id,
        "workflow_id": run.workflow_id,
        "version_number": run.version,
        "status": run.state,
        "termination_source": run.termination_source,
        "input_output_pairs": [_pair(pair) for pair in run.pairs],
        "run_by": run.run_by,
        "comments": [],
        "version_name": VERSION_NAME if run.version == 0 else None,
    }
    return {"workflow_run": {**_document(run), "workflow_run": state}}


def run_row(run: Run) -> dict[str, Any]:
    """A run in a list."""
    document = _document(run)
    state = {"logical_id": run.logical_id, "workflow_id": run.workflow_id, "status": run.state}
    return {"_id": document.pop("_id"), "workflow_run": state, **document}


def _document(run: Run) -> dict[str, Any]:
    return {
        "team_id": run.team,
        "created_by": run.created_by,
        "updated_by": run.updated_by,
        "created_at": stamp(run.created),
        "updated_at": stamp(run.updated),
        "_id": run.id,
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "logical_id": run.logical_id,
        "workflow_id": run.workflow_id,
        "status": run.state,
        "input_output_pairs": [_pair(pair) for pair in run.pairs],
        "comments": [],
    }


def _pair(pair: Pair) -> dict[str, Any]:
    outputs = {MAIN_THREAD: pair.outputs} if pair.outputs else {}
    return {
        "run_input": pair.run_input,
        "run_output": {"events": pair.events, "thread_to_node_outputs": outputs},
    }
