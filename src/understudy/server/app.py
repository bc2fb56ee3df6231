"""The ASGI application: vendors' paths go straight to the pipeline, /__admin to Starlette."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount

from understudy.scenarios.stories.target import Answered, Lost
from understudy.server.admin import CONTRACT, answer_admin, body_limit, check_contract
from understudy.server.admin.access import refused_access
from understudy.server.inprocess import ConnectionLost, ask
from understudy.server.pipeline.cors import (
    CorsPolicy,
    RawHeaders,
    is_preflight,
    preflight_answer,
    with_cors_headers,
)
from understudy.server.pipeline.exchange import Exchange, RawRequest
from understudy.server.pipeline.handle import Pipeline
from understudy.server.pipeline.unrouted import refuse_unreadable
from understudy.server.pipeline.waiting import answer_later, asked_headers
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.wire.headers import HeaderCache, Headers
from understudy.server.wire.request_limits import (
    READ_ON,
    Refused,
    check_headers,
    check_target,
    has_too_many_values,
    too_large,
)
from understudy.server.wire.response import Response, sandbox_response
from understudy.server.wire.sending import (
    Message,
    Receive,
    Scope,
    Send,
    has_disconnected,
    send_response,
)
from understudy.server.wire.turns import Turns, in_turns, with_pauses
from understudy.settings import Settings
from understudy.slices import InSlices
from understudy.vendor import Call, Reply, Vendor

ADMIN = b"/__admin"
CONSOLE = "/__admin/console"
ORIGIN = b"origin"


class Unfinished(Exception):
    """The client left before its request was whole: nobody asked for anything."""


class Application:
    """The sandbox over ASGI. `sandbox` is open to whoever runs it in process."""

    def __init__(
        self, settings: Settings, vendors: Sequence[Vendor], available: Iterable[str] = ()
    ) -> None:
        self.settings = settings
        self.sandbox = Sandbox(settings, vendors, available)
        self.pipeline = Pipeline(self.sandbox)
        self.turns = Turns()
        self.header_cache = HeaderCache(settings)
        self.sandbox.on_renewed += [self.header_cache.forget, self.pipeline.addressing.forget]
        self.cors = CorsPolicy(settings.cors)
        self.sandbox.ask_itself = self._ask_itself
        self.starlette = Starlette(routes=[Mount("/__admin", app=self._admin)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.starlette(scope, receive, send)
            return
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        if path.startswith(ADMIN) and path[8:9] in (b"", b"/"):
            await self._admin(scope, receive, send)  # a Mount stumbles over a newline in a path
        else:
            await self._vendor(path, scope, receive, send)

    async def _ask_itself(
        self, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes
    ) -> Answered | Lost:
        """What a call without a port is answered; a lost connection is told."""
        try:
            return Answered(*await ask(self, method, path, headers, body))
        except ConnectionLost as lost:
            return Lost(str(lost))

    def sandbox_response(self, reply: Reply) -> Response:
        """An answer of the sandbox itself to what never became a call."""
        return sandbox_response(reply, self.sandbox.now())

    def refused(
        self, reply: Reply, method: bytes, target: bytes, headers: list[tuple[bytes, bytes]]
    ) -> Response:
        """The same, where it is known what was asked."""
        path, _, query = target.decode("latin-1").partition("?")
        call = Call(method.decode("latin-1"), path, query, Headers(headers), b"")
        return refuse_unreadable(self.sandbox, call, reply)

    def check(self, known: Collection[str] = ()) -> None:
        """Compiles every contract that is served, ours too, but for those that are known to be
        right; ContractError names the broken one."""
        for name in self.sandbox.vendors:
            if name not in known:
                self.sandbox.contract(name)
        if CONTRACT not in known:
            check_contract(self.sandbox)

    @property
    def body_limit(self) -> int:
        return self.settings.body_bytes

    def start(
        self,
        method: str,
        target: str,
        headers: list[tuple[bytes, bytes]],
        body: bytes,
        overlong: bool = False,
    ) -> Response | RawRequest | Exchange:
        """A vendor's call: its answer, or what has to wait first."""
        try:
            if len(target) > (most := self.settings.path_bytes):
                check_target(target, most)
            head = self.header_cache.read(headers)
        except Refused as refused:
            return self.cors.apply(self.sandbox_response(refused.reply), dict(headers))
        if method == "OPTIONS" and (answer := self._preflight(target, head.headers)) is not None:
            return answer
        path, _, query = target.partition("?")
        dropped = ""
        if overlong:
            dropped = f"the body has more than {self.settings.body_bytes} bytes"
        elif len(body) > (most := self.settings.body_values) and has_too_many_values(
            body, head.headers.get("content-type", ""), most
        ):
            body, dropped = b"", f"the body has more than {most} values and keys"
        handled = self.pipeline.handle(RawRequest(method, path, query, head, body, dropped))
        if ORIGIN not in (raw := head.headers.raw) or not isinstance(handled, Response):
            return handled
        return self.cors.apply(handled, raw)

    def _preflight(self, target: str, asked: Headers) -> Response | None:
        """A browser's question, answered before any vendor or session hears of it; None: it is
        none, or one for the vendor, who has OPTIONS there."""
        answer = self.cors.preflight(asked.raw)
        if answer is None or self.pipeline.addressing.has_options(target.partition("?")[0], asked):
            return None
        return self.sandbox_response(answer)

    async def conclude(
        self,
        answer: Response | RawRequest | Exchange,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        """Sends what `start` gave, faults and all, once it has waited for what it has to."""
        if not isinstance(answer, Response):
            raw = asked_headers(answer).raw
            answer = await answer_later(self.pipeline, answer, self.turns, scope)
            answer = self.cors.apply(answer, raw)
        await send_response(answer, scope, receive, send)

    async def _vendor(self, path: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        overlong = False
        try:
            body = await self._body(headers, receive, self.body_limit)
        except Refused:
            body, overlong = b"", True
        except Unfinished:
            return
        answer = self.start(scope["method"], _target(path, scope), headers, body, overlong)
        await self.conclude(answer, scope, receive, send)

    async def _admin(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = list(scope["headers"])
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        called, named = path.decode("latin-1"), Headers(headers)
        try:
            check_target(_target(path, scope), self.settings.path_bytes)
            check_headers(self.settings, headers)
            most = body_limit(self.settings, scope["method"], called, named)
            body = await self._body(headers, receive, most)
        except Refused as refused:
            sent = self._readable_locally(self.sandbox_response(refused.reply), dict(headers))
            await send_response(sent, scope, receive, send)
            return
        except Unfinished:
            return
        call = Call(
            scope["method"],
            called,
            scope["query_string"].decode("latin-1"),
            named,
            body,
        )
        at = scope.get("server") or ("", None)
        answering = self._answer_admin(call, dict(headers), at)
        answer = await in_turns(answering, self.turns, partial(has_disconnected, scope))
        if answer is not None:
            await send_response(answer, scope, receive, send)

    def _answer_admin(
        self, call: Call, raw: RawHeaders, at: tuple[str, int | None]
    ) -> InSlices[Response]:
        """The admin API's answer to whom it listens to; pages of this machine may read it."""
        guarded = self.settings.admin_token is not None
        refused = refused_access(raw, at, self.cors, guarded=guarded)
        if refused is not None:
            return self.sandbox_response(refused)
        origin = raw.get(ORIGIN, b"")
        if call.method == "OPTIONS" and is_preflight(raw) and self.cors.local(origin):
            return self.sandbox_response(preflight_answer(raw, origin))
        if call.path == CONSOLE or call.path.startswith(f"{CONSOLE}/"):
            from understudy.server.console import answer_console  # not before somebody looks

            return (yield from with_pauses(answer_console(self.sandbox, call)))
        answer = yield from with_pauses(answer_admin(self.sandbox, call))
        return self._readable_locally(answer, raw)

    def _readable_locally(self, sent: Response, raw: RawHeaders) -> Response:
        """The admin API's answer as the page that asked may read it."""
        origin = raw.get(ORIGIN, b"")
        return with_cors_headers(sent, origin) if self.cors.local(origin) else sent

    async def _body(
        self, headers: Sequence[tuple[bytes, bytes]], receive: Receive, most: int
    ) -> bytes:
        for name, _ in headers:
            if name in (b"content-length", b"transfer-encoding"):
                break
        else:
            return b""
        parts: list[bytes] = []
        size, more = 0, True
        while more and size <= most + READ_ON:
            message = await _next_message(receive)
            part: bytes = message.get("body", b"")
            size += len(part)
            if size <= most:
                parts.append(part)
            more = message.get("more_body", False)
        if size > most:
            raise too_large(most)
        return b"".join(parts)


def _target(path: bytes, scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


async def _next_message(receive: Receive) -> Message:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Unfinished
    return message


def create_app(
    settings: Settings | None, vendors: Sequence[Vendor], available: Iterable[str] = ()
) -> Any:
    """A sandbox of its own as an ASGI application; no state is shared between two."""
    return Application(settings or Settings(), vendors, available)
