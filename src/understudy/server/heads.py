"""What the headers of requests say, read once for as long as clients send the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, field

from understudy.server.bounds import check_headers
from understudy.server.call import Headers
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
