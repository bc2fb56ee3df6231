"""What the headers of requests say, read once for as long as clients send the same ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from understudy.server.wire.headers import Headers
from understudy.server.wire.request_limits import check_headers
from understudy.settings import Settings

HEADS = 256  # that are remembered; a client has a few, one that numbers its calls has many
LONGEST = 4 * 1024  # bytes of one that is remembered

Pair = tuple[bytes, bytes]


class Addressed(Struct, frozen=True, gc=False):
    """Headers as the calls of one vendor have them: without a session behind a key."""

    headers: Headers
    sessions: tuple[str, ...]  # that a header and a key name
    secrets: tuple[bytes, ...]  # the headers that carry the vendor's credentials


class Head(Struct, eq=False, gc=False):
    """The headers of a request as they came, and what each vendor's calls have of them."""

    headers: Headers
    of: dict[str, Addressed] = field(default_factory=dict)  # by vendor


class Heads:
    """The heads of the last requests, bounded in number and size."""

    def __init__(self, bounds: Settings) -> None:
        self._bounds = bounds
        self._known: dict[tuple[Pair, ...], Head] = {}

    def read(self, pairs: Sequence[Sequence[bytes]]) -> Head:
        """The head of a request; Refused for one beyond the bounds."""
        key: tuple[Any, ...] = tuple(pairs)
        try:
            return self._known.get(key) or self._read(key)
        except TypeError:  # ASGI allows a server to write a pair as a list
            return self._read(tuple([(name, value) for name, value in pairs]))

    def _read(self, pairs: tuple[Pair, ...]) -> Head:
        size = check_headers(self._bounds, pairs)
        head = Head(Headers(pairs))
        if size <= LONGEST:
            if len(self._known) >= HEADS:
                self._known.clear()
            self._known[pairs] = head
        return head


Pairs = list[tuple[bytes, bytes]]

LONGEST_BLOCK = 4 * 1024  # bytes of headers that are recognised
_END = b"\r\n\r\n"
_LINE = re.compile(rb"(GET|POST|PUT|PATCH|DELETE) (?!/__admin)/[!\"$-~]* HTTP/1\.1").fullmatch


class Familiar(NamedTuple):
    """The headers of a request that came whole, and how long such a request is."""

    block: bytes  # all behind the first line, the empty line included
    length: int  # of the block and the body
    headers: Pairs

    def read(self, data: bytes) -> tuple[str, str, bytes] | None:
        """Method, target and body, if all of the data is one vendor's call with these headers."""
        line, _, rest = data.partition(b"\r\n")
        if len(rest) != self.length or not rest.startswith(self.block) or _LINE(line) is None:
            return None
        method, target, _ = line.decode("ascii").split(" ")
        return method, target, rest[len(self.block) :]


def familiar(data: bytes, headers: Pairs, body: bytes) -> Familiar | None:
    """What such a request is recognised by; None: its body tells where it ends, it is long, or an
    empty line stands before or behind it."""
    line, _, rest = data.partition(b"\r\n")
    end = rest.find(_END) + len(_END)
    if not len(_END) <= end <= LONGEST_BLOCK or any(
        name == b"transfer-encoding" for name, _ in headers
    ):
        return None
    if not line or rest[end:] != body:
        return None
    return Familiar(rest[:end], len(rest), headers)
