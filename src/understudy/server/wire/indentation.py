"""The sandbox's own answers, indented where a person reads them: by curl or in a browser."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from understudy.vendor import Reply

LARGEST = 1024 * 1024  # bytes of what is indented: more is for programs


def indented(reply: Reply, headers: Mapping[str, str]) -> Reply:
    """The reply, its JSON indented and with a newline behind it where a person reads it."""
    if reply.body is None or reply.raw is not None or not _read_by_a_person(headers):
        return reply
    plain = msgspec.json.encode(reply.body)
    if len(plain) <= LARGEST:
        reply.raw = msgspec.json.format(plain, indent=2) + b"\n"
    return reply


def _read_by_a_person(headers: Mapping[str, str]) -> bool:
    agent = headers.get("user-agent", "").lower()
    return agent.startswith(("curl/", "wget/", "httpie/")) or "text/html" in headers.get(
        "accept", ""
    )
