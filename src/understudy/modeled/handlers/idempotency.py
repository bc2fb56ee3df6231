"""Calls that may come again: the same key, the same answer (where the document has the header)."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from msgspec import Raw, json

from understudy.modeled.plan import Plan
from understudy.modeled.records import CALLS, Call
from understudy.modeled.request_lookup import CONFLICT, UNPROCESSABLE
from understudy.simulation.world import World
from understudy.vendor import Handler, Reply, Request, refusal

NAME = "idempotency"
HEADER = "Idempotency-Replayed"


def once(plan: Plan, handle: Handler) -> Handler:
    """The handler, asked once for each key; the handler itself where the document has none."""
    names = [
        each.name
        for header, each in plan.operation.header_parameters.items()
        if NAME in header and plan.operation.method in ("POST", "PATCH", "PUT")
    ]
    if not names:
        return handle

    def handle_once(request: Request, world: World) -> Reply:
        key = request.values.get(names[0])
        if key is None:
            return handle(request, world)
        whose = "" if request.caller is None else request.caller.name
        record_id = f"{plan.operation.id}/{whose}/{key}"
        sent = _digest(request)
        before: Call | None = world[CALLS].get(record_id)
        if before is not None:
            return _again(plan, before, sent, key)
        reply = handle(request, world)
        if reply.raw is None:
            body = Raw(json.encode(reply.body))
            made = Call(id=record_id, created=world.now, status=reply.status, body=body, sent=sent)
            world.add(CALLS, made)
        return reply

    return handle_once


def _again(plan: Plan, before: Call, sent: str, key: Any) -> Reply:
    if before.sent != sent:
        status = CONFLICT if plan.operation.by_status(int(CONFLICT)) else UNPROCESSABLE
        if not plan.operation.by_status(int(status)):
            status = CONFLICT
        raise refusal(status, f"the key {key} came with another request before")
    body = json.decode(before.body)
    return Reply(before.status, body, answer=plan.success.name, headers=((HEADER, "true"),))


def _digest(request: Request) -> str:
    """What a call asks for: its path, its query and its body."""
    call = request.call
    asked = b"\0".join((call.path.encode(), call.query.encode(), call.body))
    return blake2b(asked, digest_size=16).hexdigest()
