"""Documents written to a file and read as their users' are; all their operations called."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.modeled.application import application
from understudy.modeled.assembly import Modeled
from understudy.modeled.sources import load
from understudy.server.inprocess import Answered, ask

Document = Mapping[str, Any]
BODY = b'{"id":"x","x":"' + b"a" * 30_000 + b'!"}'


def read(folder: Path, made: Document | str) -> Modeled:
    """The document, from a file of its own folder."""
    file = folder / "inner" / "document.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(made if isinstance(made, str) else json.dumps(made))
    (found,) = load(str(file))
    return found


def answers(made: Modeled) -> list[Answered]:
    """What each operation answers to no body, to a large one and to an empty object."""
    app = application(made, clock="frozen")
    found = []
    for each in made.contract.operations.values():
        path = quote(re.sub(r"\{[^{}]*\}", "x", each.path))
        for body in (b"", BODY, b"{}") if each.body is not None else (b"",):
            headers = {"content-type": "application/json"} if body else {}
            asked = ask(app, each.method, f"/{made.vendor.name}{path}", headers.items(), body)
            found.append(asyncio.run(asked))
    return found
