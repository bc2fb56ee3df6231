"""New ids as a schema wants them: by format, pattern, type, or like its example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.errors import ContractError
from understudy.modeled.fields import Field
from understudy.modeled.schemas import is_type
from understudy.openapi.operation import Parameter, Violations
from understudy.openapi.sample import sample
from understudy.simulation.identifiers import Identifiers

LENGTH = 12  # hex digits of an id that nobody describes
TRIES = 8
PREFIX = re.compile(r"[A-Za-z]+[_-]")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SPOKEN = ("title", "name", "label")  # what a slug is made of
NO_WORD = re.compile(r"[^a-z0-9]+")


class Naming:
    """What an id must be: what the record's field wants, and what the path takes."""

    def __init__(
        self,
        field: Field | None,
        parameter: Parameter | None,
        listed: Mapping[str, Any] | None = None,
    ) -> None:
        own: Mapping[str, Any] = {} if field is None else field.node.schema
        path: Mapping[str, Any] = {} if parameter is None else parameter.schema
        self.schema = {**path, **own} if not own or own.get("type") == path.get("type") else own
        if listed and listed.get("type") == self.schema.get("type"):
            self.schema = {**listed, **self.schema}  # what a list says of it holds as well
        self.name = "" if field is None else field.name
        # Texts in the record that the path takes as numbers are digits.
        self.is_digits = is_type(own, "string") and is_type(path, "integer")
        given = [self.schema.get("example"), *_listed(self.schema, "examples")]
        self.example: str = next((each for each in given if isinstance(each, str) and each), "")
        uuid = self.schema.get("format") == "uuid"
        self.is_uuid = uuid or UUID.fullmatch(self.example) is not None
        self.is_number = is_type(self.schema, "integer") or is_type(self.schema, "number")
        self._field = field
        self._parameter = parameter

    def fits(self, value: Any) -> bool:
        """Whether a record can be called that, and be asked for by it."""
        if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
            return False
        if self._field is not None and not self._field.fits(value):
            return False
        if self._parameter is None:
            return True
        return type(self._parameter.decode((str(value),))) is not Violations


def new_id(
    identifiers: Identifiers, collection: str, naming: Naming, data: Mapping[str, Any]
) -> Any:
    """The next id of a collection, valid for its field and its path."""
    schema = naming.schema
    if naming.is_number:
        least = schema.get("minimum")
        ordinal = identifiers.ordinal(f"{collection} number")
        return ordinal if not isinstance(least, int) else max(least, 1) - 1 + ordinal
    if naming.is_digits:
        return str(identifiers.ordinal(f"{collection} number"))
    for _ in range(TRIES):
        made = _text(identifiers, collection, naming, data)
        if naming.fits(made):
            return made
    return _sampled(identifiers, collection, naming)


def _text(
    identifiers: Identifiers, collection: str, naming: Naming, data: Mapping[str, Any]
) -> Any:
    schema, example = naming.schema, naming.example
    if naming.is_uuid:
        return identifiers.uuid(collection)
    if naming.name.lower() == "slug":
        return _slug(identifiers, collection, data)
    if "enum" in schema or ("pattern" in schema and not example):
        return _sampled(identifiers, collection, naming)
    if example:
        return _like(identifiers, collection, example)
    most = schema.get("maxLength")
    return identifiers.hex(collection, min(LENGTH, most) if isinstance(most, int) else LENGTH)


def _slug(identifiers: Identifiers, collection: str, data: Mapping[str, Any]) -> str:
    spoken = next((data[each] for each in SPOKEN if isinstance(data.get(each), str)), collection)
    text = NO_WORD.sub("-", spoken.lower()).strip("-")[:60] or collection
    return f"{text}-{identifiers.hex(collection, 6)}"


def _like(identifiers: Identifiers, collection: str, example: str) -> str:
    """The example with new letters and digits behind its prefix."""
    prefix = PREFIX.match(example)
    start = prefix.end() if prefix else 0
    digits = identifiers.hex(collection, 2 * min(len(example), 60))
    rest = [
        _letter(old, int(digits[2 * (at % 60) : 2 * (at % 60) + 2], 16))
        for at, old in enumerate(example[start:])
    ]
    return example[:start] + "".join(rest)


def _letter(old: str, number: int) -> str:
    if old.isdigit():
        return str(number % 9 + 1)
    if old.isascii() and old.isalpha():
        made = "abcdef"[number % 6] if old.lower() <= "f" else chr(ord("a") + number % 26)
        return made.upper() if old.isupper() else made
    return old


def _sampled(identifiers: Identifiers, collection: str, naming: Naming) -> Any:
    schema = {key: value for key, value in naming.schema.items() if key not in _GIVEN}
    try:
        return sample(schema, {}, identifiers.number(f"{collection} sample", 1 << 30))
    except ContractError:
        return identifiers.hex(collection, LENGTH)


_GIVEN = ("example", "examples", "default")


def _listed(schema: Mapping[str, Any], key: str) -> list[Any]:
    value = schema.get(key)
    return value if isinstance(value, list) else []
