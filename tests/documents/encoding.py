"""Bodies as a client of an operation writes them: JSON, else the parts of a form."""

from __future__ import annotations

import json
from typing import Any

import httpx

from understudy.openapi.operation import Operation

PARTS = "multipart/form-data"


def json_type(operation: Operation) -> str:
    """The JSON type that an operation takes; "": it takes none."""
    kinds = operation.body.media_types if operation.body is not None else ()
    return next((each for each in kinds if "json" in each), "")


def is_parts(operation: Operation) -> bool:
    """Whether an operation takes a form with files and nothing before it."""
    return operation.body is not None and PARTS in operation.body.media_types[:1]


def encoded(operation: Operation, body: Any) -> tuple[bytes, str]:
    """The bytes of a body and their type."""
    kind = json_type(operation)
    if kind:
        return json.dumps(body).encode(), kind
    files = {name: (None, str(value)) for name, value in body.items()}
    request = httpx.Request("POST", "http://nowhere", files=files)
    return request.read(), request.headers["content-type"]
