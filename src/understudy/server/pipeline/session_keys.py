"""A session behind a key: in a header, inside Basic, in a cookie, or in the query."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Collection
from urllib.parse import quote_from_bytes, unquote_plus, unquote_to_bytes

from msgspec import structs

from understudy.server.sessions.names import split_credential
from understudy.server.wire.headers import Addressed

COOKIE = b"cookie"
BASIC = b"basic "


def split_header(
    name: bytes, value: bytes, cookies: Collection[str] = ()
) -> tuple[bytes, str | None]:
    """A header without the session behind its key, and that session, if there is one."""
    if name == COOKIE:
        return _split_cookies(value, cookies)
    if value[: len(BASIC)].lower() == BASIC:
        return _split_basic(value)
    return split_credential(value)


def _split_cookies(value: bytes, names: Collection[str]) -> tuple[bytes, str | None]:
    """`a=1; session=KEY~mine` as the cookies and the session."""
    session, pairs = None, value.split(b";")
    for number, pair in enumerate(pairs):
        name, equals, text = pair.partition(b"=")
        if equals and name.strip().decode("latin-1") in names:
            text, found = split_credential(text.strip())
            if found is not None:
                session, pairs[number] = found, name + equals + text
    return b";".join(pairs), session


def _split_basic(value: bytes) -> tuple[bytes, str | None]:
    """The session stands behind the password, or behind the user where there is no password."""
    scheme, text = value[: len(BASIC)], value[len(BASIC) :].strip()
    try:
        said = b64decode(text, validate=True)
    except (Error, ValueError):
        return value, None
    user, colon, password = said.partition(b":")
    user_alone = colon and not password
    key, session = split_credential(user if user_alone else said)
    if session is None:
        return value, None
    return scheme + b64encode(key + colon if user_alone else key), session


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
