"""Calls that are not answered at once: they wait for a delay, for their turn, for their session."""

from __future__ import annotations

import asyncio

from understudy.server.pipeline.exchange import Exchange, RawRequest
from understudy.server.pipeline.handle import Pipeline
from understudy.server.wire.headers import Headers
from understudy.server.wire.response import Response
from understudy.server.wire.sending import Scope, has_disconnected
from understudy.server.wire.turns import Turns, rest

HELD = 0.005  # seconds between two looks whether a session is free again


def asked_headers(waiting: RawRequest | Exchange) -> Headers:
    """The headers of a call that waits."""
    return waiting.headers if isinstance(waiting, Exchange) else waiting.headers.headers


async def answer_later(
    pipeline: Pipeline, waiting: RawRequest | Exchange, turns: Turns, scope: Scope
) -> Response:
    """The answer to a call that has to wait, once or several times."""
    rested = False
    while True:
        if _is_held(waiting):
            await asyncio.sleep(HELD)
        elif isinstance(waiting, RawRequest):
            await turns.wait()
        elif waiting.delay and not rested:
            rested = True
            await rest(waiting.delay / 1000, waiting.is_forgotten)
            if has_disconnected(scope):
                waiting.client_left = True
                waiting.tell("its client was gone before the answer")
        else:
            await turns.wait()
        answer = pipeline.handle(waiting)
        if isinstance(answer, Response):
            return answer
        waiting = answer


def _is_held(waiting: RawRequest | Exchange) -> bool:
    """Whether the session is somebody else's; else it is the call itself that has work to do."""
    if isinstance(waiting, RawRequest):
        return not waiting.makes_world
    return waiting.session.held
