"""One request, from its bytes to the bytes of its answer: written once for all vendors."""

from __future__ import annotations

from understudy.errors import InputError, ScenarioError
from understudy.openapi.operation import Match
from understudy.openapi.request import read
from understudy.scenarios.rules.prefer import Preference, preference
from understudy.server.pipeline.addressing import Addressing, elsewhere
from understudy.server.pipeline.answer_rules import apply_progress, forced_reply
from understudy.server.pipeline.browser import to_console, wants_page
from understudy.server.pipeline.due_time import AT_ONCE, catch_up
from understudy.server.pipeline.exchange import Exchange, RawRequest
from understudy.server.pipeline.gate import ask_gate, end_delay, gate_reply
from understudy.server.pipeline.journaling import announce, journal
from understudy.server.pipeline.refusals import invalid, not_found, refuse
from understudy.server.pipeline.response_assembly import assemble, hold_against_contract
from understudy.server.pipeline.session_keys import with_keys
from understudy.server.pipeline.unread_names import UnreadNames
from understudy.server.pipeline.unrouted import answer_unrouted
from understudy.server.sessions.names import split_session
from understudy.server.sessions.sandbox import Sandbox, TooManySessions
from understudy.server.sessions.session import SLICE, Session
from understudy.server.wire.response import SANDBOX, Response, problem, sandbox_response
from understudy.simulation.world import World
from understudy.vendor import Call, Problem, Reply, Request, Vendor


class Pipeline:
    """The steps between a request and its answer, over the sessions of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.addressing = Addressing(sandbox)
        self.unread = UnreadNames(strict=sandbox.settings.strict_names)
        self.verifies = sandbox.settings.verify_replies

    def handle(self, arrived: RawRequest | Exchange) -> Response | RawRequest | Exchange:
        """The answer; or what has to wait before it is handed in again: for a `delay`, for its
        turn to let more of what is due strike, for its world, or for work that holds its session.

        Plain and synchronous on either side of that wait: every request is atomic.
        """
        if isinstance(arrived, RawRequest):
            exchange = self._locate(arrived)  # 1: session and vendor
            if not isinstance(exchange, Exchange):
                return exchange
            if not catch_up(exchange, AT_ONCE):  # 2: everything due until now happens
                exchange.raw, exchange.past = arrived, exchange.session.past
                return exchange
            if not self._pass_gate(exchange, arrived):
                exchange.past = exchange.session.past
                return exchange
        else:
            exchange = arrived
            if exchange.is_forgotten():
                return self._forgotten(exchange)
            if exchange.session.held or not self._resume(exchange):
                return exchange
        reply = exchange.refusal
        if reply is None and exchange.gate is not None:
            reply = gate_reply(exchange, exchange.gate)
        if reply is None:
            reply = exchange.unrouted
        if reply is None:
            vendor, world, match = exchange.vendor, exchange.world, exchange.match
            try:
                if exchange.problem is not None:
                    raise exchange.problem
                if match is None:
                    raise not_found(exchange)
                operation = match.operation
                exchange.caller = vendor.authenticate(exchange.call, operation, world)  # 5
                request, preferred = self._decode(exchange, match)  # 6: decode and validate
                try:
                    reply = forced_reply(exchange, request, preferred)  # 7: answer rules, `Prefer`
                    if reply is None:
                        reply = vendor.handlers[operation.handled_by](request, world)  # 8
                finally:
                    if world.deadlines or world.touched is not None:
                        apply_progress(exchange)
                exchange.hint = reply.hint
            except Exception as error:
                reply = refuse(exchange, error)  # 9: the vendor's envelope
            if self.verifies:
                reply = hold_against_contract(exchange, reply)  # 10
        response = assemble(exchange, reply)  # 11: its fault is applied as it is sent
        journal(exchange, response)  # 12
        return response

    def _resume(self, exchange: Exchange) -> bool:
        """Goes on with a call that has waited; False when it has to wait again."""
        exchange.world = exchange.session.world(exchange.vendor.name)  # another, after a rollback
        if exchange.delay:
            end_delay(exchange)
        if not catch_up(exchange, SLICE):
            return False
        raw, exchange.raw = exchange.raw, None
        return raw is None or self._pass_gate(exchange, raw)

    def _pass_gate(self, exchange: Exchange, raw: RawRequest) -> bool:
        """Routes a call and asks the gate; False when it has to wait there."""
        self._route(exchange, raw)  # 3
        if exchange.refusal is None:
            ask_gate(exchange)  # 4: quotas, outages, latency, lost requests
        if raw.dropped:
            exchange.problem = Problem("too_large", raw.dropped)
        if exchange.delay:
            announce(exchange, self._look)
            return False
        return exchange.gate is None or catch_up(exchange, AT_ONCE)

    def _forgotten(self, exchange: Exchange) -> Response:
        """The answer to a call whose session has begun anew: nobody keeps it."""
        exchange.session.journal.arrive(id(exchange))
        name = exchange.session.name
        what = f"session {name!r} was reset, restored or deleted while the call waited"
        reply = problem(503, "Its session is gone", what, fix="Send it again")
        return sandbox_response(reply, self.sandbox.now(name))

    def _locate(self, raw: RawRequest) -> Exchange | RawRequest | Response:
        """Whom a request is for; the response to one that is for nobody; the request itself where
        its session is held or its world is being made."""
        addressing, head = self.addressing, raw.headers
        before, _, raw.last = raw.path.rpartition("/")
        try:
            place = raw.place = addressing.places.get(before) or addressing.place(before)
            if place is not None:
                named, vendor, path = place.named, place.vendor, f"{place.path}/{raw.last}"
            else:
                named, path = split_session(raw.path)
                found, path = addressing.vendor(path, head.headers)
                if found is None:
                    call = Call(raw.method, path, raw.query, head.headers, raw.body)
                    return answer_unrouted(self.sandbox, named, call)
                vendor = found
            addressed = head.of.get(vendor.name) or addressing.read(vendor, head)
            query = raw.query
            if query and addressed.keys:
                addressed, query = with_keys(addressed, query)
            session = addressing.session(named, addressed)
            if session.held:
                raw.makes_world = False
                return raw
            world = session.worlds.get(vendor.name) or self._make_world(session, vendor, raw)
            if world is None:
                return raw
        except InputError as error:
            return self._refused_session(error)
        now, headers = session.clock.call(), addressed.headers
        call = Call(raw.method, path, query, headers, raw.body, world.identifiers, raw.path)
        return Exchange(
            session, vendor, world, call, headers, now, addressed.secrets, addressed.keys
        )

    def _make_world(self, session: Session, vendor: Vendor, raw: RawRequest) -> World | None:
        """The world of a first call, or, where it is large, a slice of the work; who comes
        meanwhile waits for its turn."""
        is_begun = vendor.name in session.making and not raw.makes_world
        world = None if is_begun else session.world_soon(vendor.name)
        raw.makes_world = world is None
        return world

    def _refused_session(self, error: InputError) -> Response:
        status = 503 if isinstance(error, TooManySessions | ScenarioError) else 400
        what = f"{error.where}: {error.what}" if error.where else error.what
        reply = problem(status, "Session refused", what, fix=error.fix)
        return sandbox_response(reply, self.sandbox.now())

    def _route(self, exchange: Exchange, raw: RawRequest) -> None:
        place, call = raw.place, exchange.call
        if place is None:
            contract = self.sandbox.contract(exchange.vendor.name)
            match = contract.find(call.method, call.path, call.query)
        else:
            match = place.below.find(call.method, raw.last, call.query)
        if type(match) is Match:
            exchange.match, exchange.operation = match, match.operation
        else:
            exchange.unrouted = self._unrouted(exchange, raw)

    def _unrouted(self, exchange: Exchange, raw: RawRequest) -> Reply | None:
        """The answer to a path that leads nowhere, where the vendor has no refusal of it."""
        call, contract = exchange.call, self.sandbox.contract(exchange.vendor.name)
        url = elsewhere(contract, raw.path, call)
        if url:
            return Reply(307, headers=(("Location", url),))
        if not call.mount.endswith(f"/{contract.name}") and wants_page(call):
            exchange.by = SANDBOX
            return to_console(exchange.session.name)
        return None

    def _decode(self, exchange: Exchange, match: Match) -> tuple[Request, Preference | None]:
        """The request as handlers take it, and what answer it prefers; a Problem tells all of the
        violations there are."""
        call, operation = exchange.call, match.operation
        prefer, query, preferred = call.headers.get("prefer"), call.query, None
        if prefer is not None or "__" in query:
            preferred, query = preference(prefer, query)
        asked = read(operation, match.values, query, call.headers, call.body)
        exchange.values = asked.values
        self.unread.note(exchange, asked.unread)
        if asked.violations:
            raise invalid(asked.violations)
        request = Request(call, operation, asked.values, asked.body, exchange.caller)
        named = request.named = exchange.named = exchange.vendor.named(request, exchange.world)
        if named is not None:
            exchange.before = named[1]
        return request, preferred

    def _look(self, exchange: Exchange) -> None:
        """Whose a call is and what it says, before it is answered; a Problem for a bad one."""
        match = exchange.match
        if match is not None:
            exchange.caller = exchange.vendor.authenticate(
                exchange.call, match.operation, exchange.world
            )
            self._decode(exchange, match)
