"""Pages: by number, and of instances also by cursor."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct

from understudy.simulation.clock import Instant
from understudy.simulation.collection import Collection, Place, inverted
from understudy.vendor import Reply
from understudy.vendors.cloudflare.records import Instance, instance_key
from understudy.vendors.cloudflare.wire.shapes import Listed, ResultInfo

_CURSOR = re.compile(r"(-?[0-9]{1,16})/(.{1,271})", re.DOTALL)


def numbered(rows: Sequence[Any], page: int, size: int, total: int) -> Reply:
    """One page of so many, by its number."""
    info = ResultInfo(page, size, len(rows), total, -(-total // size))
    return Reply(200, Listed(True, (), (), rows, info), answer="OK")


class Selection(Struct, frozen=True):
    """Instances of a workflow: of one status or all, created between two instants or ever."""

    instances: Any  # the Collection
    index: str
    key: Any
    low: int  # the rank of the oldest
    high: int  # the rank behind the newest

    @classmethod
    def of(
        cls,
        instances: Collection[Instance],
        workflow: str,
        status: str | None,
        told_by: str,
        first: Instant | None,
        last: Instant | None,
    ) -> Selection:
        """What a list asks for; `told_by`: the index of the statuses."""
        index: str = "workflow" if status is None else told_by
        key: Any = workflow if status is None else (workflow, status)
        low = 0 if first is None else instances.rank(index, key, (first, b""))
        if last is None:
            high = instances.count(index, key)
        else:
            high = instances.rank(index, key, (last + 1, b""))
        return cls(instances, index, key, low, max(low, high))

    @property
    def total(self) -> int:
        return self.high - self.low

    def page(self, number: int, size: int) -> tuple[list[Instance], bool]:
        """The page of that number, the newest first, and whether more follow."""
        stop = max(self.high - (number - 1) * size, self.low)
        start = max(stop - size, self.low)
        return self.instances.ranked(self.index, self.key, start, stop)[::-1], start > self.low

    def behind(self, place: Place, size: int, *, ascending: bool) -> tuple[list[Instance], bool]:
        """The page behind a place, one way or the other, and whether more follow."""
        if ascending:
            rank = self.instances.rank(self.index, self.key, place, behind=True)
            start = min(max(rank, self.low), self.high)
            stop = min(start + size, self.high)
            return self.instances.ranked(self.index, self.key, start, stop), stop < self.high
        rank = self.instances.rank(self.index, self.key, place)
        stop = min(max(rank, self.low), self.high)
        start = max(stop - size, self.low)
        return self.instances.ranked(self.index, self.key, start, stop)[::-1], start > self.low


def cursor(instance: Instance) -> str:
    """Where to go on behind an instance; it stays good when that is gone."""
    text = f"{instance.created}/{instance.instance_id}"
    return b64encode(text.encode(), b"-_").decode()


def place(text: str, workflow: str) -> Place | None:
    """Where a cursor points to; None for what no answer gave."""
    try:
        said = b64decode(text, b"-_", validate=True).decode()
    except (Error, ValueError):
        return None
    found = _CURSOR.fullmatch(said)
    if found is None:
        return None
    return int(found[1]), inverted(instance_key(workflow, found[2]))


def listed(
    rows: Sequence[Any],
    info: Selection,
    size: int,
    *,
    number: int | None = None,
    following: str = "",
) -> Reply:
    """One page of instances; its number only if it was asked for by one."""
    told = ResultInfo(
        UNSET if number is None else number,
        size,
        len(rows),
        info.total,
        UNSET if number is None else -(-info.total // size),
        following or UNSET,
    )
    return Reply(200, Listed(True, (), (), rows, told), answer="OK")
