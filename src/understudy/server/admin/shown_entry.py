"""A journal's entry as it is told: without the secrets of its bodies, unless those are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_plus

from msgspec import json, structs

from understudy.openapi.operation import Violation
from understudy.openapi.request import decode_json
from understudy.server.sessions.session import Session
from understudy.simulation.journal import Entry
from understudy.simulation.secrets import MASK, hides, masked, secrets_of, without_secrets

_FORM = b"application/x-www-form-urlencoded"
_PAIR = re.compile(r"([^&=]+)=([^&]*)")


def shown_entry(session: Session, entry: Entry) -> Entry:
    """The entry without the secrets of what came and went."""
    if session.catalog.settings.keep_secrets or not (entry.body or entry.reply):
        return entry
    known = known_secrets(session, entry)
    body, reply = _shown(entry, entry.body, known), _shown(entry, entry.reply, known)
    if (body, reply) == (entry.body, entry.reply):
        return entry
    return structs.replace(entry, body=body, reply=reply)


def known_secrets(session: Session, entry: Entry) -> frozenset[str]:
    """The secret texts of a request's body, wherever else they are told."""
    if session.catalog.settings.keep_secrets or not entry.body:
        return frozenset()
    value = decode_json(entry.body)
    return frozenset() if type(value) is Violation else frozenset(secrets_of(value))


def redacted(session: Session, value: Any, known: Iterable[str]) -> Any:
    """What is told of a request beside its bodies, without secrets."""
    if session.catalog.settings.keep_secrets:
        return value
    return masked(value, known) if isinstance(value, str) else without_secrets(value, known)


def _shown(entry: Entry, body: bytes, known: Iterable[str]) -> bytes:
    if not body:
        return body
    value = decode_json(body)
    if type(value) is not Violation:
        shown = without_secrets(value, known)
        return body if shown == value else json.encode(shown)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return body
    if body is entry.body and entry.headers.get(b"content-type", b"").startswith(_FORM):
        text = _PAIR.sub(_hidden_pair, text)
    return masked(text, known).encode()


def _hidden_pair(pair: re.Match[str]) -> str:
    hidden = hides(unquote_plus(pair[1]), unquote_plus(pair[2]))
    return f"{pair[1]}={MASK}" if hidden else pair[0]
