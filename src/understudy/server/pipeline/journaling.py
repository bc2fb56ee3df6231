"""Keeps each exchange for the journal; its entry is written, without secrets, when it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from urllib.parse import unquote_plus

from msgspec import structs

from understudy.openapi.operation import Operation
from understudy.server.pipeline.exchange import Exchange
from understudy.server.sessions.names import SESSION_HEADER
from understudy.server.sessions.session import AnswerLabel
from understudy.server.wire.headers import REDACTED
from understudy.server.wire.response import Response
from understudy.simulation.journal import Draft, Entry
from understudy.simulation.secrets import hides, masked, names_secret
from understudy.vendor import Credential, Problem, parted

_SCHEMES = (b"bearer", b"basic", b"token", b"digest")
_ALWAYS_SECRET = (b"authorization", b"cookie", b"proxy-authorization")
SESSION = SESSION_HEADER.decode()
_PAIR = re.compile(r"([^&=]+)=([^&]*)")


def journal(exchange: Exchange, response: Response) -> None:
    """Keeps what was asked and answered, and why; an entry is written of it when somebody asks."""
    number, label = exchange.number, exchange.label
    assert label is not None
    if exchange.caller is None:
        exchange.name = _refused_credential(exchange)
    named = exchange.named
    if named is not None:
        exchange.after = exchange.world.collections[named[0]].get(named[1].id)
    entries = exchange.session.journal
    if exchange.announced and not entries.arrive(id(exchange)):
        return  # the journal was emptied while the call waited
    exchange.keep_secrets = exchange.session.catalog.settings.keep_secrets
    if response.fault is not None:
        exchange.entry = _entry(exchange, response)
        exchange.entry.held = -1 if response.fault.hang else 0
        entries.append(exchange.entry)
        exchange.past = exchange.session.past
        del exchange.world  # its delivery may take long, and needs none of it
        return
    del exchange.session, exchange.world  # the journal of a fork keeps neither alive
    exchange.match = None  # of no use any more: what is kept is kept for long
    exchange.response = response
    size = len(exchange.call.body) + len(response.body)
    entries.keep(Draft(number, size, exchange, _from_draft), label.counts_as)


def announce(exchange: Exchange, look: Callable[[Exchange], None]) -> None:
    """A call waits: it has come, for whoever asks; `look` finds out what it says."""
    exchange.announced = True
    draft = Draft(0, 0, exchange, partial(_announced, look))
    exchange.session.journal.announce(id(exchange), draft)


def _announced(look: Callable[[Exchange], None], number: int, exchange: Exchange) -> Entry:
    seen = structs.replace(exchange, by="waiting")
    seen.label = AnswerLabel("", "inferred", b"", ("", None, 0, "", ""))
    with suppress(Problem):
        look(seen)
    return _entry(seen, Response(0, b"", b""))


def _from_draft(number: int, exchange: Exchange) -> Entry:
    assert exchange.response is not None
    return _entry(exchange, exchange.response)


def _entry(exchange: Exchange, response: Response) -> Entry:
    label, call = exchange.label, exchange.call
    operation, named = exchange.operation, exchange.named
    assert label is not None
    return Entry(
        number=exchange.number,
        at=exchange.now,
        vendor=exchange.vendor.name,
        operation=None if operation is None else operation.id,
        method=call.method,
        path=call.path,
        query=call.query if exchange.keep_secrets else _redacted_query(exchange),
        headers=exchange.headers.raw.copy()
        if exchange.keep_secrets
        else _redacted_headers(exchange),
        body=call.body,
        status=response.status,
        answer=label.answer,
        by=exchange.by,
        provenance=label.provenance,
        reply_headers=response.headers,
        reply=response.body,
        caller=exchange.name if exchange.caller is None else exchange.caller.name,
        reason=exchange.because,
        problem=exchange.problem,
        record=None if named is None else (named[0], named[1].id),
        before=exchange.before,
        after=exchange.after,
        rule=None if exchange.rule is None else exchange.rule.rule.name,
        near_misses=exchange.near_misses,
        lost="" if response.fault is None else response.fault.lost,
        values=exchange.values,
        hint=exchange.hint,
        unread=exchange.unread,
        opened=exchange.opened,
        left=exchange.client_left,
        reached=exchange.reached,
    )


def _redacted_headers(exchange: Exchange) -> dict[bytes, bytes]:
    """The headers of a call without what is secret of them."""
    secrets, operation = exchange.secrets, exchange.operation
    raw = exchange.headers.raw.copy()
    for name, value in raw.items():
        told = name.decode("latin-1")
        if name in secrets or name in _ALWAYS_SECRET:
            raw[name] = redacted(value)
        elif told != SESSION and not _declared(operation, told):
            raw[name] = _masked(told, value)
    return raw


def _masked(name: str, value: bytes) -> bytes:
    """A header's value without what is secret of it."""
    text = value.decode("latin-1")
    return REDACTED if hides(name, text) else masked(text).encode("latin-1")


def _redacted_query(exchange: Exchange) -> str:
    query, keys = exchange.call.query, exchange.secret_query
    return _PAIR.sub(partial(_without_secret, exchange.operation, keys), query) if query else query


def _declared(operation: Operation | None, name: str) -> bool:
    """Whether the operation has that parameter and it is no secret: `code` may be anything."""
    if operation is None or names_secret(name):
        return False
    return name in operation.header_parameters or name in operation.query_parameters


def _without_secret(operation: Operation | None, keys: frozenset[str], pair: re.Match[str]) -> str:
    name, text = unquote_plus(pair[1]), unquote_plus(pair[2])
    hidden = masked(text) != text if _declared(operation, name) else hides(name, text)
    return f"{pair[1]}={REDACTED.decode()}" if hidden or name in keys else pair[0]


def redacted(secret: bytes) -> bytes:
    """What the journal keeps of a credential: how it was meant, never what it says."""
    scheme, *words = secret.split(b" ")
    shown = scheme if words and scheme.lower() in _SCHEMES else REDACTED
    return b" ".join([shown, *[REDACTED] * len(words)])


def _refused_credential(exchange: Exchange) -> str | None:
    """Whose credential a call carried that was refused before anybody asked; None: nobody's."""
    keys = exchange.world.collections.get("credentials")
    for name in exchange.secrets:
        value = exchange.headers.raw.get(name)
        if value is not None and keys is not None:
            key = value.rpartition(b" ")[2].decode("latin-1")
            found = keys.first("key", key)
            if found is not None and _is_sent_properly(exchange, found):
                return str(found.id)
    return None


def _is_sent_properly(exchange: Exchange, credential: Credential) -> bool:
    """Whether the call carries that credential as its operation wants it, and none beside."""
    if exchange.operation is None:
        return False
    wanted, _ = parted(exchange.vendor.signed(credential, exchange.operation))
    told = {name.lower().encode(): value.encode("latin-1") for name, value in wanted.items()}
    raw = exchange.headers.raw
    return told == {name: raw[name].strip() for name in exchange.secrets if name in raw}
