"""One request, from its bytes to the bytes of its answer: written once for all vendors.

`open` goes as far as the gate (session, clock, route, gate rules), so that latency can be spent
there; `finish` authenticates, validates, applies answer rules, calls the handler and journals.
"""

from __future__ import annotations

import logging
from typing import Any

from understudy.errors import InputError, ScenarioError, UnderstudyError
from understudy.openapi.operation import Match, Miss, Operation
from understudy.openapi.request import decode_json, read
from understudy.openapi.router import nearest
from understudy.scenarios.rules.faults import Limit
from understudy.scenarios.rules.prefer import preference
from understudy.scenarios.rules.rule import FiredRule
from understudy.server.pipeline import response as replies
from understudy.server.pipeline.addressing import Addressing, elsewhere
from understudy.server.pipeline.credential_hints import understood
from understudy.server.pipeline.exchange import Exchange, Sent
from understudy.server.pipeline.forced import force, hasten, said
from understudy.server.pipeline.journaling import journal
from understudy.server.pipeline.latency import arrive, spend
from understudy.server.pipeline.response import own
from understudy.server.pipeline.response_headers import face_of, stamped
from understudy.server.pipeline.unrouted import stray
from understudy.server.sessions.sandbox import Sandbox, TooManySessions
from understudy.server.wire.header_cache import Head
from understudy.server.wire.headers import address
from understudy.simulation.clock import spoken
from understudy.vendor import Call, Problem, ProblemKind, Reply, Request

log = logging.getLogger("understudy")

_KINDS: dict[str, ProblemKind] = {
    "syntax": "malformed_body",
    "media_type": "media_type",
    "encoding": "malformed_path",
}


class Pipeline:
    """The steps between a request and its answer, over the sessions of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.addressing = Addressing(sandbox)
        self.verifies = sandbox.settings.verify_replies

    def open(
        self,
        method: str,
        raw_path: str,
        query: str,
        head: Head,
        body: bytes,
    ) -> Exchange | Sent:
        """Finds session, vendor and operation, brings the world to the present, asks the gate."""
        addressing = self.addressing
        before, _, last = raw_path.rpartition("/")
        try:
            place = addressing.places.get(before) or addressing.place(before)
            if place is not None:
                named, vendor, path = place.named, place.vendor, f"{place.path}/{last}"
            else:
                named, path = address(raw_path)
                found, path = addressing.vendor(path, head.headers)
                if found is None:
                    return stray(self.sandbox, named, Call(method, path, query, head.headers, body))
                vendor = found
            addressed = head.of.get(vendor.name) or addressing.read(vendor, head)
            session = addressing.session(named, addressed)
            world = session.worlds.get(vendor.name) or session.world(vendor.name)
        except InputError as error:
            status = 503 if isinstance(error, TooManySessions | ScenarioError) else 400
            what = f"{error.where}: {error.what}" if error.where else error.what
            return self._own(replies.problem(status, "Session refused", what, fix=error.fix))
        now = session.clock.call()
        headers = addressed.headers
        call = Call(method, path, query, headers, body, world.identifiers)
        exchange = Exchange(session, vendor, world, call, headers, now, addressed.secrets)
        try:
            world.advance(now)
        except UnderstudyError as error:
            exchange.problem = Problem("internal", str(error))
        exchange.now = world.now
        match = (
            self.sandbox.contract(vendor.name).find(method, path)
            if place is None
            else place.below.find(method, last)
        )
        operation_id = None
        if type(match) is Match:
            exchange.match = match
            operation = exchange.operation = match.operation
            operation_id = operation.handled_by
        else:
            exchange.elsewhere = elsewhere(self.sandbox.contract(vendor.name), raw_path, call)
        for struck in session.rules.gate(vendor.name, operation_id, call, exchange.now):
            exchange.gate = struck
            if struck.rule.fault is not None and struck.rule.fault.latency is not None:
                spend(exchange, struck)
        return exchange

    def finish(self, exchange: Exchange) -> Sent:
        """Steps 5 to 12: the answer, held, journalled, and ready for the wire."""
        if exchange.delay:
            arrive(exchange)
        if exchange.gate is not None:
            stopped = self._stopped(exchange, exchange.gate)
            if stopped is not None:
                return self._sent(exchange, stopped)
        try:
            if exchange.problem is not None:
                raise exchange.problem
            reply = self._answer(exchange)
        except Problem as problem:
            reply = self._refused(exchange, problem)
        except Exception as error:
            if not isinstance(error, UnderstudyError):
                log.exception("%s broke", exchange.operation and exchange.operation.id)
            reply = self._refused(exchange, Problem("internal", f"{type(error).__name__}: {error}"))
        if self.verifies:
            reply = self._verified(exchange, reply)
        return self._sent(exchange, reply)

    def _answer(self, exchange: Exchange) -> Reply:
        vendor, world, call = exchange.vendor, exchange.world, exchange.call
        match = exchange.match
        if exchange.elsewhere:
            return Reply(307, headers=(("Location", exchange.elsewhere),))
        if match is None:
            raise self._missed(exchange)
        operation = match.operation
        caller = exchange.caller = vendor.authenticate(call, operation, world)
        prefer, query, wish = call.headers.get("prefer"), call.query, None
        if prefer is not None or "__" in query:
            wish, query = preference(prefer, query)
        asked = read(operation, match.values, query, call.headers, call.body)
        exchange.values = asked.values
        if asked.violations:
            raise _invalid(asked.violations)
        request = Request(call, operation, asked.values, asked.body, caller)
        named = request.named = exchange.named = vendor.named(request, world)
        if named is not None:
            exchange.before = named[1]
        try:
            reply = force(exchange, request, wish)
            if reply is None:
                if exchange.rule is not None:  # it may have moved what the call names
                    request.named = vendor.named(request, world)
                reply = vendor.handlers[operation.handled_by](request, world)
        finally:
            if world.deadlines or world.touched is not None:
                hasten(exchange)
        exchange.hint = reply.hint
        return reply

    def _stopped(self, exchange: Exchange, struck: FiredRule) -> Reply | None:
        """What a gate rule makes of a call; None: it only took its time."""
        fault = struck.rule.fault
        if fault is not None and fault.latency is not None:
            return None
        exchange.rule = struck
        exchange.tell(f"the rule {struck.rule.name!r} struck at the gate")
        if fault is not None and fault.limit is not None:
            return self._over(exchange, struck, fault.limit)
        if struck.rule.reply is None:
            exchange.by = "fault"
            return Reply(0)
        exchange.by = "rule"
        return said(exchange, exchange.operation, struck)

    def _over(self, exchange: Exchange, struck: FiredRule, limit: Limit) -> Reply:
        """The answer to a call beyond a quota: the rule's own, or the vendor's."""
        exchange.by = "rule"
        whose = f" ({struck.whose})" if struck.whose else ""
        exchange.tell(f"{limit.told}{whose}; {spoken(struck.early)} too early")
        if struck.again:
            exchange.tell(f"refused {struck.again + 1} times in a row, the retry did not wait")
        seconds = max(1, -(-struck.early // 1000))
        forced = said(exchange, exchange.operation, struck)
        if forced is None:
            problem = Problem("rate_limited", exchange.because, retry_after=seconds)
            return self._refused(exchange, problem)
        rest = [each for each in forced.headers if each[0].lower() != "retry-after"]
        forced.headers = [*rest, ("Retry-After", str(seconds))]
        return forced

    def _missed(self, exchange: Exchange) -> Problem:
        call, name = exchange.call, exchange.vendor.name
        contract = self.sandbox.contract(name)
        found = contract.find(call.method, call.path)
        if isinstance(found, Miss) and found.allow:
            allow = ", ".join(found.allow)
            because = f"{call.path} has no {call.method}; it has {allow}"
            return Problem("method_not_allowed", because, allow=found.allow)
        close = nearest(contract, call.method, call.path)
        hint = f"did you mean {' or '.join(close)}?" if close else ""
        return Problem("unknown_path", f"no operation has the path {call.path}", hint=hint)

    def _refused(self, exchange: Exchange, problem: Problem) -> Reply:
        if exchange.caller is None:
            problem = understood(problem, exchange)
        problem.__traceback__ = problem.__context__ = None  # the journal keeps no frames alive
        exchange.problem = problem
        exchange.hint = problem.hint
        if exchange.by == "behaviour":
            exchange.by = "refusal"
        try:
            reply = exchange.vendor.refuse(
                problem, exchange.operation, exchange.caller, exchange.call
            )
        except Exception:
            log.exception("the envelope of %s broke", exchange.vendor.name)
            return Reply(500, {"message": "internal error of the sandbox"})
        exchange.hint = reply.hint or exchange.hint
        return reply

    def _verified(self, exchange: Exchange, reply: Reply) -> Reply:
        operation = exchange.operation
        if operation is None or reply.undocumented or exchange.by in ("rule", "fault"):
            return reply
        wrong = _mismatch(operation, reply)
        if not wrong:
            return reply
        log.error("%s answers against its contract: %s", operation.id, wrong)
        exchange.because = f"the reply breaks the contract: {wrong}"
        return Reply(500, {"understudy": exchange.because})

    def _sent(self, exchange: Exchange, reply: Reply) -> Sent:
        session, body = exchange.session, replies.encode(reply)
        number = session.journal.take_number()
        face = exchange.face = face_of(exchange, reply)
        date, framing = replies.date(exchange.now), replies.framing(reply, body)
        parts = (date, face.label, session.tag, number, framing)
        head = b"%b%bx-understudy-request: %b.%d\r\n%b" % parts
        told = reply.headers if exchange.vendor.stamp is None else stamped(exchange, reply)
        if told:
            head += replies.lines(told)
        if exchange.hint:
            head += replies.line(b"x-understudy-hint", replies.safe(exchange.hint))
        if exchange.preferred:
            head += replies.line(b"preference-applied", replies.safe(exchange.preferred))
        fault = exchange.rule.rule.fault if exchange.rule is not None else None
        if fault is not None and (fault.latency is not None or fault.limit is not None):
            fault = None
        sent = Sent(reply.status, head, body, fault, exchange)
        journal(exchange, face, sent, number)
        return sent

    def _own(self, reply: Reply) -> Sent:
        return own(reply, self.sandbox.now())


def _invalid(violations: list[Any]) -> Problem:
    first = violations[0]
    kind = _KINDS.get(first.keyword, "invalid") if len(violations) == 1 else "invalid"
    if any(v.keyword == "media_type" for v in violations):
        kind = "media_type"
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return Problem(kind, first.message + more, violations=violations)


def _mismatch(operation: Operation, reply: Reply) -> str:
    if not operation.by_status(reply.status):
        return f"status {reply.status} is not declared"
    check = operation.schemas.get(reply.status)
    if check is None or reply.raw is not None:
        return ""
    wrong = check(decode_json(replies.encode(reply)))
    return "; ".join(f"{v.pointer or '/'} {v.message}" for v in wrong)
