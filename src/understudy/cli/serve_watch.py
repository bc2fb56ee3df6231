"""`serve --watch`: looks after files for as long as the server's loop runs."""

from __future__ import annotations

from asyncio import get_running_loop

import click

from understudy.modeled.sources import Named
from understudy.server.sessions.document_watch import DocumentWatch
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.watch import EVERY, Watch


def watch(sandbox: Sandbox, documents: tuple[Named, ...]) -> None:
    """Takes in what was edited of scenario files, documents and the project."""

    def tell(line: str) -> None:
        click.echo(line, err=True)

    watches, loop = [Watch(sandbox, tell).look], get_running_loop()
    if sandbox.settings.documents:
        watches.append(DocumentWatch(sandbox, documents, tell).look)

    def tick() -> None:
        try:
            for look in watches:
                look()
        finally:
            loop.call_later(EVERY, tick)

    loop.call_later(EVERY, tick)
