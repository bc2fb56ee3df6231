"""A real browser for the console: Debian's Chromium by Playwright; where none is, a skip."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from understudy.client import create_app
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import Settings

NAMES = ("chromium", "chromium-browser")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000  # milliseconds for what comes by itself; the machine may be busy


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser; a skip that says why where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


class Seat:
    """A person before the console of a sandbox, in a session of their own."""

    def __init__(self, context: BrowserContext, server: ThreadServer, session: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.url, self.session = server.url, session
        self.wrong: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._see)

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "status of 4" not in text:
            self.wrong.append(text)

    def _see(self, request: Request) -> None:
        self.hosts.add(urlsplit(request.url).netloc)

    def open(self, path: str) -> Page:
        """A page of the session."""
        self.page.goto(f"{self.url}/__admin/console/sessions/{self.session}{path}")
        return self.page

    def resume(self, process: str = "order-1001") -> int:
        """A client's call in the session."""
        reply = httpx.post(
            f"{self.url}/~{self.session}/looply/v2/workflows/resumeWorkflow/{process}",
            headers={"x-api-key": "looply-key-northwind"},
            json={"payload": {"source": "SAP"}},
        )
        return reply.status_code


def start(server: ThreadServer, **session: Any) -> None:
    """Starts a session."""
    reply = httpx.post(f"{server.url}/__admin/sessions", json=session)
    assert reply.status_code == 201, reply.text


def serve(**settings: Any) -> ThreadServer:
    """A sandbox with one vendor on a port."""
    return ThreadServer(create_app(Settings(vendors=("looply",), **settings)))
