"""Calls Refold: the base world and more, every answer held to the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import json

from understudy.client import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings
from understudy.simulation.clock import duration
from understudy.simulation.world import World
from understudy.vendors.refold import VENDOR
from understudy.vendors.refold.records import Execution

ADA, BOB = "ada@northwind.example", "bob@northwind.example"
TEST_KEY = "tk11111111-aaaa-4bbb-8ccc-000000000001"
PRODUCTION_KEY = "pk11111111-aaaa-4bbb-8ccc-000000000001"
OTHER_KEY = "tk22222222-aaaa-4bbb-8ccc-000000000001"
TOKEN = "session-of-ada-at-northwind"

Headers = Mapping[str, str | None]


class Response(NamedTuple):
    """A status, a body, and which answer of the contract that is."""

    status: int
    body: Any
    answer: str
    headers: Mapping[str, str]

    @property
    def code(self) -> tuple[int, str]:
        return self.status, self.answer


class Harness:
    """A sandbox of its own; the clock stands still until `after` moves it."""

    def __init__(self, *, settings: Mapping[str, Any] | None = None, **section: Any) -> None:
        told = {"vendors": ("refold",), "clock": FROZEN, "verify_replies": True}
        self.app = create_app(Settings(**{**told, **(settings or {})}))
        self.client = InProcess(self.app)
        self.session = self.app.sandbox.session("default")
        VENDOR.populate(self.world, section, self.world.now)

    def __enter__(self) -> Harness:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @property
    def world(self) -> World:
        world: World = self.session.world("refold")
        return world

    def after(self, length: str) -> Harness:
        """The same, that much later."""
        self.session.advance(duration(length))
        return self

    def ask(
        self,
        method: str,
        path: str,
        headers: Headers | None = None,
        body: Any = None,
        *,
        key: str | None = TEST_KEY,
        raw: bytes | None = None,
    ) -> Response:
        """A call as it stands; a header of None is not sent."""
        sent = {"x-api-key": key, **(headers or {})}
        content = raw if raw is not None else b"" if body is None else json.encode(body)
        pairs = [(name, value) for name, value in sent.items() if value is not None]
        reply = self.client.ask(method, f"/refold{path}", pairs, content)
        received = dict(reply.headers)
        number = int(received["x-understudy-request"].rpartition(".")[2])
        entry = self.session.journal.get(number)
        assert entry is not None
        told = json.decode(reply.body) if reply.body else None
        assert "understudy" not in (told or {}), told
        return Response(reply.status, told, entry.answer, received)

    def execute(
        self,
        workflow: str = "create-task",
        *,
        sync: str | None = None,
        public: bool = False,
        slug: str | None = "asana",
        account: str | None = ADA,
        body: Any = None,
        raw: bytes | None = None,
        key: str | None = TEST_KEY,
        **headers: str,
    ) -> Response:
        """A call of executeWorkflow, or of its younger sister."""
        base = "/api/v2/public" if public else "/api/v1"
        said = {"linked_account_id": account, "slug": slug, "sync_execution": sync, **headers}
        return self.ask("POST", f"{base}/workflow/{workflow}/execute", said, body, key=key, raw=raw)

    def start(self, workflow: str = "create-task", **said: Any) -> str:
        """The id of a run that begins, or that is over."""
        told = self.execute(workflow, **said)
        assert told.status < 300, told
        return str(told.body["execution_id"])

    def response(
        self, execution_id: str, *, account: str | None = ADA, key: str | None = TEST_KEY
    ) -> Response:
        path = f"/api/v1/execution/{execution_id}/response"
        return self.ask("GET", path, {"linked_account_id": account}, key=key)

    def read(self, execution_id: str, *, account: str | None = ADA, key: str = TEST_KEY) -> Any:
        """The body of getPublicExecution."""
        path = f"/api/v2/public/execution/{execution_id}"
        told = self.ask("GET", path, {"linked_account_id": account}, key=key)
        assert told.status == 200, told
        return told.body

    def execution(self, which: str) -> Execution:
        """An execution by its name, or by its id."""
        executions = self.world["executions"]
        found: Execution | None = executions.first("name", which) or executions.get(which)
        assert found is not None, which
        return found

    def because(self) -> str:
        """Why the last call was answered so."""
        *_, entry = self.session.journal
        return str(entry.because)


def workflow(*steps: Mapping[str, Any], **entry: Any) -> dict[str, Any]:
    """A section with one workflow, `mine` of asana."""
    return {
        "workflows": [{"name": "mine", "alias": "mine", "slug": "asana", "steps": steps} | entry]
    }
