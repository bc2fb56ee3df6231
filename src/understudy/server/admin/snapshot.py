"""Snapshots: a session taken as JSON, and made of it again."""

from __future__ import annotations

from understudy.errors import UnderstudyError
from understudy.server.admin.envelope import refused
from understudy.server.admin.lookup import session_of
from understudy.server.admin.sessions import session_view
from understudy.server.sessions import Sandbox
from understudy.vendor import Reply, Request


def get_snapshot(request: Request, sandbox: Sandbox) -> Reply:
    return Reply(200, session_of(request, sandbox).snapshot())


def restore_snapshot(request: Request, sandbox: Sandbox) -> Reply:
    session = session_of(request, sandbox)
    try:
        session.restore(request.body)
    except UnderstudyError as error:
        raise refused("SNAPSHOT_REFUSED", error) from None
    return Reply(200, session_view(session))
