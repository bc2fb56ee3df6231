"""A server that runs already, used by a suite: sessions of its own there, over HTTP alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import structs

from understudy.checks.coverage import Coverage, Mistake, read, since
from understudy.client.admin_api import HttpTransport, Refused
from understudy.client.sandbox import Sandbox
from understudy.errors import UnderstudyError
from understudy.plugin.summary import Run, UnusedRule
from understudy.settings import Settings

SHOWN = 50  # requests told of a failed test, the last ones
EXISTS = "urn:understudy:session-exists"


class RemoteServer:
    """A sandbox behind a URL; every test has a session of its own in it."""

    app = None  # it is in another process

    def __init__(self, url: str, settings: Settings, run: Run, begun: Collection[str] = ()) -> None:
        self.run = run
        self.begun = begun  # of clock and seed, what the server's project says
        self.settings = settings
        self.transport = HttpTransport(url)
        self.url = self.transport.origin
        self._sandboxes: set[RemoteSandbox] = set()

    def __enter__(self) -> RemoteServer:
        return self

    def __exit__(self, *_: object) -> None:
        for sandbox in list(self._sandboxes):
            sandbox.close()
        self.transport.close()

    def sandbox(self, **options: Any) -> RemoteSandbox:
        """Another session; it ends with its `with` block, at the latest with the run."""
        opened = RemoteSandbox(self, **options)
        self._sandboxes.add(opened)
        return opened

    def named(self, names: Iterable[str], **options: Any) -> RemoteSandbox:
        """A session of the first of these names that is free."""
        taken: Refused | None = None
        for name in names:
            try:
                return self.sandbox(name=name, **options)
            except Refused as error:
                if error.problem.get("type") != EXISTS:
                    raise
                taken = error
        raise taken or Refused("there is no name")

    def forget(self, sandbox: RemoteSandbox) -> None:
        """It has ended."""
        self._sandboxes.discard(sandbox)


class _Shared:
    """The server's transport, which outlives a session."""

    app = None

    def __init__(self, transport: HttpTransport) -> None:
        self.origin, self.facts, self.send = transport.origin, transport.facts, transport.send

    def close(self) -> None:
        """It is the server's."""


class RemoteSandbox(Sandbox):
    """A session of a running server. What it counted outlives its end, and every reset."""

    def __init__(
        self, server: RemoteServer, *, test: str = "", deliberate: bool = False, **options: Any
    ) -> None:
        settings = server.settings
        usual = {"clock": settings.clock, "seed": settings.seed}
        options = {**{k: v for k, v in usual.items() if k not in server.begun}, **options}
        super().__init__(transport=_Shared(server.transport), token=settings.admin_token, **options)
        self._server = server
        self._test = test
        self._deliberate = deliberate
        self._seen = Coverage()
        self._unused_before_reset: list[UnusedRule] = []
        self.passed = False
        self._chosen_vendors = tuple(options.get("vendors", ()))
        try:
            for scenario in settings.scenarios:
                self.load(scenario)
        except BaseException:
            super().close()
            raise

    def reset(self) -> None:
        """Exactly what the session started with; coverage is kept."""
        self.count()
        self._unused_before_reset = self.unused_rules()
        super().reset()
        self._seen = Coverage()

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """The session as it was at a snapshot; coverage is kept."""
        self.count()
        super().restore(snapshot)
        self._seen = self._coverage()

    def close(self) -> None:
        """Counts what is not counted yet, and deletes the session."""
        if self._open:
            self._server.forget(self)
            try:
                self.count()
                if self.passed:
                    self._server.run.unused += self.unused_rules()
            except UnderstudyError:
                pass  # somebody else ended it, or the server
        super().close()

    def count(self) -> None:
        """Adds what came since it was last counted to the run."""
        now = self._coverage()
        fresh = since(now, self._seen)
        tests = (self._test,) if self._test else ()
        wrong = () if self._deliberate else tuple(_of(each, tests) for each in fresh.mistakes)
        self._server.run.add_part(Coverage(fresh.vendors, wrong))
        self._seen = now

    def unused_rules(self) -> list[UnusedRule]:
        """The rules that the test added and no call met."""
        rows = self.pages("/rules", "rules", {"source": "admin", "nearest": "true"})
        unused = [_unused(row, self._test) for row in rows if _never_acted(row)]
        return [*self._unused_before_reset, *unused]

    def report_lines(self) -> Iterator[str]:
        """What the session was asked, line by line, and why it was answered so."""
        try:
            yield from list(_request_lines(self))
        except UnderstudyError as error:  # nothing that is told of a failure may fail itself
            yield str(error)
        for host in self.stopped:
            yield f"stopped: a call to {host}"

    def _coverage(self) -> Coverage:
        told = read(self.ask("GET", "/coverage"))
        there = {each.vendor for each in told.vendors}
        named = [name for name in self._chosen_vendors if name not in there]
        more = [read(self.ask("GET", f"/coverage?vendor={quote(name)}")) for name in named]
        vendors = (*told.vendors, *(vendor for each in more for vendor in each.vendors))
        return Coverage(vendors, told.mistakes)


def _of(mistake: Mistake, tests: Sequence[str]) -> Mistake:
    return structs.replace(mistake, tests=tuple(tests))


def _never_acted(row: Mapping[str, Any]) -> bool:
    """A quota that was counted against has acted."""
    if row["acted"]:
        return False
    return not row["matched"] or "limit" not in row["rule"].get("fault", {})


def _unused(row: Mapping[str, Any], test: str) -> UnusedRule:
    near = row.get("nearest")
    if near is None:
        count = "1 call matched" if row["matched"] == 1 else f"{row['matched']} calls matched"
        kept = f"{count}, and for none it was its turn"
    else:
        kept = f"{near['request']}: {near['note']}" if near["request"] else near["note"]
    return UnusedRule(test, f"{row['id']} {row['name']}", kept)


def _request_lines(sandbox: RemoteSandbox) -> Iterator[str]:
    rows = sandbox.requests()
    count = f"{len(rows)} request{'s' * (len(rows) != 1)}"
    yield f"session {sandbox.name} at {sandbox.clock.now}, {count}"
    if len(rows) > SHOWN:
        yield f"  ... the last {SHOWN} of them"
    for row in rows[-SHOWN:]:
        lost = f", {row['lost']} lost" if "lost" in row else ""
        by = "" if row["by"] == "behaviour" else f"  by {row['by']}{lost}"
        answer = f"{row['status'] or 'no answer'} {row['answer']}".strip()
        vendor = "" if row["vendor"] == row["by"] else f"/{row['vendor']}"
        yield f"  {row['number']}  {row['method']} {vendor}{row['path']}  {answer}{by}"
        if by:
            why = sandbox.why(row["number"])
            hint = f"; {why['hint']}" if why.get("hint") else ""
            yield f"     because {row['because']}{hint}"
            yield from _missing(row["number"], why.get("missing"))
    for row in sandbox.pages("/rules", "rules", {}):
        if row["source"] != "magic" and not row["acted"]:
            yield f"rule {row['id']} {row['name']!r} never acted: {row['matched']} calls matched it"


def _missing(number: int, missing: Mapping[str, Any] | None) -> Iterator[str]:
    """What an id that is not there may have been meant for, and where the YAML is that makes it."""
    if missing is None:
        return
    more = f" and {missing['more']} more" if missing["more"] else ""
    there = ", ".join(missing["exists"]) or "none"
    yield f"     there are {missing['collection']}: {there}{more}"
    if "yaml" in missing:
        yield f"     to have it sandbox.load(sandbox.why({number})['missing']['yaml'])"
