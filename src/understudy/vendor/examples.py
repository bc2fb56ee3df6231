"""Answers made of the contract's examples, with values of records in place of their leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from understudy.openapi.media_types import essence, is_json
from understudy.openapi.operation import Answer
from understudy.vendor.messages import Reply


def compose(answer: Answer, values: Mapping[str, Any]) -> Reply:
    """The answer's example, each leaf replaced for which a value of that name is known."""
    kind = essence(answer.media_type or "")
    text = kind.startswith("text/")
    if text or (isinstance(answer.example, str) and kind and not is_json(kind)):
        media_type = f"{answer.media_type}; charset=utf-8" if text else kind
        raw = str(answer.example).encode()
        return Reply(answer.status, answer=answer.name, raw=raw, media_type=media_type)
    return Reply(
        answer.status,
        fill(answer.example, values),
        answer=answer.name,
        headers=tuple(answer.headers.items()),
        media_type=answer.media_type or "application/json",
    )


def fill(example: Any, values: Mapping[str, Any], above: str = "/") -> Any:
    """The example with the leaves replaced whose key is among the values; `/key` is at the top."""
    if type(example) is dict:
        filled = {}
        for key, value in example.items():
            if type(value) is dict or type(value) is list:
                filled[key] = fill(value, values, "")
            elif above:
                filled[key] = values.get(f"{above}{key}", values.get(key, value))
            else:
                filled[key] = values.get(key, value)
        return filled
    if type(example) is list:
        return [fill(value, values, "") for value in example]
    return example


class Leaves(Mapping[str, Any]):
    """Body leaves by name, each made from the record only when a body has it."""

    __slots__ = ("_extra", "_makers", "_record")

    def __init__(
        self,
        makers: Mapping[str, Callable[[Any], Any]],
        record: Any,
        extra: Mapping[str, Any],
    ) -> None:
        self._makers = makers
        self._record = record
        self._extra = extra

    def get(self, name: str, default: Any = None) -> Any:
        if name in self._extra:
            return self._extra[name]
        maker = self._makers.get(name)
        return default if maker is None else maker(self._record)

    def __getitem__(self, name: str) -> Any:
        return self._extra[name] if name in self._extra else self._makers[name](self._record)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._makers, **self._extra})

    def __len__(self) -> int:
        return len({**self._makers, **self._extra})
