"""A small load generator: keep-alive connections, one request at a time on each, no pipelining.

`python -m tests.benchmark.sockets HOST:PORT SECONDS CONNECTIONS`, the requests on stdin with a
zero byte between them; prints requests/s, p50 ms, p99 ms, requests, failures, the slowest in ms.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from itertools import cycle

LIMIT = 2_000_000  # requests of one run, whatever the time allows


@dataclass
class Tally:
    """What came back."""

    took: list[float] = field(default_factory=list)
    failed: int = 0


class Connection:
    """One connection and the answer it waits for."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = 0.0
        self.got = b""

    def ask(self, request: bytes) -> None:
        self.got = b""
        self.sent = time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> bool:
        """Takes what has come; whether the answer is whole."""
        came = self.socket.recv(65536)
        if not came:
            raise ConnectionError("the server closed the connection")
        self.got += came
        head, gap, body = self.got.partition(b"\r\n\r\n")
        if not gap:
            return False
        _, _, length = head.lower().partition(b"content-length:")
        return len(body) >= int(length.split(b"\r\n", 1)[0])

    @property
    def well(self) -> bool:
        return self.got[9:10] == b"2"


def load(address: tuple[str, int], requests: list[bytes], seconds: float, count: int) -> Tally:
    """The requests in turn over that many connections until the time is over."""
    tally, turn = Tally(), cycle(requests)
    with selectors.DefaultSelector() as selector:
        open_ones = [Connection(address) for _ in range(count)]
        for connection in open_ones:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(next(turn))
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end and len(tally.took) < LIMIT:
            for key, _ in selector.select(end - now):
                if key.data.answered():
                    tally.took.append(time.perf_counter() - key.data.sent)
                    tally.failed += not key.data.well
                    key.data.ask(next(turn))
        for connection in open_ones:
            connection.socket.close()
    return tally


def main() -> None:
    where, seconds, count = sys.argv[1:]
    host, _, port = where.rpartition(":")
    requests = sys.stdin.buffer.read().split(b"\0")
    tally = load((host, int(port)), requests, float(seconds), int(count))
    took = sorted(tally.took)
    p50, p99 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.99))
    print(len(took) / float(seconds), p50, p99, len(took), tally.failed, took[-1] * 1000)


if __name__ == "__main__":
    main()
