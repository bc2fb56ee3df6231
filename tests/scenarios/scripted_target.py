"""A sandbox that answers by script: what it was asked, and what it says to each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import json

from understudy.scenarios.stories.target import Answered, Headers, Lost

Says = Callable[[str, str], Any]
CREDENTIALS = [
    {"id": "other", "state": "", "created": "", "fields": {"key": "k-2"}},
    {"id": "default", "state": "", "created": "", "fields": {"key": "k-1"}},
]


class ScriptedTarget:
    """A target whose admin API works and whose vendor says what the test wants."""

    def __init__(self, *answers: Any, admin: Mapping[str, Any] | None = None) -> None:
        self.answers = list(answers)
        self.admin = dict(admin or {})
        self.asked: list[tuple[str, str, Any]] = []
        self.headers: list[dict[str, str]] = []

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        self.asked.append((method, path, json.decode(body) if body else None))
        self.headers.append(dict(headers))
        if path.startswith("/__admin"):
            return self._admin(method, path.removeprefix("/__admin"))
        answer = self.answers.pop(0)
        return answer if isinstance(answer, Lost) else replied(*answer)

    @property
    def calls(self) -> list[tuple[str, str]]:
        """What the vendor was asked."""
        return [(m, p) for m, p, _ in self.asked if not p.startswith("/__admin")]

    def bodies(self, ending: str) -> list[Any]:
        """The bodies of the admin requests whose path ends so."""
        return [body for _, path, body in self.asked if path.endswith(ending)]

    def _admin(self, method: str, path: str) -> Answered:
        for ending, answer in self.admin.items():
            if path.partition("?")[0].endswith(ending):
                said = answer.pop(0) if isinstance(answer, list) else answer
                return replied(*said)
        if path == "/sessions":
            return replied(201, {"name": "stage"})
        if "/records?" in path:
            records: Sequence[Any] = CREDENTIALS if "credentials" in path else ()
            return replied(200, {"records": records, "next": None})
        return replied(200 if method != "DELETE" else 204, {"ok": True})


def replied(status: int, body: Any = None, **headers: str) -> Answered:
    """An answer; a text is sent as it is, all else as JSON."""
    content = b"" if body is None else body.encode() if isinstance(body, str) else json.encode(body)
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answered(status, named, content)
