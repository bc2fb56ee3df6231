"""How a person names a request: by its whole id, by its number, or as the latest."""

from __future__ import annotations

from typing import NamedTuple

from understudy.errors import InputError

HEADER = "X-Understudy-Request"
LATEST = "latest"


class Named(NamedTuple):
    """A request: its number or `latest`, and its session; none: that of who asks."""

    session: str | None
    number: str


def request_named(said: str) -> Named:
    """What `default.4`, `4`, `default.latest` or `latest` means; InputError for anything else."""
    session, dot, number = said.strip().rpartition(".")
    if number.isascii() and number.isdecimal() and int(number):
        number = str(int(number))
    elif number != LATEST:
        session, dot = "", "."
    if dot and not session:
        fix = f"Take it from a reply's header {HEADER}, like default.4; or say 4, or {LATEST}"
        raise InputError(f"{said!r} is no request", fix=fix)
    return Named(session or None, number)
