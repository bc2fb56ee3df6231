"""A session as a scenario: what happened in it, to be replayed."""

from __future__ import annotations

from understudy.scenarios.export import Run, export
from understudy.scenarios.yaml_text import text
from understudy.server.admin.lookup import present_session
from understudy.server.admin.verify import asked
from understudy.server.session import Session
from understudy.server.sessions import Sandbox
from understudy.vendor import Reply, Request


def export_scenario(request: Request, sandbox: Sandbox) -> Reply:
    exported = export(run_of(present_session(request, sandbox)), sandbox.contract)
    body = {
        "scenario": exported.scenario,
        "text": text(exported.scenario, exported.notes),
        "notes": list(exported.notes),
    }
    return Reply(200, body)


def run_of(session: Session) -> Run:
    """What there is to know of a session's run."""
    return Run(
        name=session.name,
        started=session.started,
        seed=session.seed,
        scenarios=session.loaded,
        rules=list(session.rules.history),
        entries=list(session.journal),
        dropped=session.journal.dropped,
        late=session.late,
        asked=lambda entry: asked(entry, session),
        enough=session.journal.enough if session.journal.outgrown else 0,
    )
