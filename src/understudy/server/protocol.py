"""uvicorn's HTTP protocol, with one thing more: the application can drop the connection."""

from __future__ import annotations

import socket
import struct
from typing import Any, Literal

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

ABORT = "understudy.abort"
Way = Literal["reset", "close"]

_RESET = struct.pack("ii", 1, 0)  # linger for no time: the peer gets RST instead of FIN


class AbortableProtocol(HttpToolsProtocol):
    """Puts a function into `scope["extensions"]` that drops the connection without an answer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        extensions: Any = {ABORT: self.abort}
        self.scope["extensions"] = extensions

    def abort(self, by: Way) -> None:
        """Ends the connection at once: `reset` sends RST, `close` sends FIN."""
        transport: Any = self.transport
        if by == "reset":
            sock = transport.get_extra_info("socket")
            if sock is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
