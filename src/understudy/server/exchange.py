"""One call on its way through the pipeline: what is known of it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.server.call import Headers
from understudy.vendor import Call, Caller, Problem, Reply, Vendor

if TYPE_CHECKING:
    from understudy.openapi.operation import Match, Operation
    from understudy.scenarios.rules import Struck
    from understudy.server.sessions import Session
    from understudy.simulation.collection import Record
    from understudy.simulation.world import World


class Exchange:
    """Filled step by step; at the end the journal's entry is made of it."""

    __slots__ = (
        "after",
        "answer",
        "because",
        "before",
        "by",
        "call",
        "caller",
        "delay",
        "gate",
        "headers",
        "hint",
        "match",
        "named",
        "near",
        "now",
        "operation",
        "preferred",
        "problem",
        "provenance",
        "reply",
        "rule",
        "session",
        "values",
        "vendor",
        "world",
    )

    def __init__(
        self, session: Session, vendor: Vendor, world: World, call: Call, headers: Headers
    ) -> None:
        self.session = session
        self.vendor = vendor
        self.world = world
        self.call = call
        self.headers = headers
        self.now = world.now
        self.operation: Operation | None = None
        self.match: Match | None = None
        self.caller: Caller | None = None
        self.delay = 0  # milliseconds to be waited before the call goes on
        self.gate: Struck | None = None
        self.rule: Struck | None = None
        self.preferred = ""
        self.named: tuple[str, Record] | None = None
        self.before: Record | None = None
        self.after: Record | None = None
        self.problem: Problem | None = None
        self.reply: Reply | None = None
        self.values: dict[str, Any] = {}
        self.near: tuple[tuple[str, str], ...] = ()
        self.by = "behaviour"
        self.because = ""
        self.hint = ""
        self.answer = ""
        self.provenance = ""

    def tell(self, reason: str) -> None:
        """Adds to why the call is answered as it is."""
        self.because = f"{self.because}; {reason}" if self.because else reason


class Sent:
    """What goes back over the wire, and what is done to it on the way."""

    __slots__ = ("body", "exchange", "fault", "headers", "status")

    def __init__(
        self,
        status: int,
        headers: list[tuple[bytes, bytes]],
        body: bytes,
        fault: Any = None,
        exchange: Exchange | None = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.fault = fault  # a scenarios.faults.Fault that still has to strike, or None
        self.exchange = exchange
