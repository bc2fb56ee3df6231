"""Values that a behaviour gives a record's fields, as the record writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from understudy.modeled.behaviour.values import Life, Sets
from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.modeled.expressions.values import Moment, Row, Scope, as_json
from understudy.modeled.fields import Fields

Data = dict[str, Any]


def with_sets(fields: Fields, data: Mapping[str, Any], sets: Sets, scope: Scope) -> Data:
    """The data with new values; each is made of the record as it was."""
    made = {name: each.run(scope) for name, each in sets.items()}
    found = dict(data)
    for name, value in made.items():
        _put(fields, found, name, value)
    return found


def without(
    fields: Fields, data: Mapping[str, Any], names: Iterable[str], sent: Collection[str]
) -> Data:
    """The data without those fields, but for what must be there and what was sent."""
    found = dict(data)
    for name in names:
        if name not in sent and name not in fields.required:
            found.pop(name, None)
    return found


def with_computed(fields: Fields, life: Life, data: Data, scope: Scope) -> Data:
    """The data with what is computed of it."""
    before = scope.names.get("record")
    for name, expression in life.computed.items():
        scope.names["record"] = Row(data, before.related if isinstance(before, Row) else None)
        _put(fields, data, name, expression.run(scope))
    scope.names["record"] = before
    return data


def _put(fields: Fields, data: Data, name: str, value: Any) -> None:
    """One field; null is left out where the field cannot be null."""
    field = fields.by_name.get(name)
    if field is None:
        data[name] = as_json(value)
        return
    made = field.moment(value) if isinstance(value, Moment) else as_json(value)
    if isinstance(made, float) and made.is_integer() and not field.fits(made):
        made = int(made)
    if field.fits(made):
        data[name] = made
    elif value is not None:
        wrong = field.checker.violations(made)
        told = wrong[0].message if wrong else "it does not fit"
        raise EvaluationError(f"`{name}` cannot be {made!r:.80}: {told}")
