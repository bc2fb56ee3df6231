"""What every envelope does alike: the answer a refusal is, and the headers beside it."""

from __future__ import annotations

from understudy.openapi.operation import Answer, Operation
from understudy.vendor import Problem, Reply


def answer_of(operation: Operation | None, name: str, status: int) -> Answer | None:
    """The contract's answer of that name, else the first of that status, if it has one."""
    if operation is None:
        return None
    known = operation.answers.get(name)
    return known or next(iter(operation.by_status(status)), None)


def headers_of(problem: Problem, reply: Reply) -> tuple[tuple[str, str], ...]:
    """The answer's headers, with what this call is told in place of the example's values."""
    own = {name.lower(): (name, value) for name, value in reply.headers}
    if problem.allow:
        own["allow"] = "Allow", ", ".join(problem.allow)
    if problem.retry_after is not None:
        own["retry-after"] = "Retry-After", str(problem.retry_after)
    return tuple(own.values())
