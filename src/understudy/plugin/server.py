"""The server of a run, and the tests' way to its admin API: without a port, in its own thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import convert

from understudy.checks.coverage import Mistake
from understudy.client.application import InProcessTransport, create_app
from understudy.client.sandbox import Sandbox
from understudy.errors import UnderstudyError
from understudy.plugin.counts import Counts, unused_rules
from understudy.plugin.summary import Run, UnusedRule
from understudy.server.admin.client_mistakes import mistakes
from understudy.server.admin.coverage import Tally, tally
from understudy.server.admin.missing import missing_view
from understudy.server.admin.requests import summary
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import Settings
from understudy.simulation.clock import iso
from understudy.simulation.journal import Entry

if TYPE_CHECKING:
    from understudy.server.sessions.session import Session


T = TypeVar("T")


class SandboxServer:
    """A real server on a free port of this machine; every test has a session of its own in it."""

    def __init__(self, settings: Settings, run: Run) -> None:
        self.run = run
        self.settings = settings
        self.app = create_app(settings)
        self.counts = Counts(self.app.sandbox, run.vendors)
        run.sources.append(self.counts.coverage)
        self._thread = ThreadServer(self.app)
        self._open = True
        self._sandboxes: set[MeasuredSandbox] = set()
        self.url = self._thread.url
        self.transport = ThreadTransport(self)

    def __enter__(self) -> SandboxServer:
        return self

    def __exit__(self, *_: object) -> None:
        for sandbox in list(self._sandboxes):
            sandbox.close()
        self._open = False
        self._thread.close()

    def sandbox(self, **options: Any) -> MeasuredSandbox:
        """Another session, for a test that wants two or a fixture of a wider scope.

        It ends with its `with` block, at the latest with the run.
        """
        opened = MeasuredSandbox(self, **options)
        self._sandboxes.add(opened)
        return opened

    def named(self, names: Iterable[str], **options: Any) -> MeasuredSandbox:
        """A session of the first of these names that is free."""
        taken = self.app.sandbox.sessions
        return self.sandbox(name=next(each for each in names if each not in taken), **options)

    def forget(self, sandbox: MeasuredSandbox) -> None:
        """It has ended."""
        self._sandboxes.discard(sandbox)

    def call(self, function: Callable[[], T]) -> T:
        """Runs it between two requests; afterwards there are none."""
        return self._thread.call(function) if self._open else function()


class ThreadTransport:
    """The admin API by way of the server's thread: nothing of it goes over a socket."""

    app = None

    def __init__(self, server: SandboxServer) -> None:
        self.origin = server.url
        self.facts: dict[str, Any] = {}
        self._server = server
        self._inside = InProcessTransport(server.app)

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes]:
        return self._server.call(partial(self._inside.send, method, path, headers, body))

    def close(self) -> None:
        """It is the server's, not the session's."""


SHOWN = 50  # requests told of a failed test, the last ones


class MeasuredSandbox(Sandbox):
    """A session of the run's server. What it counted outlives its end, and every reset."""

    def __init__(
        self, server: SandboxServer, *, test: str = "", deliberate: bool = False, **options: Any
    ) -> None:
        token = server.settings.admin_token
        super().__init__(transport=server.transport, token=token, **options)
        self._server = server
        self._test = test
        self._deliberate = deliberate
        self._session: Session = server.app.sandbox.sessions[self.name]
        self._seen = Tally(Counter(), Counter())
        self._after = 0
        self._unused_before_reset: list[UnusedRule] = []
        self.passed = False  # whether the test did; of one that fails, idle rules prove nothing
        server.run.vendors |= set(options.get("vendors", ()))

    def reset(self) -> None:
        """Exactly what the session started with; coverage is kept."""
        self.count()
        self._unused_before_reset = self.unused_rules()
        super().reset()
        self._server.call(self._begin)

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """The session as it was at a snapshot; coverage is kept."""
        self.count()
        super().restore(snapshot)
        self._server.call(self._begin)

    def close(self) -> None:
        """Counts what is not counted yet, and deletes the session."""
        if self._open:
            self._server.forget(self)
            self.count()
            if self.passed:
                self._server.run.unused += self.unused_rules()
        super().close()

    def count(self) -> None:
        """Adds what came since it was last counted to the run."""
        self._server.call(self._count)

    def unused_rules(self) -> list[UnusedRule]:
        """The rules that the test added and no call met."""
        return [
            *self._unused_before_reset,
            *self._server.call(lambda: unused_rules(self._session, self._test)),
        ]

    def report_lines(self) -> Iterator[str]:
        """What the session was asked, line by line, and why it was answered so."""
        try:
            yield from self._server.call(lambda: list(_request_lines(self._session)))
        except UnderstudyError as error:  # nothing that is told of a failure may fail itself
            yield str(error)
        for host in self.stopped:
            yield f"stopped: a call to {host}"

    def _count(self) -> None:
        session = self._session
        now = tally(session)
        fresh = Tally(now.asked - self._seen.asked, now.moved - self._seen.moved)
        wrong = [] if self._deliberate else mistakes(session, after=self._after)
        tests = (self._test,) if self._test else ()
        rows = [convert({**row, "tests": tests}, Mistake) for row in wrong]
        self._server.counts.add(fresh, rows)
        self._begin()

    def _begin(self) -> None:
        self._seen = tally(self._session)
        self._after = self._session.journal.number


def _request_lines(session: Session) -> Iterator[str]:
    journal = session.journal
    count = f"{journal.number} request{'s' * (journal.number != 1)}"
    yield f"session {session.name} at {iso(session.clock.now())}, {count}"
    entries = list(journal)[-SHOWN:]
    if len(entries) < journal.number:
        yield f"  ... the last {len(entries)} of them"
    for entry in entries:
        row = summary(session, entry)
        lost = f", {row['lost']} lost" if "lost" in row else ""
        by = "" if row["by"] == "behaviour" else f"  by {row['by']}{lost}"
        answer = f"{row['status'] or 'no answer'} {row['answer']}".strip()
        vendor = "" if row["vendor"] == row["by"] else f"/{row['vendor']}"  # the sandbox itself
        yield f"  {row['number']}  {row['method']} {vendor}{row['path']}  {answer}{by}"
        if by:
            hint = f"; {entry.hint}" if entry.hint else ""
            yield f"     because {row['because']}{hint}"
            yield from _missing(session, entry)
    for rule in session.rules.listing(magic=False):
        if not rule.acted:
            yield f"rule {rule.id} {rule.rule.name!r} never acted: {rule.matched} calls matched it"


def _missing(session: Session, entry: Entry) -> Iterator[str]:
    """What an id that is not there may have been meant for, and where the YAML is that makes it."""
    if entry.problem is None or entry.problem.missing is None:
        return
    told = missing_view(session, entry, entry.problem.missing)
    more = f" and {told['more']} more" if told["more"] else ""
    yield f"     there are {told['collection']}: {', '.join(told['exists']) or 'none'}{more}"
    if "yaml" in told:
        yield f"     to have it sandbox.load(sandbox.why({entry.number})['missing']['yaml'])"
