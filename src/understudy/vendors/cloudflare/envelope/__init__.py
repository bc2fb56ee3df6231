"""Who asks, how a refusal is told, and what every answer says of the quota."""

from __future__ import annotations

from understudy.simulation.world import World
from understudy.vendor import Call, Caller, Headers, Quota, Reply
from understudy.vendors.cloudflare.envelope import rate_limit
from understudy.vendors.cloudflare.envelope.credentials import authenticate, sign, whose
from understudy.vendors.cloudflare.envelope.refusals import refuse
from understudy.vendors.cloudflare.wire.answer_values import values

__all__ = ["authenticate", "refuse", "sign", "stamp", "values"]


def stamp(
    reply: Reply, call: Call, caller: Caller | None, world: World, quota: Quota | None
) -> Headers:
    """The headers of every answer: what is left of the caller's quota."""
    name = caller.name if caller is not None else whose(call, world)
    return rate_limit.headers(reply, name, world, quota)
