"""From the wire to a Call: headers, the session a call names, the vendor it is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from understudy.errors import InputError

Pairs = Iterable[tuple[bytes, bytes]]

SESSION = re.compile(r"[A-Za-z0-9._-]{1,64}")
DOTS = (".", "..")  # segments that clients cut out of a path
SESSION_HEADER = b"x-understudy-session"
REDACTED = b"***"


class Headers(dict[str, str]):
    """Headers by lower-case name; repeated ones joined by a comma. Nobody changes them, for many
    calls share them."""

    __slots__ = ("raw",)

    def __init__(self, pairs: Pairs) -> None:
        self.raw = _joined(pairs)
        super().__init__(
            (name.decode("latin-1"), value.decode("latin-1").strip())
            for name, value in self.raw.items()
        )

    def but(self, name: bytes, value: bytes) -> Headers:
        """The same but for one of them."""
        return Headers((self.raw | {name: value}).items())


def _joined(pairs: Pairs) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        found[name] = found[name] + b", " + value if name in found else value
    return found


def address(raw_path: str) -> tuple[str | None, str]:
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
        said = " and ".join(sorted(repr(name) for name in found))
        what = f"path, header and credential name different sessions: {said}"
        raise InputError(what, fix="Name one, in one of these places")
    return found.pop() if found else None
