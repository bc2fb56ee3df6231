"""Keeps each exchange for the journal; its entry is written, without secrets, when it is read."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import unquote_plus

from understudy.openapi.operation import Operation
from understudy.server.pipeline.exchange import Exchange, Sent
from understudy.server.pipeline.response_headers import Face
from understudy.server.wire.headers import REDACTED
from understudy.simulation.journal import Draft, Entry, names_secret
from understudy.vendor import Credential

_SCHEMES = (b"bearer", b"basic", b"token", b"digest")
_ALWAYS_SECRET = (b"authorization", b"cookie", b"proxy-authorization")
_PAIR = re.compile(r"([^&=]+)=([^&]*)")


def journal(exchange: Exchange, face: Face, sent: Sent, number: int) -> None:
    """Keeps what was asked and answered, and why; an entry is written of it when somebody asks."""
    if exchange.caller is None:
        exchange.name = _refused(exchange)
    named = exchange.named
    if named is not None:
        exchange.after = exchange.world.collections[named[0]].get(named[1].id)
    kept = exchange.session.journal
    if sent.fault is not None:
        exchange.entry = _entry(number, sent)
        exchange.entry.held = -1 if sent.fault.hang else 0
        kept.append(exchange.entry)
        return
    del exchange.session, exchange.world  # the journal of a fork keeps neither alive
    exchange.match = None  # of no use any more: what is kept is kept for long
    size = len(exchange.call.body) + len(sent.body)
    kept.keep(Draft(number, size, sent, _entry), face.counts_as)


def _entry(number: int, sent: Sent) -> Entry:
    exchange = sent.exchange
    assert exchange is not None
    assert exchange.face is not None
    call, operation, named = exchange.call, exchange.operation, exchange.named
    return Entry(
        number=number,
        at=exchange.now,
        vendor=exchange.vendor.name,
        operation=None if operation is None else operation.id,
        method=call.method,
        path=call.path,
        query=_harmless_query(exchange),
        headers=_harmless(exchange),
        body=call.body,
        status=sent.status,
        answer=exchange.face.answer,
        by=exchange.by,
        provenance=exchange.face.provenance,
        reply_headers=sent.headers,
        reply=sent.body,
        caller=exchange.name if exchange.caller is None else exchange.caller.name,
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
        opened=exchange.opened,
        left=exchange.left,
        reached=exchange.reached,
    )


def _harmless(exchange: Exchange) -> dict[bytes, bytes]:
    """The headers of a call without what is secret of them."""
    secrets, operation = exchange.secrets, exchange.operation
    raw = exchange.headers.raw.copy()
    for name, value in raw.items():
        if name in secrets or name in _ALWAYS_SECRET:
            raw[name] = redacted(value)
        elif _is_secret(name.decode("latin-1"), operation):
            raw[name] = REDACTED
    return raw


def _harmless_query(exchange: Exchange) -> str:
    query = exchange.call.query
    if not _is_suspect(query.lower()):
        return query
    return _PAIR.sub(partial(_without_secret, exchange.operation), query)


def _is_suspect(query: str) -> bool:
    """Whether a query is worth a closer look, which costs several times as much as this one."""
    if "key" in query or "token" in query or "auth" in query or "%" in query:
        return True
    if "secret" in query or "passw" in query or "cookie" in query:
        return True
    return "credent" in query or "jwt" in query or "bearer" in query


def _is_secret(name: str, operation: Operation | None) -> bool:
    return names_secret(name) and not _declared(operation, name)


def _declared(operation: Operation | None, name: str) -> bool:
    """Whether the operation has that parameter: a cursor may be called a token."""
    if operation is None:
        return False
    return name in operation.header_parameters or name in operation.query_parameters


def _without_secret(operation: Operation | None, pair: re.Match[str]) -> str:
    if not _is_secret(unquote_plus(pair[1]), operation):
        return pair[0]
    return f"{pair[1]}={REDACTED.decode()}"


def lost(sent: Sent) -> str:
    """What a fault makes of the call: its `request` or its `answer` is lost, or nothing."""
    return "" if sent.fault is None else str(sent.fault.lost)


def redacted(secret: bytes) -> bytes:
    """What the journal keeps of a credential: how it was meant, never what it says."""
    scheme, *words = secret.split(b" ")
    shown = scheme if words and scheme.lower() in _SCHEMES else REDACTED
    return b" ".join([shown, *[REDACTED] * len(words)])


def _refused(exchange: Exchange) -> str | None:
    """Whose credential a call carried that was refused before anybody asked; None: nobody's."""
    keys = exchange.world.collections.get("credentials")
    for name in exchange.secrets:
        said = exchange.headers.raw.get(name)
        if said is not None and keys is not None:
            key = said.rpartition(b" ")[2].decode("latin-1")
            found = keys.first("key", key)
            if found is not None and _as_a_client_would(exchange, found):
                return str(found.id)
    return None


def _as_a_client_would(exchange: Exchange, credential: Credential) -> bool:
    """Whether the call carries that credential as its operation wants it, and none beside."""
    if exchange.operation is None:
        return False
    wanted = exchange.vendor.signed(credential, exchange.operation)
    told = {name.lower().encode(): value.encode("latin-1") for name, value in wanted.items()}
    raw = exchange.headers.raw
    return told == {name: raw[name].strip() for name in exchange.secrets if name in raw}
