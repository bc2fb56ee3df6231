"""Refusals in the words of a behaviour."""

from __future__ import annotations

from typing import Any

from understudy.modeled.behaviour.values import Refusal
from understudy.modeled.expressions.values import Scope, as_json, as_text
from understudy.openapi.operation import Operation
from understudy.simulation.collection import Record
from understudy.vendor import Missing, Problem, Reply

USUAL = (409, 422, 400)  # of a transition that cannot be: the first that is declared


class WordedRefusal(Problem):
    """A refusal whose whole answer somebody wrote."""

    def __init__(self, reply: Reply, because: str, **more: Any) -> None:
        super().__init__("answer", because, answer=reply.answer, **more)
        self.reply = reply


def refused(
    refusal: Refusal | None,
    operation: Operation | None,
    scope: Scope,
    because: str,
    *,
    record: Record | None = None,
    missing: Missing | None = None,
    hint: str = "",
) -> Problem:
    """The refusal that is said; where none is, the usual one."""
    given = Refusal() if refusal is None else refusal
    name = given.answer or (str(given.status) if given.status else "")
    if given.body is None and not given.headers:
        answer = name or str(_usual(operation))
        return Problem("answer", because, answer=answer, record=record, missing=missing, hint=hint)
    reply = worded(given, operation, scope)
    return WordedRefusal(reply, because, record=record, missing=missing, hint=hint)


def worded(given: Refusal, operation: Operation | None, scope: Scope) -> Reply:
    """The answer that somebody wrote, filled in."""
    declared = None if operation is None else operation.answers.get(given.answer)
    status = given.status or (declared.status if declared is not None else _usual(operation))
    named = () if operation is None else operation.by_status(status)
    headers = tuple((name, as_text(each.run(scope))) for name, each in given.headers.items())
    if given.body is not None:
        body = as_json(given.body.run(scope))
    else:
        body = declared.example if declared is not None else None
    return Reply(
        status,
        body,
        answer=given.answer or (named[0].name if named else ""),
        headers=headers,
        undocumented=not named,
    )


def _usual(operation: Operation | None) -> int:
    declared = {each.status for each in operation.answers.values()} if operation else set()
    return next((each for each in USUAL if each in declared), USUAL[0])
