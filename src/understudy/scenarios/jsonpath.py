"""JSONPath to the letter of RFC 9535; the library is imported when a path is first used."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from understudy.errors import InputError

LENGTH = 500  # characters of one path: far beyond any that a person reads


def compiled(path: str, where: str = "") -> Callable[[Any], list[Any]]:
    """What selects the nodes of a value; InputError with the place for a path that is none."""
    try:
        return _compiled(path)
    except ValueError as error:
        raise InputError(
            f"`{path[:80]}` is no JSONPath: {error}", where=where, fix="Write it as in RFC 9535"
        ) from None


@lru_cache(maxsize=512)
def _compiled(path: str) -> Callable[[Any], list[Any]]:
    from jsonpath_rfc9535 import JSONPathError, compile

    if len(path) > LENGTH:
        raise ValueError(f"{len(path)} characters, at most {LENGTH}")
    try:
        query = compile(path)
    except (JSONPathError, RecursionError) as error:
        raise ValueError(str(error).partition(", line ")[0] or "too deep") from None

    def select(value: Any) -> list[Any]:
        try:
            return list(query.find(value).values())
        except JSONPathError:
            return []

    return select
