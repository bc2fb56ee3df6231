"""What requests gets from an application in this process."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3 import HTTPHeaderDict, HTTPResponse

from understudy.server.inprocess import CallTimeout, ConnectionLost, InProcess


def answered(adapter: Any, app: Any, request: Any, target: str, timeout: Any) -> requests.Response:
    """One call; what requests raises for a connection that broke or took too long."""
    parts = urlsplit(target)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    patience = timeout[1] if isinstance(timeout, tuple) else timeout
    with InProcess(app) as inside:
        try:
            answer = inside.ask(request.method, path, list(request.headers.items()), body, patience)
        except CallTimeout as late:
            raise requests.ReadTimeout(str(late), request=request) from None
        except ConnectionLost as lost:
            raise requests.ConnectionError(str(lost), request=request) from None
    raw = HTTPResponse(
        body=io.BytesIO(answer.body),
        headers=HTTPHeaderDict(answer.headers),
        status=answer.status,
        preload_content=False,
    )
    reply: requests.Response = adapter.build_response(request, raw)
    return reply
