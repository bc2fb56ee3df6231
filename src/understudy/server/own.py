"""Answers of the sandbox itself, where no vendor can be meant: labelled and dated as all are."""

from __future__ import annotations

from understudy.server import reply as replies
from understudy.server.exchange import Sent
from understudy.simulation.clock import Instant
from understudy.vendor import Reply

BY = "sandbox"  # who answers, also where a journal names a vendor
NONE = "-"  # no operation, no session


def own(
    reply: Reply, at: Instant, operation: str = NONE, session: str = NONE, number: int = 0
) -> Sent:
    """The reply as it goes out, `by=sandbox`; with a number where a journal has it."""
    body = replies.encode(reply)
    label = f"operation={operation}, by={BY}, provenance=documented, session={session}"
    head = replies.date(at) + replies.line(b"x-understudy", label.encode())
    if number:
        head += replies.line(b"x-understudy-request", f"{session}.{number}".encode())
    head += replies.framing(reply, body) + replies.lines(reply.headers)
    return Sent(reply.status, head, body)
