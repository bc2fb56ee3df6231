"""Refusals: what is wrong with a call, and how the vendor says so."""

from __future__ import annotations

import logging
from typing import Any

from understudy.errors import ContractError, UnderstudyError
from understudy.openapi.operation import Miss
from understudy.openapi.router import nearest
from understudy.server.pipeline.credential_hints import with_key_hint
from understudy.server.pipeline.exchange import Exchange
from understudy.server.pipeline.unread_names import unread_refusal
from understudy.server.wire.response import SANDBOX
from understudy.vendor import Problem, ProblemKind, Reply

log = logging.getLogger("understudy")

_KINDS: dict[str, ProblemKind] = {
    "syntax": "malformed_body",
    "media_type": "media_type",
    "encoding": "malformed_path",
}


def not_found(exchange: Exchange) -> Problem:
    """No operation has the path, or not with that method."""
    call = exchange.call
    contract = exchange.session.catalog.contract(exchange.vendor.name)
    found = contract.find(call.method, call.path)
    if isinstance(found, Miss) and found.allow:
        allow = ", ".join(found.allow)
        because = f"{call.path} has no {call.method}; it has {allow}"
        return Problem("method_not_allowed", because, allow=found.allow)
    close = nearest(contract, call.method, call.path)
    hint = f"did you mean {' or '.join(close)}?" if close else ""
    return Problem("unknown_path", f"no operation has the path {call.path}", hint=hint)


def invalid(violations: list[Any]) -> Problem:
    """What the contract does not allow in a request."""
    first = violations[0]
    kind = _KINDS.get(first.keyword, "invalid") if len(violations) == 1 else "invalid"
    if any(v.keyword == "media_type" for v in violations):
        kind = "media_type"
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    return Problem(kind, first.message + more, violations=violations)


def _unexpected(exchange: Exchange, error: Exception) -> Problem:
    """A part of a user's document that cannot be used is told as such; all else broke here."""
    contract = exchange.vendor.contract
    if isinstance(error, ContractError) and contract is not None and not contract.own:
        return Problem("broken", str(error))
    if not isinstance(error, UnderstudyError):
        operation = exchange.operation
        log.error("%s broke", operation and operation.id, exc_info=error)
    return Problem("internal", f"{type(error).__name__}: {error}")


def refuse(exchange: Exchange, error: Exception) -> Reply:
    """The refusal in the vendor's envelope; whatever is no Problem is a bug of ours."""
    problem = error if isinstance(error, Problem) else _unexpected(exchange, error)
    if exchange.caller is None:
        problem = with_key_hint(problem, exchange)
    problem.__traceback__ = problem.__context__ = None  # the journal keeps no frames alive
    exchange.problem = problem
    if problem.kind == "unread_name":
        return unread_refusal(exchange, problem)
    exchange.hint = problem.hint
    if exchange.by == "behaviour":
        exchange.by = SANDBOX if problem.kind == "broken" else "refusal"
    try:
        reply = exchange.vendor.refuse(problem, exchange.operation, exchange.caller, exchange.call)
    except Exception:
        log.exception("the envelope of %s broke", exchange.vendor.name)
        return Reply(500, {"message": "internal error of the sandbox"})
    exchange.hint = reply.hint or exchange.hint
    return reply
