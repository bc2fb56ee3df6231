"""What falls due before a call: in slices, and no more than a call pays for."""

from __future__ import annotations

from understudy.errors import UnderstudyError
from understudy.server.pipeline.exchange import Exchange
from understudy.server.wire.response import problem
from understudy.simulation.clock import iso
from understudy.vendor import Problem, Reply

AT_ONCE = 20  # events that strike as a call arrives: what is more waits for its turn
BUDGET = 10_000  # events that one call pays for: a second or two in which others are answered


def catch_up(exchange: Exchange, most: int) -> bool:
    """Lets strike what is due until a call's instant; False when there is more than `most` of it
    and the call has to wait. A call that has paid its share is refused."""
    world, now = exchange.world, exchange.now
    if world.events.soonest > now:
        exchange.now = world.now = max(world.now, now)
        return True
    try:
        exchange.paid += world.advance(now, most)
    except UnderstudyError as error:
        exchange.problem = Problem("internal", str(error))
    if exchange.problem is None and world.events.soonest <= now:
        if exchange.paid < BUDGET:
            return False
        exchange.refusal = _over_budget(exchange)
        exchange.session.clock.waits = True
    else:
        exchange.session.clock.waits = False
    exchange.now = world.now
    return True


def _over_budget(exchange: Exchange) -> Reply:
    """The sandbox's own refusal: nothing of the call has happened, only time has passed."""
    session, world = exchange.session, exchange.world
    exchange.by = "sandbox"
    exchange.because = (
        f"too much falls due in {world.name} at once: a call waits for {BUDGET} events, these went "
        f"until {iso(world.now)}, the clock says {iso(exchange.now)}"
    )
    place = f"/__admin/sessions/{session.name}/clock"
    fix = f'Let time pass by POST {place}/advance {{"by": "0s"}}, which waits for all of it'
    if not session.clock.frozen:
        fix += f', and slow the clock down: PUT {place} {{"speed": 1}}'
    reply = problem(503, "Too much time has passed", exchange.because, fix=fix)
    reply.headers = (("Retry-After", "1"),)
    reply.hint = fix
    reply.undocumented = True  # the sandbox speaks, not the vendor: it counts as no answer
    return reply
