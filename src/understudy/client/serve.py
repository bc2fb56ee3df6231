"""A sandbox behind a port of this machine, for clients that open connections of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from understudy.client.admin_api import hidden
from understudy.errors import InputError

if TYPE_CHECKING:
    from understudy.server.wire.thread_server import ThreadServer

__tracebackhide__ = hidden


def serve(*, vendors: Sequence[str] = (), **settings: Any) -> ThreadServer:
    """A sandbox on a free port, in a thread of its own, until its `with` block ends or `close()`.

    `url` is its origin; `Sandbox(server.url)` opens a session in it. What else may be said is what
    `understudy serve` takes: `clock="frozen"`, `seed`, `any_key`, `scenarios`, `journal`.
    """
    from dataclasses import fields

    from understudy.server.app import create_app
    from understudy.server.wire.thread_server import ThreadServer
    from understudy.settings import Settings

    known = [each.name for each in fields(Settings) if each.name not in ("host", "port")]
    if unknown := [name for name in settings if name not in known]:
        raise InputError(f"serve has no {unknown[0]!r}", fix=f"There are {', '.join(known)}")
    if isinstance(vendors, str):
        raise InputError(f"vendors={vendors!r} is no list", fix=f"Write [{vendors!r}]")
    options: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in settings.items()
    }
    return ThreadServer(create_app(Settings(vendors=tuple(vendors), **options)))
