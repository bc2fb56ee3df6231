"""Answers without an example: a sample of their schema, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from zlib import crc32

from understudy.errors import ContractError
from understudy.openapi.media_types import essence, is_json, is_xml
from understudy.openapi.operation import Answer
from understudy.openapi.sample import sample
from understudy.openapi.source import Source
from understudy.openapi.xml_text import write_xml


class Sampled(Answer):
    """An answer whose example is made when first asked for."""

    __slots__ = ("_make",)

    def __init__(self, answer: Answer, make: Callable[[], Any]) -> None:
        for name in _FIELDS:
            object.__setattr__(self, name, getattr(answer, name))
        object.__setattr__(self, "_make", make)

    def __getattr__(self, name: str) -> Any:
        if name != "example":
            raise AttributeError(name)
        made = self._make()
        object.__setattr__(self, "example", made)
        return made

    def changed(self, **fields: Any) -> Answer:
        """The same answer with other fields, its example still to be made."""
        made = Sampled(self, lambda: self.example)
        for name, value in fields.items():
            object.__setattr__(made, name, value)
        return made


_FIELDS = tuple(name for name in Answer.__slots__ if name != "example")


def sampler(source: Source, schema: Any, media_type: str, at: str) -> Callable[[], Any]:
    """What makes a sample of a schema, always the same one; where there is none it is told."""
    return partial(_sample, source, schema, media_type, at)


def _sample(source: Source, schema: Any, media_type: str, at: str) -> Any:
    kind = essence(media_type)
    if schema is None:
        return {} if is_json(kind) else ""
    try:
        hidden = "" if source.own else "writeOnly"
        value = sample(schema, source.schemas, crc32(at.encode()), without=hidden)
    except (ContractError, RecursionError) as error:
        what = error.what if isinstance(error, ContractError) else "the schema runs in a circle"
        source.tell(source.error(at, what, "Give it an `example`"))
        return None
    if is_xml(kind):
        return write_xml(value, schema, source.referred)
    return value if not kind or is_json(kind) or isinstance(value, str) else write_text(value)


def write_text(value: Any) -> str:
    """A sample as the text of a type that is no JSON."""
    from json import dumps

    return "" if value is None else dumps(value)
