"""What a story is played against, and the session it has there for itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, urlencode

from msgspec import DecodeError, json

from understudy.errors import InputError, ScenarioError
from understudy.scenarios.stories.model import Advance, ChangeRecord, NamedEntry, Scenario, SetClock

ADMIN = "/__admin"
PAGE = 1_000  # records asked for at once

Headers = Sequence[tuple[str, str]]


class Answered(NamedTuple):
    """What came back: status, headers in order, body."""

    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def json(self) -> Any:
        """The body as JSON, or as the text it is; None: no body."""
        if not self.body:
            return None
        try:
            return json.decode(self.body)
        except (DecodeError, UnicodeDecodeError, RecursionError):
            return self.body.decode("utf-8", "replace")


class Lost(NamedTuple):
    """The connection ended without an answer."""

    how: str = "the connection was lost"


class Target(Protocol):
    """Anything that takes a request: a sandbox in this process, or one behind a URL."""

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        """Sends one request; `path` begins with a slash and holds the query."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session of its own in a sandbox, driven by the admin API."""

    target: Target
    name: str
    token: str | None = None

    @classmethod
    def start(
        cls,
        target: Target,
        scenario: Scenario,
        *,
        token: str | None = None,
        seed: int = 0,
        begun: Collection[str] = (),
        is_loaded: bool = False,
    ) -> Session:
        """A session that begins as the scenario says; on a frozen clock unless it says another, or
        the sandbox has begun with one (`begun`: of clock and seed what it has). With `is_loaded`
        every session of the sandbox begins with the scenario anyway."""
        source = scenario.source
        wanted: dict[str, Any] = {} if is_loaded else {"scenario": source.text or source.value}
        if scenario.clock is None and "clock" not in begun:
            wanted["clock"] = "frozen"
        if scenario.seed is None and "seed" not in begun:
            wanted["seed"] = seed
        asking = cls(target, "", token)
        status, body = asking._ask("POST", "/sessions", {**wanted, "name": session_name(scenario)})
        if status == 409 and body.get("type") == "urn:understudy:session-exists":
            status, body = asking._ask("POST", "/sessions", wanted)
        if status != 201:
            raise _refused(body, scenario.file)
        return cls(target, str(body["name"]), token)

    def advance(self, step: Advance) -> None:
        """Lets time pass."""
        value: str | bool = step.value if step.how in ("by", "to") else True
        self._do("POST", "/clock/advance", {step.how: value}, step.where)

    def advance_by(self, length: int, where: str) -> None:
        """Lets so many milliseconds pass."""
        self._do("POST", "/clock/advance", {"by": f"{length}ms"}, where)

    def set_clock(self, step: SetClock) -> None:
        """Freezes, thaws, moves on or speeds up the clock."""
        self._do("PUT", "/clock", step.setting, step.where)

    def change_record(self, step: ChangeRecord, record_id: str, value: Any) -> None:
        """Changes, makes or removes a record by hand."""
        path = f"/records/{step.vendor}/{step.collection}"
        one = f"{path}/{quote(str(record_id), safe='')}"
        if step.how == "make":
            self._do("POST", path, value, step.where)
        elif step.how == "remove":
            self._do("DELETE", one, None, step.where)
        else:
            body = {"event": value} if step.how == "event" else value
            self._do("PATCH", one, body, step.where)

    def explanation(self, request_id: str) -> Mapping[str, Any]:
        """Why a request was answered as it was; empty where the sandbox does not know."""
        number = request_id.rpartition(".")[2]
        status, body = self._ask("GET", f"/sessions/{self.name}/requests/{number}")
        return body if status == 200 and isinstance(body, Mapping) else {}

    def lost(self) -> str:
        """The id of the last request, where a fault lost it or its answer; else empty."""
        try:
            status, body = self._ask("GET", f"/sessions/{self.name}/requests/latest")
        except InputError:  # the sandbox itself is lost
            return ""
        told = status == 200 and isinstance(body, Mapping) and body.get("lost")
        return str(body["id"]) if told else ""

    def verify(self) -> Mapping[str, Any]:
        """Holds the session against the scenario's verifications: what is unmet."""
        status, body = self._ask("POST", f"/sessions/{self.name}/verify")
        if status not in (200, 409) or not isinstance(body, Mapping):
            raise _refused(body, "verify")
        return body

    def unmatched(self) -> list[Mapping[str, Any]]:
        """The rules of its own that no call has matched, with what came nearest."""
        status, body = self._ask("GET", f"/sessions/{self.name}/rules?nearest=true&limit={PAGE}")
        if status != 200 or not isinstance(body, Mapping):
            raise _refused(body, "rules")
        return [each for each in body.get("rules", ()) if each.get("nearest")]

    def records(self, vendor: str, collection: str) -> list[Mapping[str, Any]]:
        """Every record of a collection."""
        found: list[Mapping[str, Any]] = []
        query = {"vendor": vendor, "collection": collection, "limit": str(PAGE)}
        while True:
            path = f"/sessions/{self.name}/records?{urlencode(query)}"
            status, body = self._ask("GET", path)
            if status != 200:
                raise _refused(body, f"{vendor} {collection}")
            found.extend(body["records"])
            if body.get("next") is None:
                return found
            query["after"] = body["next"]

    def end(self) -> None:
        """Gives the session back."""
        self._ask("DELETE", f"/sessions/{self.name}")

    def prefix(self, vendor: str) -> str:
        """What stands before a vendor's path."""
        return f"/~{quote(self.name)}/{vendor}"

    def _do(self, method: str, path: str, body: Any, where: str) -> None:
        status, answer = self._ask(method, f"/sessions/{self.name}{path}", body)
        if status not in (200, 201):
            raise _refused(answer, where)

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = [("accept", "application/json")]
        if self.token:
            headers.append(("authorization", f"Bearer {self.token}"))
        if body is not None:
            headers.append(("content-type", "application/json"))
        content = b"" if body is None else json.encode(body)
        answer = self.target.send(method, ADMIN + path, headers, content)
        if isinstance(answer, Lost):
            raise InputError(f"the sandbox does not answer: {answer.how}", fix="Is it running?")
        return answer.status, answer.json()


class Foreign(Session):
    """What answers is no sandbox: nothing but the vendor's own calls can be asked of it."""

    def advance_by(self, length: int, where: str) -> None:
        """Nobody can make its time pass; the next look comes at once."""

    def explanation(self, request_id: str) -> Mapping[str, Any]:
        """It explains nothing."""
        return {}

    def lost(self) -> str:
        """It numbers no request."""
        return ""

    def records(self, vendor: str, collection: str) -> list[Mapping[str, Any]]:
        """It shows none."""
        return []

    def end(self) -> None:
        """It was never begun."""

    def prefix(self, vendor: str) -> str:
        """The vendor's whole path begins at the root."""
        return ""


def is_sandbox(target: Target) -> bool:
    """Whether a sandbox answers there; InputError when nobody does."""
    answer = target.send("GET", f"{ADMIN}/health", (), b"")
    if isinstance(answer, Lost):
        raise InputError(
            f"nothing answers there: {answer.how}", where="--url", fix="Is it running?"
        )
    told = answer.json() if answer.status == 200 else None
    return isinstance(told, Mapping) and "vendors" in told


def session_name(scenario: Scenario) -> str:
    """The name of the session a story is played in, the same each time."""
    return f"replay-{re.sub('[^A-Za-z0-9-]+', '-', scenario.file).strip('-')[-50:] or 'story'}"


def entry_of(named: NamedEntry, records: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What `${name.field}` may name: the entry as written, and the record that it became.

    `id` is the id that clients know: `workflow_id` where records of `workflows` have one.
    """
    name = named.entry["name"]
    for record in records:
        fields = record.get("fields", {})
        public = fields.get(f"{named.collection.removesuffix('s')}_id", record.get("id"))
        if fields.get("name") == name and public not in named.hidden:
            return {**fields, **record, "id": public, **named.entry}
    return named.entry


def _refused(body: Any, where: str) -> ScenarioError:
    told = body if isinstance(body, Mapping) else {}
    what = str(told.get("detail", "what answers is no sandbox"))
    place = str(told.get("where", ""))
    return ScenarioError(
        f"the sandbox refuses it: {what}{f' ({place})' if place else ''}",
        where=where,
        fix=str(told.get("fix", "")),
    )
