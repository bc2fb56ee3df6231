"""A socket, and the ASGI server on it: told when it listens, ended cleanly by a signal."""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn

from understudy.errors import InputError

KEEP_ALIVE = 75  # seconds; pooled clients rest longer than uvicorn's 5 and would meet a closed door
GRACE = 1  # seconds that open answers get after Ctrl-C


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket; InputError when the address is taken, not ours or not allowed."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise InputError(
            f"no address is known for {host!r}", where="--host", fix="Leave it out for 127.0.0.1"
        ) from None
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(2048)
    except OSError as error:
        opened.close()
        raise _refused(error, host, port) from None
    return opened


def _refused(error: OSError, host: str, port: int) -> InputError:
    if error.errno == errno.EADDRINUSE:
        fix = "Stop what listens there, or say --port 0 for a free one"
        return InputError(f"port {port} of {host} is taken", where="--port", fix=fix)
    if error.errno in (errno.EACCES, errno.EPERM):
        fix = "Choose one from 1024 on, or 0 for a free one"
        return InputError(f"port {port} needs privileges", where="--port", fix=fix)
    if error.errno == errno.EADDRNOTAVAIL:
        fix = "Leave it out for 127.0.0.1"
        return InputError(f"{host} is no address of this machine", where="--host", fix=fix)
    return InputError(f"cannot listen on {host}:{port}: {error.strerror}", where="--host")


def origin_of(opened: socket.socket) -> str:
    """The origin that a client of this machine writes for the socket."""
    host, port = opened.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = "127.0.0.1" if opened.family == socket.AF_INET else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Calls back once it listens; Ctrl-C and SIGTERM end it as they should: with exit code 0."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Whoever ends the sandbox ends what waits in it: that is no news, least of all a traceback.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit  # the second one does not wait
        self.should_exit = True


def configuration(app: Any, **changes: Any) -> uvicorn.Config:
    """How Understudy is served; benchmarks serve what they compare with in the same way."""
    options: dict[str, Any] = {
        "access_log": False,
        "log_config": None,
        "log_level": "warning",
        "lifespan": "off",
        "ws": "none",
        "proxy_headers": False,
        "server_header": False,
        "date_header": False,
        "timeout_keep_alive": KEEP_ALIVE,
        "timeout_graceful_shutdown": GRACE,
    }
    return uvicorn.Config(app, **options | changes)


def serve(app: Any, opened: socket.socket, on_ready: Callable[[], None], **changes: Any) -> None:
    """Serves until a signal ends it."""
    Server(configuration(app, **changes), on_ready).run([opened])
