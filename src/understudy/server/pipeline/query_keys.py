"""Keys that travel in the query: a session stands behind them as behind those of headers."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, unquote_plus, unquote_to_bytes

from msgspec import structs

from understudy.server.sessions.names import split_credential
from understudy.server.wire.headers import Addressed


def with_keys(addressed: Addressed, query: str) -> tuple[Addressed, str]:
    """Whom a call names, its query looked at, too; and the query without a session behind a key."""
    sessions = list(addressed.sessions)
    pairs = query.split("&")
    for number, pair in enumerate(pairs):
        name, equals, value = pair.partition("=")
        if not equals or unquote_plus(name) not in addressed.keys:
            continue
        key, session = split_credential(unquote_to_bytes(value.replace("+", " ")))
        if session is not None:
            sessions.append(session)
            pairs[number] = f"{name}={quote_from_bytes(key, safe='')}"
    if len(sessions) == len(addressed.sessions):
        return addressed, query
    return structs.replace(addressed, sessions=tuple(sessions)), "&".join(pairs)
