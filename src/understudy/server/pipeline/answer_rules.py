"""Answer rules and `Prefer`: the answers they force, and what a rule does to records."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from understudy.errors import UnderstudyError
from understudy.openapi.operation import Answer, Miss, Operation
from understudy.scenarios.rules.call_fields import RawCall
from understudy.scenarios.rules.prefer import Preference
from understudy.scenarios.rules.rule import FiredRule
from understudy.server.pipeline.exchange import Exchange
from understudy.server.sessions.record_changes import Hand
from understudy.server.sessions.session import SLICE
from understudy.server.wire.response import problem
from understudy.simulation.collection import Record
from understudy.vendor import Reply, Request, compose, refusal


def forced_reply(
    exchange: Exchange, request: Request, preferred: Preference | None
) -> Reply | None:
    """The answer that a preference or a rule forces; None: the vendor behaves by itself."""
    if preferred is not None:
        return _preferred(exchange, request.operation, preferred)
    exchange.reached = True
    rules, vendor = exchange.session.rules, exchange.vendor.name
    operation_id = request.operation.handled_by
    acting = rules.answer(vendor, operation_id, request, exchange.fields)
    if acting is None:
        if len(rules):
            exchange.near_misses = tuple(
                rules.misses(vendor, operation_id, request, exchange.fields)
            )
        return None
    exchange.rule = acting
    if acting.rule.reply is not None or acting.rule.fault is not None:
        exchange.by = "rule" if acting.rule.reply is not None else "fault"
    exchange.tell(f"the rule {acting.rule.name!r} struck (call {acting.hit} it matched)")
    _apply_event(exchange, acting)
    _apply_change(exchange, acting)
    _note_changes(exchange, acting)
    reply = rule_reply(exchange, request.operation, acting, request)
    if reply is None:  # the vendor behaves: it sees what the rule's event made of the record
        request.named = exchange.vendor.named(request, exchange.world)
    return reply


def rule_reply(
    exchange: Exchange, operation: Operation | None, acting: FiredRule, call: Request | RawCall
) -> Reply | None:
    """What a rule replies to a call; None for a rule that only faults."""
    reply = acting.rule.reply
    if reply is None:
        return None
    if reply.reads:
        reply = reply.to(call)
    headers = [(n, v) for n, v in reply.headers.items() if n.lower() != "content-type"]
    media = next((v for n, v in reply.headers.items() if n.lower() == "content-type"), "")
    if reply.written or operation is None:
        raw = reply.body.encode() if isinstance(reply.body, str) else None
        media = media or ("application/json" if raw is None else "text/plain; charset=utf-8")
        return Reply(
            reply.status,
            reply.body,
            headers=headers,
            media_type=media,
            raw=raw,
            undocumented=reply.undocumented,
        )
    answer = operation.answers.get(reply.answer or "") or _first(operation, reply.status)
    if answer is None:
        return Reply(reply.status, headers=headers)
    made = contract_reply(exchange, operation, answer)
    made.headers = (*made.headers, *headers)
    made.media_type = media or made.media_type
    return made


def contract_reply(exchange: Exchange, operation: Operation, answer: Answer) -> Reply:
    """An answer of the contract, filled with what the caller and the record supply."""
    vendor, record = exchange.vendor, exchange.named and exchange.named[1]
    if answer.status >= 400:
        because = exchange.because or "it was asked for"
        name = answer.name if operation.answers.get(answer.name) is answer else str(answer.status)
        why = refusal(name, because, record, values=_time_values(exchange, record))
        if answer.status == 405:
            why.allow = _allowed_methods(exchange)
        return vendor.refuse(why, operation, exchange.caller, exchange.call)
    return compose(answer, vendor.values(record, exchange.caller, exchange.now))


def _time_values(exchange: Exchange, record: Record | None) -> dict[str, Any]:
    """The body leaves that hang on the call's instant: a refusal has no clock of its own."""
    values, caller = exchange.vendor.values, exchange.caller
    present, never = values(record, caller, exchange.now), values(record, caller, 0)
    return {name: leaf for name, leaf in present.items() if leaf != never[name]}


def _allowed_methods(exchange: Exchange) -> tuple[str, ...]:
    """The methods of the called path: what a 405 has to say."""
    contract = exchange.session.catalog.contract(exchange.vendor.name)
    found = contract.find("", exchange.call.path)
    return found.allow if isinstance(found, Miss) else ()


def _preferred(exchange: Exchange, operation: Operation, preferred: Preference) -> Reply:
    answer = None if preferred.wrong else preferred_answer(operation, preferred)
    if answer is None:
        exchange.by = "sandbox"
        exchange.because = preferred.wrong or _no_answer(operation, preferred)
        available = ", ".join(f"{each.status} {each.name}" for each in operation.answers.values())
        fix = f"{operation.id} has {available}"
        refused = problem(400, "No such answer", exchange.because, fix=fix)
        refused.hint = fix  # who asks why sees no body
        refused.undocumented = True  # the sandbox speaks, not the vendor: it counts as no answer
        return refused
    exchange.by = "rule"
    exchange.because = f"the call preferred {preferred.text}"
    exchange.preferred = preferred.text
    return contract_reply(exchange, operation, answer)


def _no_answer(operation: Operation, preferred: Preference) -> str:
    """Why an operation has not got the answer that a call prefers."""
    told = f"{operation.id} has no answer {preferred.text}"
    available = operation.answers.get(preferred.example or "")
    if available is not None:
        return f"{told}: {available.name} is an answer of {available.status}"
    close = get_close_matches((preferred.example or "").upper(), operation.answers, 1)
    return f"{told}; did you mean {close[0]}?" if close else told


def preferred_answer(operation: Operation, preferred: Preference) -> Answer | None:
    """The answer a preference means: by example name, else the first of its status."""
    if preferred.example is not None:
        answer = operation.answers.get(preferred.example)
        fits = answer is not None and preferred.code in (None, answer.status)
        return answer if fits else None
    return _first(operation, preferred.code)


def _first(operation: Operation, status: int | None) -> Answer | None:
    """The first answer of a status; else of its range, else the default one, for it."""
    return None if status is None else next(iter(operation.by_status(status)), None)


def _apply_event(exchange: Exchange, acting: FiredRule) -> None:
    """Lets the rule's event happen to the record the call names, or says why it cannot."""
    event = acting.rule.then
    if event is None:
        return
    if exchange.named is None:
        exchange.tell(f"{event!r} befell nothing: the call names no record")
        return
    name, record = exchange.named
    try:
        moved = exchange.world.trigger(name, record, event)
    except UnderstudyError as error:
        exchange.tell(f"{record.id} of the {name} stays as it is: {error.what}")
        return
    exchange.named = (name, moved)
    exchange.tell(f"{event!r} befell {record.id} of the {name}: {record.state} to {moved.state}")


def _apply_change(exchange: Exchange, acting: FiredRule) -> None:
    """Makes of the record the call names what the rule says, or says why it cannot be."""
    fields = acting.rule.change
    if fields is None:
        return
    if exchange.named is None:
        exchange.tell("nothing was changed: the call names no record")
        return
    (name, record), vendor = exchange.named, exchange.vendor
    contract = exchange.session.catalog.contract(vendor.name)
    hand = Hand(vendor, contract, exchange.world, exchange.now)
    try:
        after = hand.change(name, record, fields, checked=False)
    except UnderstudyError as error:
        place = f"{error.where}: " if error.where else ""
        exchange.tell(f"{record.id} of the {name} stays as it is: {place}{error.what}")
        return
    exchange.named = (name, after)
    exchange.tell(f"{record.id} of the {name} was changed by the rule")


def _note_changes(exchange: Exchange, acting: FiredRule) -> None:
    """From now on the world notes what changes, where the rule hastens it."""
    if acting.rule.progress is not None:
        exchange.world.touched = []


def apply_progress(exchange: Exchange) -> None:
    """The call is over: counts it as a read, and hastens the work it began or named."""
    world, named, acting = exchange.world, exchange.named, exchange.rule
    if named is not None:
        world.read(named[0], named[1].id)
    touched, world.touched = world.touched, None
    if acting is None or acting.rule.progress is None or touched is None:
        return
    progress = acting.rule.progress
    world.advance(world.now, SLICE)  # what begins at once has begun
    if named is not None:
        touched.append((named[0], named[1].id))
    working = [owner for owner in dict.fromkeys(touched) if world.speed_up(*owner, progress)]
    who = ", ".join(f"{record_id} of the {name}" for name, record_id in working)
    exchange.tell(f"the work of {who} is done {progress}" if who else "no work was there to hasten")
    world.advance(world.now, SLICE)
