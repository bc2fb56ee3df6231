"""What the sandbox tells of an answer beside the vendor's words, remembered by its session."""

from __future__ import annotations

from typing import NamedTuple

from understudy.openapi.operation import Answer, Operation
from understudy.server.pipeline.exchange import Exchange
from understudy.server.pipeline.response import Line, line
from understudy.simulation.journal import Key
from understudy.vendor import Headers, Reply


class Face(NamedTuple):
    """What one kind of answer is called, and what it counts as."""

    answer: str
    provenance: str
    label: Line  # X-Understudy
    counts_as: Key


FACES = 1_000  # that a session remembers: statuses that rules make up have no bound


def face_of(exchange: Exchange, reply: Reply) -> Face:
    """The face of a reply to that call."""
    operation, faces = exchange.operation, exchange.session.faces
    name = "-" if operation is None else operation.id
    said = "?" if reply.undocumented else "!" if _written(exchange) else reply.answer
    key = (exchange.vendor.name, name, exchange.by, said, reply.status)
    return faces.get(key) or _made(exchange, reply, key)


def _made(exchange: Exchange, reply: Reply, key: tuple[str, str, str, str, int]) -> Face:
    faces, name = exchange.session.faces, key[1]
    if len(faces) >= FACES:
        faces.clear()
    answer = None if exchange.operation is None else _answer(exchange.operation, reply)
    if answer is not None and key[3] != "!":
        provenance: str = answer.provenance.kind
    else:
        provenance = "inferred" if exchange.operation is None else "undocumented"
    label = (
        f"operation={name}, by={exchange.by}, "
        f"provenance={provenance}, session={exchange.session.name}"
    )
    title = "" if answer is None else answer.name
    operation_id = None if exchange.operation is None else exchange.operation.id
    counts_as = (exchange.vendor.name, operation_id, reply.status, title, exchange.by)
    said = line(b"x-understudy", label.encode())
    face = faces[key] = Face(title, provenance, said, counts_as)
    return face


def _written(exchange: Exchange) -> bool:
    """Whether a rule wrote the body itself: no page has it, whatever the contract says."""
    if exchange.by != "rule" or exchange.rule is None:
        return False
    reply = exchange.rule.rule.reply
    return reply is not None and reply.written


def _answer(operation: Operation, reply: Reply) -> Answer | None:
    if reply.undocumented:
        return None
    if reply.answer:
        return operation.answers.get(reply.answer)
    return next(iter(operation.by_status(reply.status)), None)


def stamped(exchange: Exchange, reply: Reply) -> Headers:
    """The headers of a reply, and those of every answer that it does not say itself."""
    stamp, call, operation = exchange.vendor.stamp, exchange.call, exchange.operation
    if stamp is None or reply.undocumented:
        return reply.headers
    operation_id = None if operation is None else operation.handled_by
    quota = exchange.session.rules.quota(exchange.vendor.name, operation_id, call, exchange.now)
    own = stamp(reply, call, exchange.caller, exchange.world, quota)
    if not reply.headers:
        return own
    said = {name.lower() for name, _ in reply.headers}
    return [*reply.headers, *(each for each in own if each[0].lower() not in said)]
