"""What is said of a behaviour, held against the document and put together once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.modeled.behaviour.lifecycles import LifecycleCompiler
from understudy.modeled.behaviour.parts import Parts
from understudy.modeled.behaviour.source import Said, pointer_of
from understudy.modeled.behaviour.values import Doing, Life, Refusal
from understudy.modeled.expressions.types import ANY, STRING
from understudy.modeled.model import Collection
from understudy.modeled.plan import Api
from understudy.openapi.operation import Operation
from understudy.simulation.progress import parse

KINDS = ("illegal", "unknown", "invalid", "duplicate")


class Compiler:
    """Makes the values of one document's behaviour; mistakes are noted."""

    def __init__(self, api: Api, said: Said) -> None:
        self.api = api
        self.said = said
        self.operations = {
            each.vendor_id or each.id: each for each in api.contract.operations.values()
        }
        self.parts = Parts(api, said, self.operations)

    def lives(self) -> dict[str, Life]:
        """The collections of which anything is said."""
        return {
            name: self._life(name, each)
            for name, each in self.api.model.collections.items()
            if each.said
        }

    def doings(self) -> dict[str, Doing]:
        """The operations of which anything is said, by the contract's id."""
        found = {}
        for key, each in self.api.model.operations.items():
            operation = self.operations.get(key)
            if each.said and operation is not None:
                found[operation.id] = self._doing(operation, each.of, each.said)
        return found

    def _life(self, name: str, collection: Collection) -> Life:
        said, parts = collection.said, self.parts
        fields, pointer = said.get("fields", {}), pointer_of(name, "fields")
        for field in fields:
            parts.known_field(name, field, f"{pointer}/{field}")
        lifecycle = LifecycleCompiler(parts, name, said).compiled()
        names = parts.vocabulary.everywhere(name)
        refuse, at = said.get("refuse", {}), pointer_of(name, "refuse")
        shape = None
        if "id" in said:
            shape = parts.template(said["id"], names, pointer_of(name, "id", "shape"))
        return Life(
            name=name,
            state=lifecycle.state,
            lifecycle=lifecycle.table,
            moves=lifecycle.moves,
            timed=lifecycle.timed,
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
            owner=said.get("owner", ""),
            unique=self._unique(name, refuse),
            refusals={
                kind: self._refusal(name, kind, refuse[kind], f"{at}/{kind}")
                for kind in KINDS
                if kind in refuse
            },
            progress=parse(said["progress"]) if "progress" in said else None,
        )

    def _unique(self, name: str, refuse: Mapping[str, Any]) -> tuple[str, ...]:
        of = refuse.get("duplicate", {}).get("of", ())
        fields = (of,) if isinstance(of, str) else tuple(of)
        for field in fields:
            self.parts.known_field(name, field, pointer_of(name, "refuse", "duplicate", "of"))
        return fields

    def _refusal(self, name: str, kind: str, said: Any, pointer: str) -> Refusal:
        """A refusal of a collection; its body may name what every call of it has."""
        if kind == "duplicate":
            said, pointer = said.get("answer", 409), f"{pointer}/answer"
        names = {**self.parts.vocabulary.everywhere(name), **self.parts.vocabulary.of_call(None)}
        names |= dict.fromkeys(("body", "path", "query", "header"), ANY)
        if kind == "unknown":
            names["id"] = STRING
        answers = [
            answer
            for each in self.api.by_collection.get(name, ())
            for answer in each.answers.values()
        ]
        return self.parts.refusal(said, names, pointer, answers)

    def _doing(self, operation: Operation, of: str, said: Mapping[str, Any]) -> Doing:
        parts, pointer = self.parts, pointer_of("operations", operation.vendor_id or operation.id)
        names = {**parts.vocabulary.everywhere(of), **parts.vocabulary.of_call(operation)}
        answer = said.get("answer")
        answers = list(operation.answers.values())
        where, record = said.get("where"), said.get("id")
        free = {key: each for key, each in names.items() if key not in ("record", "id", "parent")}
        return Doing(
            event=said.get("event", ""),
            where=None if where is None else parts.condition(where, names, f"{pointer}/where"),
            id=None if record is None else parts.expression(record, free, f"{pointer}/id"),
            answer=None
            if answer is None
            else parts.refusal(answer, names, f"{pointer}/answer", answers),
            sets=parts.free_sets(said.get("set", {}), names, f"{pointer}/set"),
        )
