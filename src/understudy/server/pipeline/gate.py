"""Gate rules: quotas, outages, lost requests, and latency that is waited or told to the clock."""

from __future__ import annotations

from hashlib import blake2b

from understudy.errors import UnderstudyError
from understudy.scenarios.rules.call_fields import RawCall
from understudy.scenarios.rules.faults import Limit
from understudy.scenarios.rules.rule import FiredRule
from understudy.server.pipeline.answer_rules import rule_reply
from understudy.server.pipeline.exchange import Exchange
from understudy.server.pipeline.refusals import refuse
from understudy.simulation.clock import Duration, spoken
from understudy.vendor import Problem, Reply


def ask_gate(exchange: Exchange) -> None:
    """Asks the rules of the gate: the last one that acts decides, latencies add up."""
    operation, vendor = exchange.operation, exchange.vendor.name
    operation_id = None if operation is None else operation.handled_by
    rules = exchange.session.rules
    for acting in rules.gate(vendor, operation_id, exchange.call, exchange.now):
        exchange.gate = acting
        if acting.rule.fault is not None and acting.rule.fault.latency is not None:
            _delay(exchange, acting)


def end_delay(exchange: Exchange) -> None:
    """The delay is over: a frozen clock has moved by as much."""
    delay, exchange.delay = exchange.delay, 0
    _pass(exchange, delay if exchange.session.clock.frozen else 0)


def gate_reply(exchange: Exchange, acting: FiredRule) -> Reply | None:
    """What a gate rule makes of a call; None: it only took its time."""
    fault = acting.rule.fault
    if fault is not None and fault.latency is not None:
        return None
    exchange.rule = acting
    exchange.tell(f"the rule {acting.rule.name!r} struck at the gate")
    if fault is not None and fault.limit is not None:
        return _over_quota(exchange, acting, fault.limit)
    if acting.rule.reply is None:
        exchange.by = "fault"
        return Reply(0)
    exchange.by = "rule"
    return rule_reply(exchange, exchange.operation, acting, RawCall(exchange.call))


def _over_quota(exchange: Exchange, acting: FiredRule, limit: Limit) -> Reply:
    """The answer to a call beyond a quota: the rule's own, or the vendor's."""
    exchange.by = "rule"
    whose = f" ({acting.whose})" if acting.whose else ""
    exchange.tell(f"{limit.description}{whose}; {spoken(acting.early)} too early")
    if acting.refusals:
        exchange.tell(f"refused {acting.refusals + 1} times in a row, the retry did not wait")
    seconds = max(1, -(-acting.early // 1000))
    reply = rule_reply(exchange, exchange.operation, acting, RawCall(exchange.call))
    if reply is None:
        problem = Problem("rate_limited", exchange.because, retry_after=seconds)
        return refuse(exchange, problem)
    rest = [each for each in reply.headers if each[0].lower() != "retry-after"]
    reply.headers = [*rest, ("Retry-After", str(seconds))]
    return reply


def _delay(exchange: Exchange, acting: FiredRule) -> None:
    """Adds a latency rule's delay to a call; a virtual one has passed at once."""
    fault = acting.rule.fault
    assert fault is not None
    assert fault.latency is not None
    session = exchange.session
    key = f"{session.seed}/{acting.id}/{acting.hit}".encode()
    chance = int.from_bytes(blake2b(key, digest_size=7).digest(), "big") / (1 << 56)
    delay = fault.latency.at(chance)
    exchange.rule = acting
    if exchange.opened < 0:
        exchange.opened = session.journal.number
    exchange.tell(f"the rule {acting.rule.name!r} delayed it by {spoken(delay)}")
    if fault.virtual:
        _pass(exchange, delay)
    else:
        exchange.delay += delay


def _pass(exchange: Exchange, delay: Duration) -> None:
    try:
        exchange.now = exchange.session.clock.advance(delay)
    except UnderstudyError as error:
        exchange.problem = Problem("internal", str(error))
