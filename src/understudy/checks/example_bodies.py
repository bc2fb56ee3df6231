"""Values as the bytes of a body: JSON, forms, text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from understudy.openapi.media_types import FORM, is_json
from understudy.openapi.operation import Body

JSON = "application/json"
BOUNDARY = "understudy"


class Content(NamedTuple):
    """A body as it is sent."""

    media_type: str
    content: bytes
    fields: tuple[tuple[str, str], ...] = ()  # of a form


def media_type_of(body: Body | None) -> str:
    """The media type in which an example is sent: JSON where it is one of several."""
    types = () if body is None else body.media_types
    found = next((each for each in types if is_json(each)), next(iter(types), JSON))
    return JSON if "*" in found else found


def encode(value: Any, media_type: str) -> Content:
    """A value in that media type."""
    if media_type == FORM:
        fields = tuple(_fields(value))
        return Content(media_type, urlencode(fields).encode(), fields)
    if media_type.startswith("multipart/"):
        fields = tuple(_fields(value))
        return Content(f"{media_type}; boundary={BOUNDARY}", b"".join(_parts(fields)), fields)
    text = value if isinstance(value, str) and not is_json(media_type) else json.dumps(value)
    return Content(media_type, text.encode())


def _fields(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a form; what is inside stands in brackets, lists repeat their name."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _fields(each, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            deep = isinstance(each, Mapping | list)
            yield from _fields(each, f"{name}[{number}]" if deep else name)
    elif value is not None:
        yield name, value if isinstance(value, str) else json.dumps(value)


def _parts(fields: tuple[tuple[str, str], ...]) -> Iterator[bytes]:
    for name, text in fields:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
        yield f"{head}{text}\r\n".encode()
    yield f"--{BOUNDARY}--\r\n".encode()
