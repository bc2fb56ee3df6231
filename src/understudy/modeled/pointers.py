"""JSON pointers into values: what stands there, and a copy with something else there."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from understudy.yaml import escape

NOTHING = object()


@lru_cache(maxsize=4096)
def steps(pointer: str) -> tuple[str, ...]:
    """The steps of a pointer, unescaped."""
    parts = pointer.split("/")[1:]
    return tuple([each.replace("~1", "/").replace("~0", "~") for each in parts])


def join(*names: str) -> str:
    return "".join(f"/{escape(each)}" for each in names)


def get(value: Any, pointer: str) -> Any:
    """What stands at a pointer; NOTHING where it leads nowhere."""
    for step in steps(pointer):
        if type(value) is dict and step in value:
            value = value[step]
        elif type(value) is list and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return NOTHING
    return value


def put(value: Any, pointer: str, new: Any) -> Any:
    """A copy with that there, what is on the way made where it is missing."""
    return _put(value, steps(pointer), new)


def drop(value: Any, pointer: str) -> Any:
    """A copy without what stands there."""
    return _put(value, steps(pointer), NOTHING)


def _put(value: Any, path: tuple[str, ...], new: Any) -> Any:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if step == "0" and not (type(value) is dict and "0" in value):
        first = value[0] if type(value) is list and value else None
        return [_put(first, rest, new)]
    held = dict(value) if type(value) is dict else {}
    made = _put(held.get(step), rest, new) if rest or new is not NOTHING else NOTHING
    if made is NOTHING:
        held.pop(step, None)
    else:
        held[step] = made
    return held
