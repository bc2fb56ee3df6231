"""Writes the journal's entry of one exchange, secrets redacted."""

from __future__ import annotations

from understudy.server.call import REDACTED
from understudy.server.exchange import Sent
from understudy.simulation.journal import Entry

_ALWAYS_SECRET = (b"authorization", b"cookie", b"proxy-authorization")


def journal(sent: Sent, number: int, secrets: tuple[bytes, ...]) -> None:
    """Keeps what was asked and answered, and why."""
    exchange = sent.exchange
    assert exchange is not None
    call, operation, named = exchange.call, exchange.operation, exchange.named
    raw = exchange.headers.raw
    for name in secrets:
        if name in raw:
            raw[name] = REDACTED
    for name in _ALWAYS_SECRET:
        if name in raw:
            raw[name] = REDACTED
    if named is not None:
        exchange.after = exchange.world[named[0]].get(named[1].id)
    exchange.session.journal.append(
        Entry(
            number=number,
            at=exchange.now,
            vendor=exchange.vendor.name,
            operation=None if operation is None else operation.id,
            method=call.method,
            path=call.path,
            query=call.query,
            headers=raw,
            body=call.body,
            status=sent.status,
            answer=exchange.answer,
            by=exchange.by,
            provenance=exchange.provenance,
            reply_headers=sent.headers,
            reply=sent.body,
            caller=None if exchange.caller is None else exchange.caller.name,
            said=exchange.because,
            problem=exchange.problem,
            record=None if named is None else (named[0], named[1].id),
            before=exchange.before,
            after=exchange.after,
            rule=None if exchange.rule is None else exchange.rule.rule.name,
            near=exchange.near,
            lost=lost(sent),
            values=exchange.values,
            hint=exchange.hint,
        )
    )


def lost(sent: Sent) -> str:
    """What a fault makes of the call: its `request` or its `answer` is lost, or nothing."""
    return "" if sent.fault is None else str(sent.fault.lost)
