"""The headers that a vendor puts on every answer, refusals too."""

from __future__ import annotations

from understudy.server.exchange import Exchange
from understudy.vendor import Headers, Reply


def stamped(exchange: Exchange, reply: Reply) -> Headers:
    """The headers of a reply, and those of every answer that it does not say itself."""
    stamp, call, operation = exchange.vendor.stamp, exchange.call, exchange.operation
    if stamp is None or reply.undocumented:
        return reply.headers
    operation_id = None if operation is None else operation.handled_by
    quota = exchange.session.rules.quota(exchange.vendor.name, operation_id, call, exchange.now)
    own = stamp(reply, call, exchange.caller, exchange.world, quota)
    if not reply.headers:
        return own
    said = {name.lower() for name, _ in reply.headers}
    return [*reply.headers, *(each for each in own if each[0].lower() not in said)]
