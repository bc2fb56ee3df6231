"""Headers of requests: by name, read once for as long as clients send the same ones, and the
requests that are recognised by them without being parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from msgspec import Struct, field

from understudy.server.wire.request_limits import check_headers
from understudy.settings import Settings

REDACTED = b"***"  # stands for a secret
IN_PROCESS_HOST = "sandbox"  # what calls without a port name as their host
REMEMBERED = 256  # sets of headers; a client has a few, one that numbers its calls has many
LONGEST = 4 * 1024  # bytes of a set that is remembered
LONGEST_BLOCK = 4 * 1024  # bytes of headers that a request is recognised by
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]*)?", re.IGNORECASE)

Pair = tuple[bytes, bytes]
Pairs = list[Pair]

_END = b"\r\n\r\n"
_LINE = re.compile(rb"(GET|POST|PUT|PATCH|DELETE) (?!/__admin)/[!\"$-~]* HTTP/1\.1").fullmatch


class Headers(dict[str, str]):
    """Headers by lower-case name; repeated ones joined by a comma. Nobody changes them, for many
    calls share them."""

    __slots__ = ("raw",)

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self.raw = _joined(pairs)
        super().__init__(
            (name.decode("latin-1"), value.decode("latin-1").strip())
            for name, value in self.raw.items()
        )

    def but(self, name: bytes, value: bytes) -> Headers:
        """The same but for one of them."""
        return Headers((self.raw | {name: value}).items())


def _joined(pairs: Iterable[Pair]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        found[name] = found[name] + b", " + value if name in found else value
    return found


class Addressed(Struct, frozen=True, gc=False):
    """Headers as the calls of one vendor have them: without a session behind a key."""

    headers: Headers
    sessions: tuple[str, ...]  # that a header and a key name
    secrets: tuple[bytes, ...]  # the headers that carry the vendor's credentials
    keys: frozenset[str] = frozenset()  # and what carries them in the query


class RequestHeaders(Struct, eq=False, gc=False):
    """The headers of a request as they came, and what each vendor's calls have of them."""

    headers: Headers
    of: dict[str, Addressed] = field(default_factory=dict)  # by vendor


class HeaderCache:
    """The headers of the last requests, bounded in number and size."""

    def __init__(self, bounds: Settings) -> None:
        self._bounds = bounds
        self._known: dict[tuple[Pair, ...], RequestHeaders] = {}

    def forget(self) -> None:
        """What vendors make of headers is another than before."""
        self._known.clear()

    def read(self, pairs: Sequence[Sequence[bytes]]) -> RequestHeaders:
        """The headers of a request; Refused for one beyond the bounds."""
        key: tuple[Any, ...] = tuple(pairs)
        try:
            return self._known.get(key) or self._read(key)
        except TypeError:  # ASGI allows a server to write a pair as a list
            return self._read(tuple([(name, value) for name, value in pairs]))

    def _read(self, pairs: tuple[Pair, ...]) -> RequestHeaders:
        size = check_headers(self._bounds, pairs)
        head = RequestHeaders(Headers(pairs))
        if size <= LONGEST:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[pairs] = head
        return head


class RequestPattern(NamedTuple):
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


def request_pattern(data: bytes, headers: Pairs, body: bytes) -> RequestPattern | None:
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
    return RequestPattern(rest[:end], len(rest), headers)


def origin_called(host: str) -> str:
    """The origin by which a caller's Host reached the sandbox; empty where it says none."""
    return f"http://{host}" if HOST.fullmatch(host) else ""
