"""Percent escapes of paths, queries and forms."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes


def percent_decode(text: str) -> str | None:
    """The text with its percent escapes decoded as strict UTF-8; None: it is none."""
    if text.isascii() and "%" not in text:
        return text
    try:
        return unquote_to_bytes(text.encode("latin-1")).decode("utf-8")
    except UnicodeError:
        return None
