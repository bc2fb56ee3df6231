"""A quota as a rule says it: how many calls in what time, by whom, and what comes beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, duration, spoken

CREDENTIAL = "credential"  # of whom a quota may be, beside the values of parameters
ITEMS = "items"


@dataclass(frozen=True, slots=True)
class Limit:
    """A quota: `requests` in `per`, `burst` of them at once; a bucket that fills as time passes."""

    requests: int
    per: Duration
    burst: int
    block: Duration = 0  # for so long nothing passes, once it was exceeded
    by: tuple[str, ...] = ()  # each value of these has a quota of its own
    items: bool = False  # a body that is a list counts as many calls as it has items

    @property
    def told(self) -> str:
        """The quota in words."""
        whose = f" for each {' and '.join(self.by)}" if self.by else ""
        items = ", the items of a body counted each" if self.items else ""
        block = f", beyond it none for {spoken(self.block)}" if self.block else ""
        told = f"{self.requests} requests in {spoken(self.per)}, {self.burst} at once"
        return f"{told}{whose}{items}{block}"

    def take(self, free: int, now: Instant, calls: int = 1) -> tuple[int, Duration]:
        """When the quota is untouched again after so many more calls at `now`, and how much too
        early they are (0: they pass). Counted in 1/requests of a millisecond, so that it is exact:
        a client that waits as long as it is told is never refused. More calls than pass at once
        take all there is."""
        calls = min(calls, self.burst)
        moment = now * self.requests
        ahead = max(free, moment) - moment
        late = ahead - (self.burst - calls) * self.per
        if late <= 0:
            return moment + ahead + calls * self.per, 0
        return free, -(-late // self.requests)

    def left(self, free: int, now: Instant) -> tuple[int, Duration]:
        """How many calls would pass at `now`, and how long until the quota is untouched again."""
        ahead = max(free - now * self.requests, 0)
        return max(self.burst - -(-ahead // self.per), 0), -(-ahead // self.requests)


def limit(value: Mapping[str, Any], where: str) -> Limit:
    """The quota of a rule that keeps to the grammar; InputError for what does not go together."""
    per, block = duration(value["per"]), duration(value.get("block", 0))
    if per == 0:
        raise InputError("a quota needs a time", where=f"{where}/per", fix="Say per: 1s")
    if block and block < per:
        what = f"a block of {spoken(block)} is over before the {spoken(per)} of the quota are"
        raise InputError(what, where=f"{where}/block", fix=f"Say {spoken(per)} or longer")
    by = value.get("by", ())
    requests = int(value["requests"])
    return Limit(
        requests=requests,
        per=per,
        burst=int(value.get("burst", requests)),
        block=block,
        by=(by,) if isinstance(by, str) else tuple(by),
        items=value.get("count") == ITEMS,
    )
