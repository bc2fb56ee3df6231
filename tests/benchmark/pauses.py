"""What a session's neighbours and its own calls feel of a reset, a fork, a load and a restore: the
slowest answers of the two seconds that begin with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from tests.benchmark import load, measure, servers, sockets
from tests.benchmark.load import Target
from tests.benchmark.servers import Running

CONNECTIONS = 32
SECONDS = 2.0  # that are looked at, from the moment on
SESSION = "/__admin/sessions/default"

Moment = Callable[[], None]


def pauses(folder: Path, rounds: int, seconds: float = SECONDS) -> dict[str, dict[str, float]]:
    """Milliseconds at the 99th percentile and of the slowest answer, by what happens meanwhile."""
    found: dict[str, list[tuple[float, float]]] = {}
    with ExitStack() as stack:
        ours = stack.enter_context(servers.understudy(folder, measure.scenario()))
        looply = ours.vendors["looply"]
        mine = measure.targets(looply["url"], looply["headers"])[measure.RESUME]
        replies = dict.fromkeys(("get", "create", "describe", "order", "orders"))
        replies["post"] = measure.ask_once(mine)
        bare = stack.enter_context(servers.rival("starlette", replies, folder))
        theirs = measure.targets(bare.origin, looply["headers"])[measure.RESUME]
        for _ in range(rounds):
            found.setdefault("starlette", []).append(_slowest(theirs, seconds))
            for name, moment in _moments(ours).items():
                begin_anew(ours)
                _slowest(mine, seconds / 4)  # what the reset costs is over
                found.setdefault(name, []).append(_slowest(mine, seconds, moment))
    return {name: _medians(each) for name, each in found.items()}


def begin_anew(ours: Running) -> None:
    """Every execution waits again as often as at the start."""
    servers.ask(f"{ours.origin}{SESSION}/reset", {}, method="POST")


def _medians(found: list[tuple[float, float]]) -> dict[str, float]:
    p99s, longest = zip(*found, strict=True)
    return {"p99": round(median(p99s), 1), "longest": round(median(longest), 1)}


def _moments(ours: Running) -> Mapping[str, Moment | None]:
    """What may happen to a session under load, by name."""
    names = count(1)

    def post(path: str, body: Any = None, method: str = "POST") -> Any:
        text = "" if body is None else json.dumps(body)
        return servers.ask(
            f"{ours.origin}{SESSION}{path}", {"content-type": "application/json"}, text, method
        )

    def fork() -> None:
        name = f"twin-{next(names)}"
        post("/fork", {"name": name})
        servers.ask(f"{ours.origin}/__admin/sessions/{name}", {}, method="DELETE")

    taken = post("/snapshot", method="GET")
    return {
        "understudy": None,
        "reset": lambda: post("/reset"),
        "fork": fork,
        "load": lambda: post("/scenario", {"text": _more(f"more-{next(names)}")}),
        "restore": lambda: post("/snapshot", taken, "PUT"),
    }


def _more(name: str) -> str:
    """The world of the load once more, under names of its own."""
    text = measure.scenario().replace("name: load", f"name: {name}")
    text = text.replace("workflow: load", f"workflow: {name}")
    return text.replace("process_id: load-", f"process_id: {name}-").replace("A world", name)


def _slowest(target: Target, seconds: float, moment: Moment | None = None) -> tuple[float, float]:
    """The 99th percentile and the longest answer of a load, in milliseconds."""
    where = urlsplit(target.origin)
    requests = [load.wire(target, path, where.netloc) for path in target.paths]
    address = (where.hostname or "", where.port or 0)
    at_once = Thread(target=moment) if moment is not None else None
    if at_once is not None:
        at_once.start()
    tally = sockets.load(address, requests, seconds, CONNECTIONS)
    if at_once is not None:
        at_once.join()
    if tally.failed:
        raise SystemExit(f"{tally.failed} answers of the load were refusals")
    took = sorted(tally.took)
    return took[int(len(took) * 0.99)] * 1000, took[-1] * 1000
