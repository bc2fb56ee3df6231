"""A large JSON text decoded in parts, so that nobody waits for all of it."""

from __future__ import annotations

from typing import Any

from msgspec import DecodeError, Raw, json

from understudy.openapi.nesting import MAX_DEPTH, too_deep
from understudy.slices import pause

PART = 256 * 1024  # bytes decoded at a stretch: some milliseconds
LEVELS = 8  # of lists and mappings that are cut: a snapshot has five

_mapping = json.Decoder(dict[str, Raw]).decode
_list = json.Decoder(list[Raw]).decode
_decode = json.Decoder().decode


def decode_large(text: bytes | Raw) -> Any:
    """Its value; DecodeError for what is no JSON, RecursionError for what is nested too deep."""
    try:
        return _part(text, LEVELS)
    except DecodeError as error:  # its byte is that of a part
        raise DecodeError(str(error).partition(" (byte")[0]) from None


def _part(text: bytes | Raw, levels: int) -> Any:
    pause()
    view = memoryview(text)
    first = bytes(view[:64]).lstrip()[:1] if len(view) > PART else b""
    if first not in (b"{", b"["):
        value = _decode(text)
        if type(value) in (dict, list):
            held = bytes(view)
            if held.count(b"[") + held.count(b"{") > MAX_DEPTH and too_deep(value):
                raise RecursionError
        return value
    if not levels:
        raise DecodeError(f"has more than {PART} bytes more than {LEVELS} levels deep")
    if first == b"{":
        return {name: _part(each, levels - 1) for name, each in _mapping(text).items()}
    return [_part(each, levels - 1) for each in _list(text)]
