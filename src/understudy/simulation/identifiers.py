"""New ids: blake2b(seed, vendor, kind, counter), in the vendor's own format."""

from __future__ import annotations

from hashlib import blake2b


class Identifiers:
    """One vendor's ids in one session; the same seed gives the same ids in any process."""

    __slots__ = ("_counters", "_key", "seed", "vendor")

    def __init__(self, seed: int, vendor: str, counters: dict[str, int] | None = None) -> None:
        self.seed = seed
        self.vendor = vendor
        self._key = blake2b(f"{seed}/{vendor}".encode(), digest_size=32).digest()
        self._counters = dict(counters or {})

    def hex(self, kind: str, length: int = 32) -> str:
        """Lower-case hex digits, at most 128."""
        return self._next(kind, (length + 1) // 2).hex()[:length]

    def uuid(self, kind: str) -> str:
        """A UUID of version 4."""
        raw = self._next(kind, 16).hex()
        variant = "89ab"[int(raw[16], 16) & 3]
        return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-{variant}{raw[17:20]}-{raw[20:]}"

    def number(self, kind: str, below: int) -> int:
        """A whole number from 0 to below."""
        return int.from_bytes(self._next(kind, 8), "big") % below

    def ordinal(self, kind: str) -> int:
        """How many of a kind there have been with this one: 1, 2, 3 and so on."""
        count = self._counters[kind] = self._counters.get(kind, 0) + 1
        return count

    def counters(self) -> dict[str, int]:
        return dict(self._counters)

    def fork(self) -> Identifiers:
        return Identifiers(self.seed, self.vendor, self._counters)

    def _next(self, kind: str, size: int) -> bytes:
        count = self.ordinal(kind)
        return blake2b(f"{kind}/{count}".encode(), digest_size=size, key=self._key).digest()
