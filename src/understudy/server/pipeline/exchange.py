"""One call on its way through the pipeline: what is known of it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field, structs

from understudy.server.wire.headers import Headers
from understudy.vendor import Call, Caller, Problem, Vendor

if TYPE_CHECKING:
    from understudy.openapi.operation import Match, Operation
    from understudy.scenarios.rules.rule import FiredRule
    from understudy.server.pipeline.response_headers import Face
    from understudy.server.sessions.session import Session
    from understudy.simulation.clock import Instant
    from understudy.simulation.collection import Record
    from understudy.simulation.journal import Entry
    from understudy.simulation.world import World


class Exchange(Struct, eq=False, gc=False):
    """Filled step by step; at the end the journal keeps it, without its session and its world."""

    session: Session
    vendor: Vendor
    world: World
    call: Call
    headers: Headers
    now: Instant
    secrets: tuple[bytes, ...] = ()  # the headers that carry credentials
    operation: Operation | None = None
    match: Match | None = None
    elsewhere: str = ""  # where a path with a slash too many or too few leads to
    caller: Caller | None = None
    name: str | None = None  # whose credential a call without a caller carried
    delay: int = 0  # milliseconds to be waited before the call goes on
    opened: int = -1  # of a delayed call: how many were answered when it came
    left: bool = False  # the client was gone before the answer
    reached: bool = False  # the rules that answer were asked
    gate: FiredRule | None = None
    rule: FiredRule | None = None
    preferred: str = ""
    named: tuple[str, Record] | None = None
    before: Record | None = None
    after: Record | None = None
    problem: Problem | None = None
    values: dict[str, Any] = field(default_factory=dict)
    near: tuple[tuple[str, str], ...] = ()
    by: str = "behaviour"
    because: str = ""
    hint: str = ""
    face: Face | None = None  # of its answer
    entry: Entry | None = None  # of the journal, where a fault still has to strike

    def fields(self) -> dict[str, Any] | None:
        """The fields of the record the call names, as a rule's `when.record` sees them."""
        return None if self.before is None else structs.asdict(self.before)

    def tell(self, reason: str) -> None:
        """Adds to why the call is answered as it is."""
        self.because = f"{self.because}; {reason}" if self.because else reason


class Sent(Struct, eq=False, gc=False):
    """What goes back over the wire, and what is done to it on the way."""

    status: int
    head: bytes  # the headers, as the lines that go out
    body: bytes
    fault: Any = None  # a scenarios.faults.Fault that still has to strike, or None
    exchange: Exchange | None = None

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """Names and values, in their order."""
        cut = [line.partition(b": ") for line in self.head.split(b"\r\n")[:-1]]
        return [(name, value) for name, _, value in cut]
