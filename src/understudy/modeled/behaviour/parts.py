"""Parts of a behaviour: expressions, values and refusals, each held against the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.errors import InputError
from understudy.modeled.behaviour.names import Names, Vocabulary
from understudy.modeled.behaviour.source import Source
from understudy.modeled.behaviour.values import Refusal, Sets
from understudy.modeled.expressions.expression import Expression, read
from understudy.modeled.expressions.mistakes import ExpressionError, there_are
from understudy.modeled.expressions.templates import Misread, Template, template
from understudy.modeled.expressions.types import ANY, Type, fits
from understudy.modeled.plan import Api
from understudy.openapi.operation import Answer, Operation
from understudy.simulation.clock import duration
from understudy.yaml import escape

NOTHING = Template(ANY, lambda scope: None)  # stands for what could not be read
SHOWN = 60  # characters of an expression in a mistake


class Parts:
    """Reads the parts of one document's behaviour; mistakes are noted, with their place."""

    def __init__(self, api: Api, source: Source, operations: Mapping[str, Operation]) -> None:
        self.api = api
        self.source = source
        self.operations = operations
        self.vocabulary = Vocabulary(api)

    def expression(self, text: str, names: Names, pointer: str) -> Expression:
        """The expression that stands there."""
        try:
            return read(_bare(text), self.vocabulary.types, names)
        except ExpressionError as error:
            self._misread(error, text, pointer)
            return read("null", self.vocabulary.types, {})

    def condition(self, text: str, names: Names, pointer: str) -> Expression:
        """An expression that is true or false."""
        made = self.expression(text, names, pointer)
        if made.type.kind not in ("bool", "any", "null"):
            what = f"`{text[:SHOWN]}` is {made.type}, wanted is true or false"
            self.source.note(what, pointer, "Write a comparison")
        return made

    def template(self, value: Any, names: Names, pointer: str) -> Template:
        """The value that stands there, with what is filled in."""
        try:
            return template(value, self.vocabulary.types, names)
        except Misread as error:
            wrong = error.wrong
            text = _at(value, wrong.pointer)
            self._misread(wrong.error, text, f"{pointer}{wrong.pointer}")
            return NOTHING

    def sets(
        self,
        collection: str,
        given: Mapping[str, Any],
        names: Names,
        pointer: str,
        below: str = "",
    ) -> Sets:
        """New values of a record's fields, each of a type that the field can have."""
        found = {}
        for field, value in given.items():
            place = f"{pointer}/{escape(field)}{f'/{below}' if below else ''}"
            wanted = self.known_field(collection, field, f"{pointer}/{escape(field)}")
            made = found[field] = self.template(value, names, place)
            self._fits(collection, field, wanted, made, value, place)
        return found

    def free_sets(self, given: Mapping[str, Any], names: Names, pointer: str) -> Sets:
        """Values for names that nobody knows beforehand."""
        return {
            name: self.template(value, names, f"{pointer}/{escape(name)}")
            for name, value in given.items()
        }

    def computed(
        self, collection: str, given: Mapping[str, str], names: Names
    ) -> dict[str, Expression]:
        """Fields that an expression gives."""
        found = {}
        for field, text in given.items():
            place = f"/{escape(collection)}/fields/{escape(field)}/is"
            made = found[field] = self.expression(text, names, place)
            wanted = self.vocabulary.field(collection, field)
            template = Template(made.type, made.run)
            self._fits(collection, field, wanted, template, f"${{{text}}}", place)
        return found

    def known_field(self, collection: str, field: str, pointer: str) -> Type | None:
        """The type of a record's field; one that is not there is noted."""
        found = self.vocabulary.field(collection, field)
        if found is None:
            names = self.vocabulary.types.names(self.vocabulary.record(collection))
            what = f"one of {collection} has no `{field}`"
            self.source.note(what, pointer, there_are(field, names))
        return found

    def refusal(self, given: Any, names: Names, pointer: str, answers: Sequence[Answer]) -> Refusal:
        """An answer by its name or its status, or in full."""
        if isinstance(given, int):
            return Refusal(status=given)
        if isinstance(given, str):
            return self._named(given, pointer, answers)
        named = Refusal()
        if "answer" in given:
            named = self._named(given["answer"], f"{pointer}/answer", answers)
        body = None
        if "body" in given:
            body = self.template(given["body"], names, f"{pointer}/body")
        headers = self.free_sets(given.get("headers", {}), names, f"{pointer}/headers")
        return Refusal(named.answer, given.get("status", named.status), body, headers)

    def span(self, given: str, names: Names, pointer: str) -> int | Template:
        """A duration, or an expression that gives one."""
        if "${" in given:
            made = self.template(given, names, pointer)
            if made.type.kind not in ("duration", "timestamp", "string", "any"):
                what = f"`{given[:SHOWN]}` is {made.type}, wanted is a duration or an instant"
                self.source.note(what, pointer, "Write days(7), or 7d")
            return made
        try:
            return duration(given)
        except InputError as error:
            self.source.note(error.what, pointer, error.fix)
            return 0

    def _named(self, name: str, pointer: str, answers: Sequence[Answer]) -> Refusal:
        if name.isdecimal():
            return Refusal(status=int(name))
        if name not in {each.name for each in answers}:
            there = list(dict.fromkeys(each.name for each in answers))
            self.source.note(f"no answer is called `{name}`", pointer, there_are(name, there))
        return Refusal(name)

    def _fits(
        self,
        collection: str,
        field: str,
        wanted: Type | None,
        made: Template,
        value: Any,
        pointer: str,
    ) -> None:
        """Notes a value that the field can never have."""
        if wanted is not None and not fits(made.type, wanted):
            what = f"`{field}` is {wanted}, and {_shown(value)} gives {made.type}"
            fix = "Write int(...)" if wanted.kind == "int" and made.type.kind == "double" else ""
            self.source.note(what, pointer, fix or "Write what it can be")
            return
        fields = self.api.fields(collection).by_name
        if field in fields and not _is_filled(value) and not fields[field].fits(value):
            wrong = fields[field].checker.violations(value)
            why = wrong[0].message.removeprefix("body ") if wrong else "it does not fit"
            what = f"`{field}` cannot be {_shown(value)}: it {why}"
            self.source.note(what, pointer, "The document says what it may be")

    def _misread(self, error: ExpressionError, text: Any, pointer: str) -> None:
        shown = str(text)
        part = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
        what = f"{error.what}, at character {error.at + 1} of `{part}`"
        self.source.note(what, pointer, error.fix)


def _bare(text: str) -> str:
    """An expression without the `${}` that somebody wrote around it."""
    whole = text.strip()
    return whole[2:-1] if whole.startswith("${") and whole.endswith("}") else text


def _is_filled(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_is_filled, value.values()))
    return any(map(_is_filled, value)) if isinstance(value, list) else "${" in str(value)


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, str) else repr(value)
    return f"`{text if len(text) <= SHOWN else f'{text[:SHOWN]}...'}`"


def _at(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value
