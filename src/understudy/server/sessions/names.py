"""How sessions and requests are named: in a path, a header, beside a key, and by a person."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from understudy.errors import InputError

SESSION = re.compile(r"[A-Za-z0-9._-]{1,64}")
DOTS = (".", "..")  # segments that clients cut out of a path
DEFAULT = "default"  # the session of calls that name none
SESSION_HEADER = b"x-understudy-session"
REQUEST_HEADER = "X-Understudy-Request"
LATEST = "latest"


def split_session(raw_path: str) -> tuple[str | None, str]:
    """The session a path names with `/~name`, and the path below; InputError for no such name."""
    if not raw_path.startswith(("/~", "/%7E", "/%7e")):
        return None, raw_path
    head, slash, rest = raw_path[1:].partition("/")
    name = unquote(head)[1:]
    return session_name(name), slash + rest


def session_name(name: str) -> str:
    """The name, if it may be one; InputError with the rule otherwise."""
    if SESSION.fullmatch(name) is None:
        shown = repr(name) if len(name) <= 80 else f"{name[:80]!r}..."
        raise InputError(f"{shown} is no session name", fix="Use 1 to 64 of A-Z a-z 0-9 . _ -")
    if name in DOTS:
        raise InputError(f"{name!r} is no session name", fix="Clients cut it out of a path")
    return name


def split_credential(value: bytes) -> tuple[bytes, str | None]:
    """`<key>~<session>` as the key and the session; a key without one stays whole."""
    key, tilde, name = value.rpartition(b"~")
    if not tilde or not key or SESSION.fullmatch(name.decode("latin-1")) is None:
        return value, None
    return key, session_name(name.decode("latin-1"))


def one_session(*names: str | None) -> str | None:
    """The one session that was named, if any; InputError when two disagree."""
    found = {name for name in names if name is not None}
    if len(found) > 1:
        shown = " and ".join(sorted(repr(name) for name in found))
        what = f"path, header and credential name different sessions: {shown}"
        raise InputError(what, fix="Name one, in one of these places")
    return found.pop() if found else None


class RequestName(NamedTuple):
    """A request: its number or `latest`, and its session; none: that of who asks."""

    session: str | None
    number: str


def request_named(text: str) -> RequestName:
    """What `default.4`, `4`, `default.latest` or `latest` means; InputError for anything else."""
    session, dot, number = text.strip().rpartition(".")
    if number.isascii() and number.isdecimal() and int(number):
        number = str(int(number))
    elif number != LATEST:
        session, dot = "", "."
    if dot and not session:
        fix = (
            f"Take it from a reply's header {REQUEST_HEADER}, like default.4; or say 4, or {LATEST}"
        )
        raise InputError(f"{text!r} is no request", fix=fix)
    return RequestName(session or None, number)
