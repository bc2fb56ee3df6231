"""One call on its way through the pipeline: what came, and what is known of it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from understudy.server.wire.headers import Headers, RequestHeaders
from understudy.vendor import Call, Caller, Problem, Reply, Vendor

if TYPE_CHECKING:
    from understudy.openapi.operation import Match, Operation
    from understudy.scenarios.rules.rule import FiredRule
    from understudy.server.pipeline.addressing import Place
    from understudy.server.sessions.session import AnswerLabel, Session
    from understudy.server.wire.response import Response
    from understudy.simulation.clock import Instant
    from understudy.simulation.collection import Record
    from understudy.simulation.journal import Entry, UnreadName
    from understudy.simulation.world import World


class RawRequest(Struct, eq=False, gc=False):
    """A request for a vendor as it came off the wire."""

    method: str
    path: str
    query: str
    headers: RequestHeaders
    body: bytes
    dropped: str = ""  # why its body was not taken
    place: Place | None = None  # what the path means but for its last segment
    last: str = ""  # that segment
    makes_world: bool = False  # it waits for its world to be made; else for its session


class Exchange(Struct, eq=False, gc=False):
    """Filled step by step; at the end the journal keeps it, without its session and its world."""

    session: Session
    vendor: Vendor
    world: World
    call: Call
    headers: Headers
    now: Instant
    secrets: tuple[bytes, ...] = ()  # the headers that carry credentials
    secret_query: frozenset[str] = frozenset()  # and the names that carry them in the query
    raw: RawRequest | None = None  # of a call that waits before the gate
    past: object = None  # of its session when the call, or what is sent of it, began to wait
    announced: bool = False  # to the journal, as one that waits
    paid: int = 0  # events that struck before it was answered
    refusal: Reply | None = None  # the sandbox's own, for too much of them
    operation: Operation | None = None
    match: Match | None = None
    unrouted: Reply | None = None  # to a path that leads nowhere: a redirect, or the root's page
    caller: Caller | None = None
    name: str | None = None  # whose credential a call without a caller carried
    delay: int = 0  # milliseconds to be waited before the call goes on
    opened: int = -1  # of a delayed call: how many were answered when it came
    client_left: bool = False  # before the answer
    reached: bool = False  # the rules that answer were asked
    gate: FiredRule | None = None
    rule: FiredRule | None = None
    preferred: str = ""
    named: tuple[str, Record] | None = None
    before: Record | None = None
    after: Record | None = None
    problem: Problem | None = None
    values: dict[str, Any] = field(default_factory=dict)
    near_misses: tuple[tuple[str, str], ...] = ()
    by: str = "behaviour"
    because: str = ""
    hint: str = ""
    unread: tuple[UnreadName, ...] = ()
    keep_secrets: bool = False  # its secrets are kept, too
    number: int = 0  # in the journal
    label: AnswerLabel | None = None  # of its answer
    response: Response | None = None  # that the journal keeps
    entry: Entry | None = None  # of the journal, where a fault is still to be applied

    def is_forgotten(self) -> bool:
        """Whether its session has begun anew since it began to wait."""
        return self.past is not self.session.past

    def fields(self) -> dict[str, Any] | None:
        """The fields of the record the call names, as a rule's `when.record` sees them."""
        return None if self.before is None else self.before.fields()

    def tell(self, reason: str) -> None:
        """Adds to why the call is answered as it is."""
        self.because = f"{self.because}; {reason}" if self.because else reason

    def gave_up(self) -> None:
        """The client stopped waiting for a response that never comes."""
        if self.entry is not None:
            self.entry.held = self.session.journal.number

    def left(self, size: int) -> None:
        """The client left after so many bytes of the body."""
        if self.entry is not None:
            self.entry.leave(size)
