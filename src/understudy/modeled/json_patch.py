"""Changes to a JSON document: merge patches (RFC 7396) and lists of operations (RFC 6902)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from understudy.errors import InputError

OPERATIONS = 1_000  # of one patch: each copies a way through the document


def merged(value: Any, patch: Any) -> Any:
    """The value with a merge patch applied: null removes, objects merge, the rest replaces."""
    if not isinstance(patch, Mapping):
        return patch
    made = dict(value) if isinstance(value, Mapping) else {}
    for key, change in patch.items():
        if change is None:
            made.pop(key, None)
        else:
            made[key] = merged(made.get(key), change)
    return made


def patched(value: Any, patch: Any) -> Any:
    """The value with a list of operations applied, all or none; InputError says which fails."""
    if not isinstance(patch, list):
        raise InputError("a JSON patch is a list of operations", where="", fix="Send a list")
    if len(patch) > OPERATIONS:
        raise InputError(f"a patch of more than {OPERATIONS} operations", fix="Send several")
    for index, each in enumerate(patch):
        try:
            value = _apply(value, each)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise InputError(_reason(each, error), where=f"/{index}", fix="Mend it") from None
    return value


def _apply(value: Any, operation: Any) -> Any:
    name, path = operation["op"], _steps(operation["path"])
    match name:
        case "add":
            return _change(value, path, _add, operation["value"])
        case "remove":
            return _change(value, path, _remove, None)
        case "replace":
            return _change(value, path, _replace, operation["value"])
        case "copy":
            return _change(value, path, _add, _get(value, _steps(operation["from"])))
        case "move":
            source = _steps(operation["from"])
            if path[: len(source)] == source and path != source:
                raise ValueError("it moves a value into itself")
            moved = _get(value, source)
            return _change(_change(value, source, _remove, None), path, _add, moved)
        case "test":
            if _get(value, path) != operation["value"]:
                raise ValueError("the test fails")
            return value
    raise ValueError(f"no operation is called {name!r}")


def _steps(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON pointer")
    return [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]


def _get(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        value = value[_index(value, step)] if isinstance(value, list) else value[step]
    return value


Change = Callable[[Any, str, Any], Any]


def _change(value: Any, path: Sequence[str], change: Change, new: Any) -> Any:
    """A copy in which the container at the end of the path is changed."""
    if not path:
        return None if change is _remove else new
    held = list(value) if isinstance(value, list) else dict(value)
    if len(path) == 1:
        return change(held, path[0], new)
    step: Any = _index(held, path[0]) if isinstance(held, list) else path[0]
    held[step] = _change(held[step], path[1:], change, new)
    return held


def _add(held: Any, step: str, new: Any) -> Any:
    if isinstance(held, list):
        at = len(held) if step == "-" else _index(held, step, len(held) + 1)
        held.insert(at, new)
    else:
        held[step] = new
    return held


def _replace(held: Any, step: str, new: Any) -> Any:
    at: Any = _index(held, step) if isinstance(held, list) else step
    held[at]  # it must be there
    held[at] = new
    return held


def _remove(held: Any, step: str, _new: Any) -> Any:
    del held[_index(held, step) if isinstance(held, list) else step]
    return held


def _index(held: Sequence[Any], step: str, below: int | None = None) -> int:
    if not step.isdecimal() or (len(step) > 1 and step[0] == "0"):
        raise ValueError(f"{step!r} is no index")
    index = int(step)
    if index >= (len(held) if below is None else below):
        raise IndexError(f"there is no index {index}")
    return index


def _reason(operation: Any, error: Exception) -> str:
    if isinstance(error, KeyError):
        key = error.args[0]
        missing = key in ("op", "path", "value", "from")
        absent = isinstance(operation, Mapping) and key not in operation
        return f"{key!r} is missing" if missing and absent else f"there is no {key!r}"
    return str(error) or "it cannot be applied"
