"""multipart bodies: their parts, taken apart by Starlette's own parser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from understudy.openapi.media_types import parameter

PARTS = 1_000  # of one body


class TooManyParts(ValueError):
    """A body of more parts than are read."""


class UploadedFile(Struct, frozen=True):
    """A file of a multipart body."""

    filename: str
    media_type: str
    content: bytes


class Part(Struct):
    """One part: its name, its file's name if it is one, its type and its bytes."""

    name: str = ""
    filename: str | None = None
    media_type: str = ""
    content: bytes = b""


def split_parts(body: bytes, media_type: str) -> list[Part]:
    """The parts of a body in their order; ValueError says in words why it has none."""
    boundary = parameter(media_type, "boundary")
    if not boundary:
        raise ValueError("its Content-Type names no boundary")
    from python_multipart.exceptions import FormParserError  # only such a body wants it
    from python_multipart.multipart import MultipartParser

    reader = _Reader()
    try:
        parser = MultipartParser(boundary.encode("latin-1", "replace"), reader.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise ValueError(str(error)) from None
    if not reader.ended:
        raise ValueError("its last boundary is missing")
    return reader.parts


@dataclass(slots=True)
class _Reader:
    """Hears of what the parser finds."""

    parts: list[Part] = field(default_factory=list)
    ended: bool = False
    _name: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _data: bytearray = field(default_factory=bytearray)

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self.begin,
            "on_part_data": lambda data, start, end: self._data.extend(data[start:end]),
            "on_part_end": self.end,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self.header,
            "on_end": self.finish,
        }

    def begin(self) -> None:
        if len(self.parts) >= PARTS:
            raise TooManyParts(f"it has more than {PARTS:,} parts")
        self.parts.append(Part())
        self._data.clear()

    def end(self) -> None:
        self.parts[-1].content = bytes(self._data)

    def finish(self) -> None:
        self.ended = True

    def header(self) -> None:
        name = self._name.decode("latin-1").lower()
        value = self._value.decode("utf-8", "replace")
        self._name.clear()
        self._value.clear()
        part = self.parts[-1]
        if name == "content-type":
            part.media_type = value
        elif name == "content-disposition":
            part.name = parameter(value, "name") or ""
            part.filename = parameter(value, "filename")
