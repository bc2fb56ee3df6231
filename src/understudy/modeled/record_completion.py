"""What is sent becomes a whole record, and a change a changed one (rule 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.modeled.fields import Field, Fields
from understudy.modeled.json_patch import merged
from understudy.modeled.names import plain
from understudy.simulation.clock import Instant

Data = Mapping[str, Any]
MENDS = 3  # rounds in which fields that break the schema are mended


def whole(
    fields: Fields, sent: Data, template: Data, sendable: frozenset[str], at: Instant
) -> dict[str, Any]:
    """A new record: what was sent, what the API itself would add, and what must be there."""
    kept = taken(fields, sent)
    made: dict[str, Any] = {}
    for name, field in fields.by_name.items():
        if name in kept:
            made[name] = kept[name]
        elif field.is_write_only:
            continue
        elif field.use in ("created", "updated"):
            made[name] = field.moment(at)
        elif plain(name) in sendable and not field.is_read_only and name not in fields.required:
            if "default" in field.node.schema:
                made[name] = field.node.schema["default"]
        elif name in template:
            made[name] = template[name]
    return mended(fields, {**kept, **made} if fields.is_open else made, template)


def replaced(
    fields: Fields, old: Data, sent: Data, sendable: frozenset[str], at: Instant
) -> dict[str, Any]:
    """The record as it is sent; what nobody can send stays."""
    kept = taken(fields, sent)
    if fields.is_free:
        return kept
    made = {name: value for name, value in kept.items() if name not in fields.by_name}
    for name, field in fields.by_name.items():
        if field.use == "updated":
            made[name] = field.moment(at)
        elif name in kept and field.use != "id":
            made[name] = kept[name]
        elif name in old and _stays(field, name, fields, sendable):
            made[name] = old[name]
        elif "default" in field.node.schema and plain(name) in sendable:
            made[name] = field.node.schema["default"]
    return mended(fields, made, old)


def changed(fields: Fields, old: Data, sent: Data, at: Instant) -> dict[str, Any]:
    """The record with what is sent merged into it (RFC 7396)."""
    change = {
        name: value
        for name, value in taken(fields, sent).items()
        if name not in fields.by_name or fields.by_name[name].use != "id"
    }
    nulls = {
        name: None for name, value in change.items() if value is None and _may_be_null(fields, name)
    }
    return touched(fields, mended(fields, {**merged(old, change), **nulls}, old), at)


def touched(fields: Fields, data: Data, at: Instant) -> dict[str, Any]:
    """The data with the instants of its last change."""
    moments = {
        name: field.moment(at) for name, field in fields.by_name.items() if field.use == "updated"
    }
    return {**data, **moments}


def taken(fields: Fields, sent: Any) -> dict[str, Any]:
    """What of it the record has a field for that a client may write, under the field's name."""
    if not isinstance(sent, Mapping):
        return {}
    if fields.is_free:
        return dict(sent)
    found = {}
    for name, value in sent.items():
        field = fields.by_name.get(name) or fields.plain.get(plain(name))
        if field is not None and not field.is_read_only and not field.is_write_only:
            found[field.name] = value
        elif field is None and fields.is_open:
            found[name] = value
    return found


def mended(fields: Fields, data: dict[str, Any], template: Data) -> dict[str, Any]:
    """The data with what breaks the schema completed, or taken from what is known to be valid."""
    for attempt in range(MENDS):
        wrong = fields.wrong(data)
        if not wrong:
            return data
        for name in wrong:
            _mend(data, name, template.get(name), complete=attempt == 0)
    return data


def _mend(data: dict[str, Any], name: str, known: Any, *, complete: bool) -> None:
    """One field: first completed where both are objects, then as it is known, then left out."""
    held = data.get(name)
    if complete and isinstance(held, Mapping) and isinstance(known, Mapping):
        data[name] = _below(known, held)
    elif known is not None:
        data[name] = known
    else:
        data.pop(name, None)


def _below(known: Any, held: Any) -> Any:
    """What is known, under what is held."""
    if not isinstance(known, Mapping) or not isinstance(held, Mapping):
        return held
    return {**known, **{key: _below(known.get(key), value) for key, value in held.items()}}


def _may_be_null(fields: Fields, name: str) -> bool:
    field = fields.by_name.get(name)
    return field is not None and field.fits(None)


def _stays(field: Field, name: str, fields: Fields, sendable: frozenset[str]) -> bool:
    """Whether a field that was not sent keeps its value."""
    return field.is_read_only or plain(name) not in sendable or name in fields.required
