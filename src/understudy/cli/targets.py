"""What a story is played against: a sandbox in this process, or one that runs behind a URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from understudy.scenarios.target import Answered, Headers, Lost, Target

PATIENCE = 60  # seconds for one answer; a story's waits are virtual


class Inside:
    """The application in this process, without a port."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        """One request to the application."""
        from understudy.server.inprocess import ConnectionLost

        try:
            answer = self.client.ask(method, path, headers, body)
        except ConnectionLost as lost:
            return Lost(str(lost))
        return Answered(answer.status, answer.headers, answer.body)


class Outside:
    """A sandbox over HTTP."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        """One request over the network."""
        import httpx

        try:
            answer = self.client.request(method, path, headers=list(headers), content=body)
        except httpx.TransportError as error:
            return Lost(f"{type(error).__name__}: {error}".rstrip(": "))
        return Answered(answer.status_code, answer.headers.multi_items(), answer.content)


@contextmanager
def target(url: str | None) -> Iterator[Target]:
    """The sandbox behind that URL; None: a fresh one in this process."""
    if url is None:
        from understudy.server.app import create_app
        from understudy.server.inprocess import InProcess
        from understudy.settings import FROZEN, LONGEST_JOURNAL, Settings

        with InProcess(create_app(Settings(clock=FROZEN, journal=LONGEST_JOURNAL))) as client:
            yield Inside(client)
    else:
        import httpx

        from understudy.server.listen import is_loopback

        # No proxy knows this machine; beyond it there may be no other way.
        beyond = not is_loopback(urlsplit(url).hostname or "")
        with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=beyond) as client:
            yield Outside(client)
