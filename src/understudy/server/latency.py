"""Latency at the gate: drawn from the session's seed, really waited or only told to the clock."""

from __future__ import annotations

from hashlib import blake2b

from understudy.scenarios.rules import Struck
from understudy.server.exchange import Exchange


def spend(exchange: Exchange, struck: Struck) -> None:
    """Adds a latency rule's delay to a call; a virtual one has passed at once."""
    fault = struck.rule.fault
    assert fault is not None
    assert fault.latency is not None
    session = exchange.session
    drawn = blake2b(f"{session.seed}/{struck.id}/{struck.hit}".encode(), digest_size=7).digest()
    delay = fault.latency.at(int.from_bytes(drawn, "big") / (1 << 56))
    if fault.virtual:
        session.clock.advance(delay)
        _come_to_present(exchange)
    else:
        exchange.delay += delay


def arrive(exchange: Exchange) -> None:
    """The delay is over: a frozen clock has moved by as much, and the world with it."""
    clock = exchange.session.clock
    if clock.frozen:
        clock.advance(exchange.delay)
    _come_to_present(exchange)


def _come_to_present(exchange: Exchange) -> None:
    exchange.world.advance(exchange.session.clock.now())
    exchange.now = exchange.world.now
