"""JSONPath of RFC 9535 as scenarios write it: what a path selects, or why it is none."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from understudy.errors import InputError

LENGTH = 500  # characters of one path: far beyond any that a person reads


def compiled(path: str, where: str = "") -> Callable[[Any], list[Any]]:
    """What selects the nodes of a value; InputError with the place for a path that is none, and
    later for a value of which it visits too much."""
    try:
        return _compiled(path)
    except InputError as error:
        raise error.at(where) from None
    except ValueError as error:
        raise InputError(
            f"`{path[:80]}` is no JSONPath: {error}", where=where, fix="Write it as in RFC 9535"
        ) from None


@lru_cache(maxsize=512)
def _compiled(path: str) -> Callable[[Any], list[Any]]:
    from understudy.scenarios.language.jsonpath_engine import engine

    if len(path) > LENGTH:
        raise ValueError(f"{len(path)} characters, at most {LENGTH}")
    return engine(path)
