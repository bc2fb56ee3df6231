"""The servers under measure, each a process of its own with the same options of uvicorn."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

PATIENCE = 30  # seconds that a server may take to start


@dataclass(frozen=True)
class Running:
    """A server that listens."""

    pid: int
    origin: str
    vendors: Mapping[str, Any]

    @property
    def memory(self) -> float:
        """Resident megabytes."""
        status = Path(f"/proc/{self.pid}/status")
        if status.exists():
            line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
            return int(line.split()[1]) / 1024
        printed = subprocess.check_output(["ps", "-o", "rss=", "-p", str(self.pid)], text=True)
        return int(printed) / 1024

    @property
    def cpu(self) -> float:
        """Seconds of processor time it has had; 0 where the system does not tell."""
        status = Path(f"/proc/{self.pid}/stat")
        if not status.exists():
            return 0
        user, system = status.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def understudy(
    folder: Path, scenario: str = "", served: Sequence[str] = (), log: str = "off"
) -> Iterator[Running]:
    """`understudy serve` of these vendors and documents, with a scenario's text loaded."""
    ready = folder / f"understudy-{log}.json"
    options = ["--log", log]
    if scenario:
        (folder / "load.yaml").write_text(scenario, encoding="utf-8")
        options += ["--scenario", str(folder / "load.yaml")]
    command = serve_command(*served, "--port", "0", "--ready-file", str(ready), *options)
    with process(command) as started:
        told = json.loads(wait_for(ready, started))
        yield Running(started.pid, told["url"], told["vendors"])


@contextmanager
def rival(name: str, replies: Mapping[str, Any], folder: Path) -> Iterator[Running]:
    """One of the rivals, answering with these replies."""
    ready, bodies = folder / f"{name}.origin", folder / "replies.json"
    ready.unlink(missing_ok=True)  # an earlier rival's would tell of a server that is gone
    bodies.write_text(json.dumps(replies), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.benchmark.compared_servers",
        name,
        str(bodies),
        str(ready),
    ]
    with process(command) as started:
        yield Running(started.pid, wait_for(ready, started), {})


def serve_command(*options: str) -> list[str]:
    """`understudy serve`, all vendors: what most people type."""
    return [sys.executable, "-m", "understudy", "serve", *options]


def bytecode_is_kept() -> dict[str, str]:
    """The environment as it is where a program is installed: it is compiled once, not each time."""
    return {name: each for name, each in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended by its own id, whatever happens."""
    started = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield started
    finally:
        with suppress(ProcessLookupError):
            os.kill(started.pid, signal.SIGTERM)
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_for(file: Path, started: subprocess.Popen[bytes]) -> str:
    """What the file says, once it is there; the process must not end before."""
    end = time.monotonic() + PATIENCE
    while not file.exists():
        if started.poll() is not None:
            raise SystemExit(f"a server ended with {started.returncode} instead of starting")
        if time.monotonic() > end:
            raise SystemExit(f"a server did not start within {PATIENCE} s")
        time.sleep(0.01)
    return file.read_text(encoding="utf-8")


def ask(url: str, headers: Mapping[str, str], body: str = "", method: str = "GET") -> Any:
    """One call, its JSON."""
    call = Request(url, body.encode() or None, dict(headers), method=method)
    with urlopen(call, timeout=30) as reply:
        return json.loads(reply.read() or b"null")


def first_answer(
    path: str, headers: Mapping[str, str], cache: Path, vendors: Sequence[str] = ()
) -> float:
    """Milliseconds from the start of the process to its first answer over HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begin = time.perf_counter()
    environment = {**bytecode_is_kept(), "UNDERSTUDY_CACHE": str(cache)}
    started = subprocess.Popen(
        serve_command(*vendors, "--port", str(port)), stdout=subprocess.DEVNULL, env=environment
    )
    try:
        while time.perf_counter() - begin < PATIENCE:
            try:
                ask(f"http://127.0.0.1:{port}{path}", headers)
            except (URLError, ConnectionError):
                time.sleep(0.002)
            else:
                return (time.perf_counter() - begin) * 1000
        raise SystemExit(f"no answer within {PATIENCE} s")
    finally:
        started.terminate()
        started.wait(10)
