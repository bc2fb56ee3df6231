"""The API's rate limit: 1,200 calls in five minutes for each credential, told and kept.

It is counted as production was seen to count: a bucket that fills by four calls a second, so that
who calls now and then reads 1,199 left and all of it back within a second. Who empties it is
refused until it is full again, five minutes at most; a credential of the reading
`quota-unenforced` is told the same and refused nothing.
"""

from __future__ import annotations

from understudy.simulation.clock import Duration, spoken
from understudy.simulation.world import World
from understudy.vendor import Headers, Problem, Quota, Reply
from understudy.vendors.cloudflare.records import QUOTA_UNENFORCED, Key

REQUESTS = 1_200
WINDOW: Duration = 300_000
COST: Duration = WINDOW // REQUESTS  # until a call's place is free again

_POLICY = "Ratelimit-Policy", f'"burst";q={REQUESTS};w={WINDOW // 1000}'
_REFUSED = "{} refused"  # the meter of when a credential may call again


def enforce(world: World, key: Key) -> None:
    """Refuses what is beyond the quota of a credential."""
    if QUOTA_UNENFORCED in key.readings:
        return
    meters, now, name = world.meters, world.now, key.id
    until = meters.get(_REFUSED.format(name), 0)
    if until <= now:
        until = max(meters.get(name, 0), now)
        if until + COST <= now + WINDOW:
            return
        meters[_REFUSED.format(name)] = until
    because = f"{name} has called {REQUESTS} times in {spoken(WINDOW)}"
    raise Problem("rate_limited", because, retry_after=-(-(until - now) // 1000))


def headers(reply: Reply, name: str, world: World, quota: Quota | None) -> Headers:
    """The two headers of the quota; what is answered counts, a call that is over it does not."""
    if quota is None and reply.answer == "TOO_MANY_REQUESTS":
        return _used_up(reply)
    meters, now = world.meters, world.now
    full = min(max(meters.get(name, 0), now) + COST, now + WINDOW)
    meters[name] = full
    if quota is not None:
        return _of_a_rule(quota)
    wait = full - now
    left = f'"default";r={REQUESTS - -(-wait // COST)};t={-(-wait // 1000)}'
    return ("Ratelimit", left), _POLICY


def _of_a_rule(quota: Quota) -> Headers:
    left = f'"default";r={quota.left};t={-(-quota.whole // 1000)}'
    policy = f'"burst";q={quota.requests};w={-(-quota.per // 1000)}'
    return ("Ratelimit", left), ("Ratelimit-Policy", policy)


def _used_up(reply: Reply) -> Headers:
    """Nothing is left until the next try."""
    wait = next((value for name, value in reply.headers if name == "Retry-After"), "1")
    return ("Ratelimit", f'"default";r=0;t={wait}'), _POLICY
