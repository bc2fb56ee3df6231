"""From a vendor's reply to the response: held against the contract, labelled, its headers joined.

What an answer of one kind is labelled with is remembered by its session.
"""

from __future__ import annotations

import logging
import re

from understudy.errors import ContractError
from understudy.openapi.operation import Answer, Operation, Violation
from understudy.openapi.request import decode_json
from understudy.scenarios.rules.faults import Fault
from understudy.server.pipeline.exchange import Exchange
from understudy.server.pipeline.unread_names import unread_hint
from understudy.server.sessions.session import AnswerLabel
from understudy.server.wire.response import Response, date, encode, framing, line, lines, safe
from understudy.vendor import Headers, Reply

LABELS = 1_000  # that a session remembers: statuses that rules make up have no bound

log = logging.getLogger("understudy")


def hold_against_contract(exchange: Exchange, reply: Reply) -> Reply:
    """The reply, or a 500 in its place that says what of it breaks the contract."""
    operation = exchange.operation
    if operation is None or reply.undocumented or exchange.by in ("rule", "fault"):
        return reply
    wrong = _mismatch(operation, reply)
    if not wrong:
        return reply
    log.error("%s answers against its contract: %s", operation.id, wrong)
    exchange.because = f"the reply breaks the contract: {wrong}"
    return Reply(500, {"understudy": exchange.because})


def _mismatch(operation: Operation, reply: Reply) -> str:
    if not operation.by_status(reply.status):
        return f"status {reply.status} is not declared"
    check = operation.schemas.get(reply.status)
    if check is None or reply.raw is not None:
        return ""
    value = decode_json(encode(reply))
    try:
        wrong = check(None if isinstance(value, Violation) else value)
    except ContractError:  # a document's schema that is none: nobody can say
        return ""
    if isinstance(value, Violation):
        return value.message
    return "; ".join(f"{v.pointer or '/'} {v.message}" for v in wrong)


def assemble(exchange: Exchange, reply: Reply) -> Response:
    """The response as it goes out, numbered, with the fault that is applied as it is sent."""
    session, body = exchange.session, encode(reply)
    number = exchange.number = session.journal.take_number()
    label = exchange.label = _label(exchange, reply)
    parts = (date(exchange.now), label.line, session.tag, number, framing(reply, body))
    head = b"%b%bx-understudy-request: %b.%d\r\n%b" % parts
    headers = reply.headers if exchange.vendor.stamp is None else _vendor_headers(exchange, reply)
    if headers:
        head += lines(headers)
    if exchange.unread and any(each.meant for each in exchange.unread):
        exchange.hint = _with_unread_names(exchange)
    if exchange.hint:
        head += line(b"x-understudy-hint", safe(exchange.hint))
    if exchange.preferred:
        head += line(b"preference-applied", safe(exchange.preferred))
    fault = None if exchange.rule is None else _fault_in_sending(exchange.rule.rule.fault)
    return Response(reply.status, head, body, fault, None if fault is None else exchange)


def _with_unread_names(exchange: Exchange) -> str:
    """The hint, and what was probably meant by names that nothing reads; none is told twice."""
    hint = exchange.hint
    words = set(re.findall(r"[\w-]+", hint))
    rest = [each for each in exchange.unread if each.name not in words]
    return "; ".join(filter(None, (hint, unread_hint(rest))))


def _fault_in_sending(fault: Fault | None) -> Fault | None:
    """The fault of a rule unless the gate has applied it already."""
    if fault is None or fault.latency is not None or fault.limit is not None:
        return None
    return fault


def _label(exchange: Exchange, reply: Reply) -> AnswerLabel:
    operation, labels = exchange.operation, exchange.session.labels
    name = "-" if operation is None else operation.id
    answer = "?" if reply.undocumented else "!" if _is_written(exchange) else reply.answer
    key = (exchange.vendor.name, name, exchange.by, answer, reply.status)
    return labels.get(key) or _new_label(exchange, reply, key)


def _new_label(
    exchange: Exchange, reply: Reply, key: tuple[str, str, str, str, int]
) -> AnswerLabel:
    labels, operation = exchange.session.labels, exchange.operation
    if len(labels) >= LABELS:
        labels.clear()
    answer = None if operation is None else _declared_answer(operation, reply)
    explain = exchange.vendor.explain
    if answer is not None and key[3] != "!":
        provenance: str = answer.provenance.kind
        if explain is not None and operation and exchange.by == "behaviour" and explain(operation):
            provenance = "inferred"
    else:
        provenance = "inferred" if operation is None else "undocumented"
    text = (
        f"operation={key[1]}, by={exchange.by}, "
        f"provenance={provenance}, session={exchange.session.name}"
    )
    title = "" if answer is None else answer.name
    operation_id = None if operation is None else operation.id
    counts_as = (exchange.vendor.name, operation_id, reply.status, title, exchange.by)
    header = line(b"x-understudy", text.encode())
    label = labels[key] = AnswerLabel(title, provenance, header, counts_as)
    return label


def _is_written(exchange: Exchange) -> bool:
    """Whether a rule wrote the body itself: no page has it, whatever the contract says."""
    if exchange.by != "rule" or exchange.rule is None:
        return False
    reply = exchange.rule.rule.reply
    return reply is not None and reply.written


def _declared_answer(operation: Operation, reply: Reply) -> Answer | None:
    if reply.undocumented:
        return None
    if reply.answer:
        return operation.answers.get(reply.answer)
    return next(iter(operation.by_status(reply.status)), None)


def _vendor_headers(exchange: Exchange, reply: Reply) -> Headers:
    """The headers of a reply, and those of every answer that it does not say itself."""
    stamp, call, operation = exchange.vendor.stamp, exchange.call, exchange.operation
    if stamp is None or reply.undocumented:
        return reply.headers
    operation_id = None if operation is None else operation.handled_by
    quota = exchange.session.rules.quota(exchange.vendor.name, operation_id, call, exchange.now)
    general = stamp(reply, call, exchange.caller, exchange.world, quota)
    if not reply.headers:
        return general
    given = {name.lower() for name, _ in reply.headers}
    return [*reply.headers, *(each for each in general if each[0].lower() not in given)]
