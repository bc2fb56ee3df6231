"""Latency at the gate: drawn from the session's seed, really waited or only told to the clock."""

from __future__ import annotations

from hashlib import blake2b

from understudy.errors import UnderstudyError
from understudy.scenarios.rules.rule import FiredRule
from understudy.server.pipeline.exchange import Exchange
from understudy.simulation.clock import Duration, spoken
from understudy.vendor import Problem


def spend(exchange: Exchange, struck: FiredRule) -> None:
    """Adds a latency rule's delay to a call; a virtual one has passed at once."""
    fault = struck.rule.fault
    assert fault is not None
    assert fault.latency is not None
    session = exchange.session
    drawn = blake2b(f"{session.seed}/{struck.id}/{struck.hit}".encode(), digest_size=7).digest()
    delay = fault.latency.at(int.from_bytes(drawn, "big") / (1 << 56))
    exchange.rule = struck
    if exchange.opened < 0:
        exchange.opened = session.journal.number
    exchange.tell(f"the rule {struck.rule.name!r} delayed it by {spoken(delay)}")
    if fault.virtual:
        _pass(exchange, delay)
    else:
        exchange.delay += delay


def arrive(exchange: Exchange) -> None:
    """The delay is over: a frozen clock has moved by as much, and the world with it.

    Meanwhile the session may have been reset or restored, so its world is asked for again.
    """
    session = exchange.session
    exchange.world = session.world(exchange.vendor.name)
    _pass(exchange, exchange.delay if session.clock.frozen else 0)


def _pass(exchange: Exchange, delay: Duration) -> None:
    try:
        clock = exchange.session.clock
        clock.advance(delay)
        exchange.world.advance(clock.now())
    except UnderstudyError as error:
        exchange.problem = Problem("internal", str(error))
    exchange.now = exchange.world.now
