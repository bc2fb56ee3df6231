"""A record as the entry of a world file that would say it, as far as its fields tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Raw, UnsetType, json

from understudy.errors import UnderstudyError
from understudy.scenarios.language.grammar import definitions
from understudy.scenarios.language.source import Grammar
from understudy.simulation.clock import iso, spoken
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import Vendor

INSTANT, DURATION = "#/$defs/instant", "#/$defs/duration"
# What a world file says of a whole course: no record tells it in the same words.
COURSES = ("#/$defs/timeline", "#/$defs/progress")


class Entries:
    """What an entry of one collection may say."""

    def __init__(self, vendor: Vendor, collection: str) -> None:
        self.schema = vendor.entries[collection]
        self.properties: Mapping[str, Any] = self.schema.get("properties", {})
        self._whole = Grammar({"$defs": definitions(), **self.schema})
        self._part = Grammar({"$defs": definitions(), **self.schema, "required": []})

    def whole(self, said: Any) -> dict[str, Any]:
        """A whole entry; ScenarioError with the pointer of what it may not say."""
        return dict(self._whole.given(said).value)

    def part(self, said: Any) -> dict[str, Any]:
        """Some fields of one."""
        return dict(self._part.given(said).value)

    def fits(self, key: str, value: Any) -> bool:
        """Whether an entry may say that."""
        try:
            self._part.given({key: value})
        except UnderstudyError:
            return False
        return True


def entry_of(world: World, collection: str, record: Record, entries: Entries) -> dict[str, Any]:
    """The fields that an entry of the record has, without those that only a world file can say."""
    told: dict[str, Any] = {}
    values = record.fields()
    for key, schema in entries.properties.items():
        for value in _values(world, collection, record, values, key, schema):
            if value not in (None, "", [], {}) and entries.fits(key, value):
                told[key] = value
                break
    return told


def handles(world: World, collection: str, record: Record, key: str) -> Iterator[str]:
    """What an entry may call the record that another one needs: by its name, by its ids."""
    others = f"{key}s"
    if others not in world.collections:
        return
    meant = world.kinds[collection].refers.get(others)
    named = getattr(record, key, None) if meant is None else meant(record)
    other = world.collections[others].get(named) if isinstance(named, str) else None
    for handle in (getattr(other, f"{key}_id", None), getattr(other, "name", None), named):
        if isinstance(handle, str) and handle:
            yield handle


def _values(
    world: World,
    collection: str,
    record: Record,
    values: Mapping[str, Any],
    key: str,
    schema: Mapping[str, Any],
) -> Iterator[Any]:
    """What the key of an entry may be for a record, the likeliest first."""
    if schema.get("$ref") in COURSES:
        return
    if key == "id" and not hasattr(record, "data"):  # of a compound one what clients know
        yield getattr(record, f"{collection.removesuffix('s')}_id", record.id.rpartition("/")[2])
        return
    yield from handles(world, collection, record, key)
    value = values[key] if key in values else getattr(record, key, None)
    if value is not None and not isinstance(value, UnsetType):
        yield _CONVERT.get(str(schema.get("$ref")), _plain)(value)


def _plain(value: Any) -> Any:
    """A value as JSON; None for what has no JSON of its own."""
    if isinstance(value, Raw):
        return json.decode(value)
    try:
        return json.decode(json.encode(value))
    except (TypeError, ValueError):
        return None


def _instant(value: Any) -> Any:
    return iso(value) if isinstance(value, int) else _plain(value)


def _duration(value: Any) -> Any:
    return spoken(value) if isinstance(value, int) else _plain(value)


_CONVERT: Mapping[str, Callable[[Any], Any]] = {INSTANT: _instant, DURATION: _duration}
