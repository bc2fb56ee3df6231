"""What every answer tells of the API's quota: 1,200 calls in five minutes for each credential.

It is counted as production was seen to count: a bucket that fills by four calls a second, so that
who calls now and then reads 1,199 left and all of it back within a second. Nobody is refused here:
a rule with a `limit` does that, and then its quota is told.
"""

from __future__ import annotations

from understudy.simulation.clock import Duration
from understudy.simulation.world import World
from understudy.vendor import Call, Caller, Headers, Quota, Reply
from understudy.vendors.cloudflare.envelope.credentials import whose

REQUESTS = 1_200
WINDOW: Duration = 300_000
COST: Duration = WINDOW // REQUESTS  # until a call's place is free again

_POLICY = "Ratelimit-Policy", f'"default";q={REQUESTS};w={WINDOW // 1000}'


def stamp(
    reply: Reply, call: Call, caller: Caller | None, world: World, quota: Quota | None
) -> Headers:
    """The two headers of the quota; the call counts, whatever became of it."""
    name = caller.name if caller is not None else whose(call, world)
    meters, now = world.meters, world.now
    whole = min(max(meters.get(name, 0), now) + COST, now + WINDOW)
    meters[name] = whole
    if quota is not None:
        return _told(quota)
    if reply.answer == "TOO_MANY_REQUESTS":
        return _used_up(reply)
    wait = whole - now
    left = f'"default";r={REQUESTS - -(-wait // COST)};t={-(-wait // 1000)}'
    return ("Ratelimit", left), _POLICY


def _told(quota: Quota) -> Headers:
    """The headers of a rule's quota."""
    left = f'"default";r={quota.left};t={-(-quota.whole // 1000)}'
    policy = f'"default";q={quota.requests};w={-(-quota.per // 1000)}'
    return ("Ratelimit", left), ("Ratelimit-Policy", policy)


def _used_up(reply: Reply) -> Headers:
    """The headers of a refusal that somebody forced: nothing is left until the next try."""
    wait = next((value for name, value in reply.headers if name == "Retry-After"), "1")
    return ("Ratelimit", f'"default";r=0;t={wait}'), _POLICY
