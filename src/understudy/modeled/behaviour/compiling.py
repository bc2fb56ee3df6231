"""What is said of a behaviour, held against the document and put together once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.errors import InputError
from understudy.modeled.behaviour.lifecycles import LifecycleCompiler
from understudy.modeled.behaviour.parts import Parts
from understudy.modeled.behaviour.source import Source, pointer_of
from understudy.modeled.behaviour.values import Doing, Life, Refusal
from understudy.modeled.expressions.types import ANY, STRING
from understudy.modeled.model import Collection
from understudy.modeled.plan import Api
from understudy.openapi.operation import Operation
from understudy.simulation.progress import Progress, parse

ACCEPTED = 202
KINDS = ("illegal", "unknown", "invalid", "duplicate")


class Compiler:
    """Makes the values of one document's behaviour; mistakes are noted."""

    def __init__(self, api: Api, source: Source) -> None:
        self.api = api
        self.source = source
        self.operations = {
            each.vendor_id or each.id: each for each in api.contract.operations.values()
        }
        self.parts = Parts(api, source, self.operations)

    def lives(self) -> dict[str, Life]:
        """The collections of which anything is said."""
        return {
            name: self._life(name, each)
            for name, each in self.api.model.collections.items()
            if each.settings
        }

    def doings(self) -> dict[str, Doing]:
        """The operations of which anything is said, by the contract's id."""
        found = {}
        for key, each in self.api.model.operations.items():
            operation = self.operations.get(key)
            if each.settings and operation is not None:
                found[operation.id] = self._doing(operation, each.of, each.settings)
        return found

    def _life(self, name: str, collection: Collection) -> Life:
        given, parts = collection.settings, self.parts
        fields, pointer = given.get("fields", {}), pointer_of(name, "fields")
        for field in fields:
            parts.known_field(name, field, f"{pointer}/{field}")
        lifecycle = LifecycleCompiler(parts, name, given).compiled()
        names = parts.vocabulary.everywhere(name)
        refuse, at = given.get("refuse", {}), pointer_of(name, "refuse")
        shape = None
        if "id" in given:
            shape = parts.template(given["id"], names, pointer_of(name, "id", "shape"))
        return Life(
            name=name,
            state=lifecycle.state,
            lifecycle=lifecycle.table,
            moves=lifecycle.moves,
            timed=lifecycle.timed,
            absent=lifecycle.absent,
            created=parts.sets(
                name,
                {field: each["make"] for field, each in fields.items() if "make" in each},
                names,
                pointer,
                "make",
            ),
            computed=parts.computed(
                name, {field: each["is"] for field, each in fields.items() if "is" in each}, names
            ),
            renamed={each["from"]: field for field, each in fields.items() if "from" in each},
            shape=shape,
            owner=given.get("owner", ""),
            unique=self._unique(name, refuse),
            refusals={
                kind: self._refusal(name, kind, refuse[kind], f"{at}/{kind}")
                for kind in KINDS
                if kind in refuse
            },
            progress=self._progress(name, given),
            reaches=any(each.effects for group in lifecycle.moves.values() for each in group),
            polled="progress" in given or self._is_accepted(name),
        )

    def _progress(self, name: str, given: Mapping[str, Any]) -> Progress | None:
        if "progress" not in given:
            return None
        pointer = pointer_of(name, "progress")
        try:
            return parse(given["progress"], pointer)
        except InputError as error:
            self.source.note(error.what, error.where or pointer, error.fix)
            return None

    def _is_accepted(self, name: str) -> bool:
        """Whether an operation that begins something here answers 202."""
        operations = self.api.by_collection.get(name, ())
        changing = [each for each in operations if each.method != "GET"]
        return any(ACCEPTED in {a.status for a in each.answers.values()} for each in changing)

    def _unique(self, name: str, refuse: Mapping[str, Any]) -> tuple[str, ...]:
        of = refuse.get("duplicate", {}).get("of", ())
        fields = (of,) if isinstance(of, str) else tuple(of)
        for field in fields:
            self.parts.known_field(name, field, pointer_of(name, "refuse", "duplicate", "of"))
        return fields

    def _refusal(self, name: str, kind: str, given: Any, pointer: str) -> Refusal:
        """A refusal of a collection; its body may name what every call of it has."""
        if kind == "duplicate":
            given, pointer = given.get("answer", 409), f"{pointer}/answer"
        names = {**self.parts.vocabulary.everywhere(name), **self.parts.vocabulary.of_call(None)}
        names |= dict.fromkeys(("body", "path", "query", "header"), ANY)
        if kind == "unknown":
            names["id"] = STRING
        answers = [
            answer
            for each in self.api.by_collection.get(name, ())
            for answer in each.answers.values()
        ]
        return self.parts.refusal(given, names, pointer, answers)

    def _doing(self, operation: Operation, of: str, given: Mapping[str, Any]) -> Doing:
        parts, pointer = self.parts, pointer_of("operations", operation.vendor_id or operation.id)
        names = {**parts.vocabulary.everywhere(of), **parts.vocabulary.of_call(operation)}
        answer = given.get("answer")
        answers = list(operation.answers.values())
        where, record = given.get("where"), given.get("id")
        free = {key: each for key, each in names.items() if key not in ("record", "id", "parent")}
        return Doing(
            event=given.get("event", ""),
            where=None if where is None else parts.condition(where, names, f"{pointer}/where"),
            id=None if record is None else parts.expression(record, free, f"{pointer}/id"),
            answer=None
            if answer is None
            else parts.refusal(answer, names, f"{pointer}/answer", answers),
            sets=parts.free_sets(given.get("set", {}), names, f"{pointer}/set"),
        )
