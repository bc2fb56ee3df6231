"""A request whose headers are, byte for byte, those of the one before it on its connection: what
the parser has read once it need not read again."""

from __future__ import annotations

import re
from typing import NamedTuple

Pairs = list[tuple[bytes, bytes]]

LONGEST = 4 * 1024  # bytes of headers that are recognised
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
    if not len(_END) <= end <= LONGEST or any(name == b"transfer-encoding" for name, _ in headers):
        return None
    if not line or rest[end:] != body:
        return None
    return Familiar(rest[:end], len(rest), headers)
