"""How single values of a world file are read: durations, errors, free JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Raw, json

from understudy.errors import InputError
from understudy.simulation.clock import duration
from understudy.vendors.cloudflare.records import Retention
from understudy.vendors.population import Entry


def free(entry: Entry, key: str) -> Raw | None:
    """Free JSON of an entry, as bytes; None where it says nothing, or null."""
    return None if entry.get(key) is None else Raw(json.encode(entry[key]))


def retention(entry: Entry, key: str) -> Retention:
    """The two durations of an entry's retention."""
    said = entry.get(key, {})
    return Retention(_length(said, "success_retention", key), _length(said, "error_retention", key))


def _length(said: Entry, name: str, key: str) -> int | None:
    if name not in said:
        return None
    length = duration(said[name])
    if length < 0:
        raise InputError(f"nothing is kept for {said[name]}", where=f"/{key}/{name}")
    return length


def error(value: Any) -> Raw:
    """An error of a workflow as it is told: a text is the message of a plain one."""
    told = value if isinstance(value, Mapping) else {"message": value}
    message = told.get("message", "")
    return Raw(
        json.encode(
            {
                "name": str(told.get("name", "Error")),
                "message": message if isinstance(message, str) else json.encode(message).decode(),
            }
        )
    )
