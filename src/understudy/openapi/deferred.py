"""Operations of a user's document: compiled when first asked for more than where they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from understudy.errors import ContractError
from understudy.openapi.operation import Operation

Parts = Callable[[], Mapping[str, Any]]


class Deferred(Operation):
    """An operation that compiles its parameters, body, answers and security at their first use.

    One of its parts that is broken costs it all of them: `broken` says why.
    """

    __slots__ = ("_compile",)

    def __init__(
        self, id: str, method: str, path: str, vendor_id: str | None, compile_parts: Parts
    ) -> None:
        for name, value in (
            *_LIGHT,
            ("id", id),
            ("method", method),
            ("path", path),
            ("vendor_id", vendor_id),
            ("handled_by", id),
            ("_compile", compile_parts),
        ):
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name not in _HEAVY:
            raise AttributeError(name)
        try:
            parts = self._compile()
        except (ContractError, RecursionError) as error:
            parts = {"broken": _contract_error(error)}
        for part, empty in _HEAVY.items():
            object.__setattr__(self, part, parts.get(part, empty))
        return object.__getattribute__(self, name)

    @property
    def compiled(self) -> bool:
        """Whether anybody has asked for its parts."""
        try:
            object.__getattribute__(self, "answers")
        except AttributeError:
            return False
        return True


_LIGHT: tuple[tuple[str, Any], ...] = (("variant_of", None), ("also_at", ()))
_EMPTY: dict[str, Any] = {"body": None, "broken": None, "summary": "", "description": ""}
_KNOWN = {"id", "method", "path", "vendor_id", "handled_by", *(name for name, _ in _LIGHT)}
_TUPLES = {"path_parameters", "security", "spread_parameters", "tags"}
# What each part is in an operation that is broken.
_HEAVY: dict[str, Any] = {
    each.name: _EMPTY.get(each.name, () if each.name in _TUPLES else {})
    for each in fields(Operation)
    if each.name not in _KNOWN
}


def _contract_error(error: ContractError | RecursionError) -> ContractError:
    if isinstance(error, ContractError):
        return error.with_traceback(None)
    return ContractError("what it refers to runs in a circle", fix="Break the circle")
