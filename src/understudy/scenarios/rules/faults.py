"""A rule's misbehaviour: what is lost, withheld, delayed, cut, spoilt or refused for its number."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Literal

from msgspec import Struct

from understudy.errors import InputError
from understudy.simulation.clock import Duration, Instant, duration, spoken

KINDS = ("lose", "hang", "truncate", "malformed", "content_type", "drip", "latency", "limit")
LONGEST: Duration = 300_000  # a latency that is really waited; a longer one is `virtual`
P99 = 2.3263478740408408  # the 99th percentile of the standard normal distribution


class Latency(Struct, frozen=True):
    """How long a call waits at the gate: fixed, uniform, or lognormal by median and p99."""

    low: Duration
    high: Duration
    spread: bool = False  # low is the median, high the 99th percentile

    def at(self, chance: float) -> Duration:
        """The delay for a chance from 0 to 1."""
        if not self.spread:
            return self.low + round((self.high - self.low) * chance)
        if not self.low:
            return 0
        from statistics import NormalDist  # a tenth of the start-up time, for this one fault

        deviation = math.log(self.high / self.low) / P99
        away = NormalDist().inv_cdf(min(max(chance, 1e-9), 1 - 1e-9))
        return min(round(self.low * math.exp(deviation * away)), LONGEST)


class Drip(Struct, frozen=True):
    """So many bytes of the body at a time, with a pause between."""

    size: int
    every: Duration


class Fault(Struct, frozen=True):
    """What happens to a call beside its answer; one kind of misbehaviour."""

    lose: Literal["request", "answer"] | None = None
    by: Literal["reset", "close"] = "reset"
    hang: bool = False
    truncate: int | None = None
    malformed: bool = False
    content_type: str | None = None
    drip: Drip | None = None
    latency: Latency | None = None
    virtual: bool = False
    limit: Limit | None = None

    @property
    def at_the_gate(self) -> bool:
        """Whether it strikes before the call is looked at: any call, also a bad one."""
        return (
            self.lose == "request"
            or self.hang
            or self.latency is not None
            or self.limit is not None
        )

    @property
    def lost(self) -> str:
        """What nobody gets to see: the `request`, the `answer`, or nothing."""
        return "request" if self.hang else self.lose or ""

    def __str__(self) -> str:
        if self.lose is not None:
            return f"lose {self.lose}{' by close' if self.by == 'close' else ''}"
        values = ((kind, getattr(self, kind)) for kind in KINDS)
        return next(kind for kind, value in values if value is not None and value is not False)


def fault(value: Mapping[str, Any], where: str = "") -> Fault:
    """The fault of a rule that keeps to the grammar; InputError for what does not go together."""
    kinds = [kind for kind in KINDS if kind in value]
    if not kinds and "by" in value:
        raise InputError("`by` says how something is lost", where=where, fix="Say lose: answer")
    if len(kinds) != 1:
        told = " and ".join(kinds) or ", ".join(value)
        raise InputError(
            f"{told}: one fault is one kind of misbehaviour",
            where=where,
            fix=f"Say one of {', '.join(KINDS)}, and the next in a rule of its own",
        )
    for extra, kind in (("by", "lose"), ("virtual", "latency")):
        if extra in value and kinds != [kind]:
            raise InputError(f"`{extra}` goes with `{kind}`", where=f"{where}/{extra}")
    return _MAKERS[kinds[0]](value, f"{where}/{kinds[0]}")


def _lose(value: Mapping[str, Any], where: str) -> Fault:
    return Fault(lose=value["lose"], by=value.get("by", "reset"))


def _drip(value: Mapping[str, Any], where: str) -> Fault:
    drip = value["drip"]
    return Fault(drip=Drip(int(drip["bytes"]), _length(drip["every"], where)))


def _latency(value: Mapping[str, Any], where: str) -> Fault:
    given, virtual = value["latency"], bool(value.get("virtual", False))
    if not isinstance(given, Mapping):
        low = high = _length(given, where)
    else:
        spread = "median" in given
        names = ("median", "p99") if spread else ("min", "max")
        low, high = (_length(given[name], f"{where}/{name}") for name in names)
        if high < low:
            raise InputError(f"`{names[1]}` is below `{names[0]}`", where=where)
    if high > LONGEST and not virtual:
        raise InputError(
            "nobody waits longer than 5m for an answer",
            where=where,
            fix="Say `virtual: true`: then only the clock moves",
        )
    spread = isinstance(given, Mapping) and "median" in given
    return Fault(latency=Latency(low, high, spread), virtual=virtual)


def _length(value: Any, where: str) -> Duration:
    length = duration(value)
    if length < 0:
        raise InputError("time does not run backwards", where=where)
    return length


_MAKERS: Mapping[str, Callable[[Mapping[str, Any], str], Fault]] = {
    "lose": _lose,
    "hang": lambda value, where: Fault(hang=True),
    "truncate": lambda value, where: Fault(truncate=int(value["truncate"])),
    "malformed": lambda value, where: Fault(malformed=True),
    "content_type": lambda value, where: Fault(content_type=str(value["content_type"])),
    "drip": _drip,
    "latency": _latency,
    "limit": lambda value, where: Fault(limit=limit(value["limit"], where)),
}


CREDENTIAL = "credential"  # of whom a quota may be, beside the values of parameters
ITEMS = "items"


class Limit(Struct, frozen=True):
    """A quota: `requests` in `per`, `burst` of them at once; a bucket that fills as time passes."""

    requests: int
    per: Duration
    burst: int
    block: Duration = 0  # for so long nothing passes, once it was exceeded
    by: tuple[str, ...] = ()  # each value of these has a quota of its own
    items: bool = False  # a body that is a list counts as many calls as it has items

    @property
    def description(self) -> str:
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
