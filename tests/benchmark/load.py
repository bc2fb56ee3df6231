"""A load on one server for a bounded time: wrk where it is, else sockets of our own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CONNECTIONS = 16  # enough to keep one server process busy, few enough for honest latencies
_SIZES = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Target:
    """One request, or several in turn; they share method, headers and body."""

    origin: str
    paths: Sequence[str]
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    body: str = ""


@dataclass(frozen=True)
class Measured:
    """What a load saw: requests a second, milliseconds at two percentiles, and refusals."""

    per_second: float
    p50: float
    p99: float
    requests: int
    failed: int  # answers other than 2xx, and broken connections
    longest: float = 0  # milliseconds of the slowest answer
    cpu: float = 0  # microseconds of the server's processor per request: steady on a shared machine


def generator() -> str:
    return "wrk" if shutil.which("wrk") else "sockets"


def run(target: Target, seconds: float, folder: Path, by: str = "") -> Measured:
    """The load for that long, by the generator this machine has."""
    if (by or generator()) == "wrk":
        return wrk(target, seconds, folder)
    return sockets(target, seconds)


def wrk(target: Target, seconds: float, folder: Path) -> Measured:
    """One thread of wrk; its script makes every request before the clock starts."""
    script = folder / "load.lua"
    script.write_text(lua(target), encoding="utf-8")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency"]
    done = subprocess.run(
        [*command, "-s", str(script), target.origin],
        capture_output=True,
        text=True,
        timeout=seconds + 30,
        check=True,
    )
    return parse(done.stdout)


def lua(target: Target) -> str:
    """The requests as a wrk script."""
    headers = "".join(
        f"wrk.headers[{quoted(name)}] = {quoted(value)}\n"
        for name, value in (target.headers or {}).items()
    )
    body = quoted(target.body) if target.body else "nil"
    paths = ", ".join(quoted(path) for path in target.paths)
    return (
        f"{headers}local paths = {{{paths}}}\nlocal made, at = {{}}, 0\n"
        "function init(args)\n"
        "  for i, path in ipairs(paths) do\n"
        f"    made[i] = wrk.format({quoted(target.method)}, path, nil, {body})\n"
        "  end\n"
        "end\n"
        "function request()\n  at = at % #made + 1\n  return made[at]\nend\n"
    )


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def parse(printed: str) -> Measured:
    """What wrk printed."""
    total = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m)", printed)
    assert total is not None, printed
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    broken = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", printed
    )
    seconds = float(total[2]) * _SIZES[total[3]] / 1000
    return Measured(
        per_second=int(total[1]) / seconds,
        p50=_percentile(printed, 50),
        p99=_percentile(printed, 99),
        requests=int(total[1]),
        failed=int(failed[1] if failed else 0) + sum(map(int, broken.groups() if broken else ())),
        longest=_longest(printed),
    )


def _longest(printed: str) -> float:
    found = re.search(r"Latency\s+\S+\s+\S+\s+([\d.]+)(us|ms|s|m)", printed)
    assert found is not None, printed
    return float(found[1]) * _SIZES[found[2]]


def _percentile(printed: str, percent: int) -> float:
    found = re.search(rf"^\s*{percent}%\s+([\d.]+)(us|ms|s|m)$", printed, re.MULTILINE)
    assert found is not None, printed
    return float(found[1]) * _SIZES[found[2]]


def sockets(target: Target, seconds: float) -> Measured:
    """Our own generator in a process of its own, so that it takes no time from anybody's loop."""
    parts = urlsplit(target.origin)
    requests = [wire(target, path, parts.netloc) for path in target.paths]
    command = [sys.executable, "-m", "tests.benchmark.sockets", parts.netloc, str(seconds)]
    done = subprocess.run(
        [*command, str(CONNECTIONS)],
        input=b"\0".join(requests),
        capture_output=True,
        timeout=seconds + 30,
        check=True,
    )
    per_second, p50, p99, count, failed, longest = map(float, done.stdout.split())
    return Measured(per_second, p50, p99, int(count), int(failed), longest)


def wire(target: Target, path: str, host: str) -> bytes:
    """One request as bytes."""
    headers = {"host": host, **(target.headers or {})}
    if target.body:
        headers["content-length"] = str(len(target.body.encode()))
    lines = [f"{target.method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n" + target.body).encode()
