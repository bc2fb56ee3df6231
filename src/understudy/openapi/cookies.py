"""The `Cookie` header of a request."""

from __future__ import annotations

from understudy.openapi.percent_encoding import percent_decode


def split_cookies(header: str) -> list[tuple[str, str | None]]:
    """Its names and values in their order; None: a value that is no UTF-8."""
    pairs = []
    for piece in header.split(";"):
        name, equals, value = piece.strip().partition("=")
        if equals and name:
            value = value[1:-1] if value[:1] == value[-1:] == '"' and len(value) > 1 else value
            pairs.append((name, percent_decode(value)))
    return pairs
