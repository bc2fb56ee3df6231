"""A story as the whole body of a request: YAML as in its file, or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from understudy.openapi.operation import Operation, Violation
from understudy.server.admin.envelope import invalid
from understudy.vendor import Call

BEGINS = "understudy"  # the key that tells a story from a request that carries one
YAML = ("application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml")


def in_json(operation: Operation, call: Call) -> tuple[Mapping[str, str], bytes]:
    """The headers and the body of a call; a story in YAML becomes JSON that carries its text."""
    takes = operation.body.media_types if operation.body is not None else ()
    if YAML[0] not in takes or not call.body:
        return call.headers, call.body
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() not in YAML:
        return call.headers, call.body
    try:
        text = call.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = call.body[: error.start].count(b"\n") + 1
        message = f"the body is no UTF-8 in line {line}"
        wrong = Violation("body", "", "", "encoding", "UTF-8", None, message)
        raise invalid([wrong], operation) from None
    headers = {**call.headers, "content-type": "application/json"}
    return headers, msgspec.json.encode({"scenario": {"text": text}})


def unwrapped(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body that says what a story's own body means."""
    return {"scenario": body} if BEGINS in body else body
