"""`understudy serve` as a process of its own, for tests that look at it from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

PATIENCE = 30  # seconds


@dataclass
class Serving:
    """A server that listens, and how to end it."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @property
    def url(self) -> str:
        url: str = self.ready["url"]
        return url

    @property
    def looply(self) -> Any:
        return self.ready["vendors"]["looply"]

    def end(self, by: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Ends it: the exit code, what it printed and what it complained about."""
        os.kill(self.process.pid, by)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Serving]:
    """`understudy serve --port 0` with these options, ready."""
    ready = folder / "ready.json"
    process = start("--port", "0", "--ready-file", str(ready), *options)
    try:
        end = time.monotonic() + PATIENCE
        while not ready.exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end, "it does not get ready"
            time.sleep(0.01)
        yield Serving(process, json.loads(ready.read_text(encoding="utf-8")))
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)


def start(*options: str, **environment: str) -> subprocess.Popen[str]:
    """`understudy serve` as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "understudy", "serve", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any


def ask(
    url: str, headers: Mapping[str, str] | None = None, body: str = "", method: str = ""
) -> Answer:
    """One call over the network."""
    call = Request(url, body.encode() or None, dict(headers or {}), method=method or None)
    try:
        with urlopen(call, timeout=PATIENCE) as reply:
            return Answer(reply.status, dict(reply.headers), json.loads(reply.read() or b"null"))
    except HTTPError as error:
        return Answer(error.code, dict(error.headers), json.loads(error.read() or b"null"))
