"""A client that offers another protocol (Java's offers HTTP/2) is served by this one."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.clients.sandbox_process import Session

OFFER = (
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
)


def ask(connection: socket.socket, shop: Session, body: str, headers: str = "") -> tuple[int, str]:
    """One POST over a connection that stays open: the status, and the code of a refusal."""
    url = urlsplit(f"{shop.url}/accounts/account_id/workflows/order/instances")
    head = f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\n{headers}"
    fields = f"Authorization: Bearer shop-token\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(f"{head}Content-Type: application/json\r\n{fields}{body}".encode())
    return read(connection)


def read(connection: socket.socket) -> tuple[int, str]:
    lines, body = b"", b""
    while not lines.endswith(b"\r\n\r\n"):
        lines += connection.recv(1)
    length = next(
        int(line.partition(b":")[2])
        for line in lines.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(length - len(body))
    told = json.loads(body)
    return int(lines.split()[1]), told["result"]["id"] if told["success"] else ""


@pytest.mark.parametrize("offer", [OFFER, "Connection: Upgrade\r\nUpgrade: websocket\r\n"])
def test_the_body_arrives_and_the_connection_stays(shop: Session, offer: str) -> None:
    url = urlsplit(shop.origin)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as connection:
        for number, headers in enumerate((offer, "", offer)):
            text = "\r\nUpgrade: in a body is no offer"
            body = json.dumps({"instance_id": f"i{number}", "params": text})
            assert ask(connection, shop, body, headers) == (200, f"i{number}")
    told = shop.admin("GET", "/records?vendor=cloudflare&collection=instances")["records"]
    assert {each["fields"]["params"] for each in told} == {text}
