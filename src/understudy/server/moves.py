"""What a rule does to records beside its answer: an event that befalls one, work that is hastened.

The event comes first, so that the answer tells of the record as it then is; the work is hastened
when the call is over, for it may be the call that begins it.
"""

from __future__ import annotations

from understudy.errors import UnderstudyError
from understudy.scenarios.rule import Struck
from understudy.server.exchange import Exchange


def befall(exchange: Exchange, struck: Struck) -> None:
    """Lets the rule's event happen to the record the call names, or says why it cannot."""
    event = struck.rule.then
    if event is None:
        return
    if exchange.named is None:
        exchange.tell(f"{event!r} befell nothing: the call names no record")
        return
    name, record = exchange.named
    try:
        moved = exchange.world.happen(name, record, event)
    except UnderstudyError as error:
        exchange.tell(f"{record.id} of the {name} stays as it is: {error.what}")
        return
    exchange.named = (name, moved)
    exchange.tell(f"{event!r} befell {record.id} of the {name}: {record.state} to {moved.state}")


def watch(exchange: Exchange, struck: Struck) -> None:
    """From now on the world notes what changes, where the rule hastens it."""
    if struck.rule.progress is not None:
        exchange.world.touched = []


def hasten(exchange: Exchange) -> None:
    """The call is over: counts it as a read, and hastens the work it began or named."""
    world, named, struck = exchange.world, exchange.named, exchange.rule
    if named is not None:
        world.read(named[0], named[1].id)
    touched, world.touched = world.touched, None
    if struck is None or struck.rule.progress is None or touched is None:
        return
    progress = struck.rule.progress
    world.advance(world.now)  # what begins at once has begun
    if named is not None:
        touched.append((named[0], named[1].id))
    working = [owner for owner in dict.fromkeys(touched) if world.hasten(*owner, progress)]
    who = ", ".join(f"{record_id} of the {name}" for name, record_id in working)
    exchange.tell(f"the work of {who} is done {progress}" if who else "no work was there to hasten")
    world.advance(world.now)
