"""What happens in the sessions as it happens: a page of it, or a stream of server-sent events."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from understudy.server.admin.clock import time_view
from understudy.server.admin.event_log import EventLog, Tally
from understudy.server.admin.lookup import session_of
from understudy.server.admin.requests import summary
from understudy.server.sessions.observers import (
    Batch,
    CallHappened,
    ChangeHappened,
    Happening,
    TransitionHappened,
)
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.wire.response import Streamed
from understudy.simulation.clock import iso
from understudy.vendor import Reply, Request, refusal

LIMIT = 100  # of a page, where nobody says another
KEEP = 60.0  # seconds that events are kept for somebody who is not there
MEDIA_TYPE = "text/event-stream"

CLOCK, RULES, RECORD, SESSION = "clock", "rules", "record", "session"
CHANGES: Mapping[str, str] = {  # operations of the admin API, and the kind of event they are
    "setClock": CLOCK,
    "advanceClock": CLOCK,
    "changeRecord": RECORD,
    "makeRecord": RECORD,
    "removeRecord": RECORD,
    "addRules": RULES,
    "changeRule": RULES,
    "playNextStep": SESSION,
    "deleteRule": RULES,
    "deleteRules": RULES,
    "createSession": SESSION,
    "forkSession": SESSION,
    "resetSession": SESSION,
    "deleteSession": SESSION,
    "restoreSnapshot": SESSION,
    "loadScenario": SESSION,
    "clearRequests": SESSION,
}
NAMED = ("vendor", "collection", "id", "rule")  # what a path says of a change

_of: WeakKeyDictionary[Sandbox, EventLogs] = WeakKeyDictionary()


class EventLogs:
    """The event logs of one sandbox, for as long as somebody asks for them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._numbers = count()
        self.run = f"{os.getpid():x}"  # the events of another process have other ids
        self.logs: dict[str, EventLog] = {}  # by session; of all of them by ""

    @property
    def streams(self) -> int:
        """How many follow."""
        return sum(len(log.followers) for log in self.logs.values())

    def log(self, session: str) -> EventLog:
        """The log of a session, begun where nobody asked for it lately."""
        if not self.logs:
            self._sandbox.listen(self.take)
        self._sandbox.observers.flush()
        log = self.logs.get(session)
        if log is None:
            log = self.logs[session] = EventLog(self._numbers)
        log.asked = asyncio.get_running_loop().time()
        return log

    def take(self, batch: Batch) -> None:
        """What has happened goes into the logs it belongs to."""
        now = asyncio.get_running_loop().time()
        self._forget(now)
        for happening in batch.happenings:
            name = _session(happening)
            for log in filter(None, (self.logs.get(""), self.logs.get(name))):
                more = log.room(now)
                if more is None:
                    log.add(kind_of(happening), told_of(happening))
                else:
                    _count(happening, name, more)
        if batch.calls or batch.transitions:
            self._count_rest(batch, now)
        self._end_deleted(batch)

    def _count_rest(self, batch: Batch, now: float) -> None:
        for log in self.logs.values():
            if (more := log.room(now)) is not None:
                more.calls += batch.calls
                more.transitions += batch.transitions

    def _end_deleted(self, batch: Batch) -> None:
        for each in batch.happenings:
            deleted = type(each) is ChangeHappened and each.told["operation"] == "deleteSession"
            if deleted and (log := self.logs.pop(_session(each), None)) is not None:
                log.ended = True
                log.wake()

    def _forget(self, now: float) -> None:
        for name, log in tuple(self.logs.items()):
            if not log.followers and now - log.asked > KEEP:
                del self.logs[name]
        if not self.logs:
            self._sandbox.unlisten(self.take)


def streams(sandbox: Sandbox) -> int:
    """How many streams of a sandbox's events are followed."""
    logs = _of.get(sandbox)
    return 0 if logs is None else logs.streams


def list_events(request: Request, sandbox: Sandbox) -> Reply:
    """The events of all sessions: a page of those there are, or a stream of those to come."""
    return _events(request, sandbox, "")


def list_session_events(request: Request, sandbox: Sandbox) -> Reply:
    """The events of one session."""
    return _events(request, sandbox, session_of(request, sandbox).name)


def tell_change(sandbox: Sandbox, request: Request, reply: Reply) -> None:
    """Somebody has changed something by the admin API: whoever observes the sandbox is told."""
    operation = request.operation.id
    kind = CHANGES.get(operation)
    if kind is None or not sandbox.observers.listeners:
        return
    named = reply.body["name"] if operation in ("createSession", "forkSession") else None
    name = str(named or request.values["session"])
    told = {"session": name, "operation": operation}
    told |= {key: request.values[key] for key in NAMED if key in request.values}
    session = sandbox.sessions.get(name)
    if session is not None:
        told |= time_view(session.clock)
    sandbox.observers.change(name, kind, told)


def _events(request: Request, sandbox: Sandbox, session: str) -> Reply:
    logs = _of.get(sandbox)
    if logs is None:
        logs = _of[sandbox] = EventLogs(sandbox)
    log, headers = logs.log(session), request.call.headers
    after = headers.get("last-event-id") or request.values.get("after", "")
    number = _number(after, logs.run) if after else None
    if MEDIA_TYPE in headers.get("accept", "").lower():
        if logs.streams >= (most := sandbox.settings.streams):
            fix = "Close one, or ask for pages: leave out Accept: text/event-stream"
            because = f"there are {most} streams, as many as this sandbox serves at once"
            raise refusal("TOO_MANY_STREAMS", because, values={"fix": fix})
        stream = log.follow(logs.run, log.last if number is None else number)
        cached = (("Cache-Control", "no-store"),)
        return Streamed(200, media_type=MEDIA_TYPE, headers=cached, stream=stream)
    page = log.since(log.floor if number is None else number, request.values.get("limit", LIMIT))
    last = page[-1].number if page else log.last
    body = {
        "events": [
            {"id": f"{logs.run}-{each.number}", "event": each.kind, "data": each.told}
            for each in page
        ],
        "next": f"{logs.run}-{last}",
    }
    return Reply(200, body)


def _number(event_id: str, run: str) -> int:
    """The number of an event; -1 where it is none of this run."""
    head, _, number = event_id.rpartition("-")
    return int(number) if head == run and number.isascii() and number.isdigit() else -1


def _session(happening: Happening) -> str:
    if isinstance(happening, ChangeHappened):
        return happening.session
    name: str = happening.session.name
    return name


def kind_of(happening: Happening) -> str:
    """What an event is called."""
    if isinstance(happening, ChangeHappened):
        return happening.kind
    return "call" if isinstance(happening, CallHappened) else "transition"


def told_of(happening: Happening) -> Mapping[str, Any]:
    """What an event tells, as JSON values."""
    if isinstance(happening, ChangeHappened):
        return happening.told
    session = happening.session
    if isinstance(happening, CallHappened):
        return {"session": session.name, **summary(session, happening.draft.read())}
    return {"session": session.name, **_transition(happening)}


def _transition(happening: TransitionHappened) -> dict[str, Any]:
    collection, record_id = happening.owner
    step = happening.step
    return {
        "vendor": happening.vendor,
        "collection": collection,
        "id": record_id,
        "at": iso(step.at),
        "event": step.event,
        "from": step.source,
        "to": step.target,
        "by": happening.by,
    }


def _count(happening: Happening, session: str, more: Tally) -> None:
    if isinstance(happening, CallHappened):
        more.call(session)
    elif isinstance(happening, TransitionHappened):
        more.transitions += 1
    else:
        more.changes += 1
