"""A server that is not ours, for tests of what is sent to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# Of a method, a target and headers by lower-case name the status and the body.
Answer = Callable[[str, str, Mapping[str, str]], tuple[int, bytes]]


@contextmanager
def foreign_server(answer: Answer) -> Iterator[str]:
    """One that answers so every GET, POST and DELETE; its origin."""

    class Handler(BaseHTTPRequestHandler):
        def told(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.rfile.read(int(headers.get("content-length", 0)))
            status, body = answer(self.command, self.path, headers)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = told

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
