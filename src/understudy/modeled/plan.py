"""What one operation needs to be answered: its place in the model, and the shape it answers in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from understudy.modeled.acting import Acting
from understudy.modeled.fields import Fields, required, sampled
from understudy.modeled.identity import Naming
from understudy.modeled.inference.bodies import request, route, success, success_headers
from understudy.modeled.inference.paths import Route
from understudy.modeled.inference.records import SPEAKING
from understudy.modeled.model import Collection, Listing, Model
from understudy.modeled.model import Operation as Behaviour
from understudy.modeled.names import plain, words
from understudy.modeled.pointers import get, put, steps
from understudy.modeled.records import Item, data_of, joined
from understudy.modeled.schemas import Node, Schemas
from understudy.openapi.operation import Answer, Contract, Operation, Parameter, Provenance

NOBODY = Provenance("inferred", "the document declares none")
NAMING = ("read", "replace", "merge", "delete")  # roles whose path names a record
TEMPLATE = 0  # the seed of the sample that new records are completed from


class Api:
    """One document at work: its contract, its model, and what is known of its records."""

    def __init__(self, contract: Contract, model: Model) -> None:
        self.contract = contract
        self.model = model
        self.schemas = Schemas(contract.document)
        self.acting: Acting | None = None  # what somebody said; None: all of it is inferred
        self._fields: dict[str, Fields] = {}
        self._templates: dict[str, Mapping[str, Any]] = {}
        self._plans: dict[str, Plan] = {}
        self._namings: dict[str, Naming] = {}
        self.shown: dict[str, tuple[Mapping[str, Any], ...]] = {}  # by collection: first records

    def fields(self, name: str) -> Fields:
        """The fields of a collection's records."""
        found = self._fields.get(name)
        if found is None:
            collection = self.model.collections[name]
            found = self._fields[name] = Fields(self.schemas, collection.schema, collection.id)
        return found

    @cached_property
    def by_collection(self) -> Mapping[str, Sequence[Operation]]:
        """The operations that have to do with each collection."""
        found: dict[str, list[Operation]] = {}
        for operation in self.contract.operations.values():
            found.setdefault(self.behaviour(operation).of, []).append(operation)
        return found

    def plans(self, name: str, *roles: str) -> Iterator[Plan]:
        """The operations of a collection that play one of these roles."""
        for operation in self.by_collection.get(name, ()):
            if self.behaviour(operation).role in roles:
                yield self.plan(operation)

    def naming(self, name: str) -> Naming:
        """What the ids of a collection's records must be."""
        found = self._namings.get(name)
        if found is None:
            collection = self.model.collections[name]
            field = self.fields(name).by_name.get(collection.id)
            found = self._namings[name] = Naming(
                field, self._parameter(name, collection), self._listed(name, collection.id)
            )
        return found

    def _parameter(self, name: str, collection: Collection) -> Parameter | None:
        """The path parameter that takes an id of the collection."""
        for plan in self.plans(name, *NAMING):
            operation = plan.operation
            if not plan.behaviour.by and operation.path.endswith("}") and operation.path_parameters:
                return operation.path_parameters[-1]
        return None

    def _listed(self, name: str, id: str) -> Mapping[str, Any]:
        """What the entries of the collection's list say of an id."""
        for plan in self.plans(name, "list"):
            if plan.body is not None:
                entry = _inside(self.schemas, plan.body, f"{plan.listing.items}/0")
                found = self.schemas.properties(entry).get(id)
                return {} if found is None else found.schema
        return {}

    def template(self, name: str) -> Mapping[str, Any]:
        """The record that what a client does not say is taken from."""
        found = self._templates.get(name)
        if found is None:
            found = self._templates[name] = self.fields(name).sample(TEMPLATE)
        return found

    def plan(self, operation: Operation) -> Plan:
        """What is to be known of an operation, put together when it is first called."""
        found = self._plans.get(operation.id)
        if found is None:
            found = self._plans[operation.id] = Plan(self, operation)
        return found

    def behaviour(self, operation: Operation) -> Behaviour:
        """What the model says of an operation; one it does not have is a sample."""
        known = self.model.operations
        found = known.get(operation.vendor_id or operation.id)
        by_path = f"{operation.method.lower()} {self.path(operation)}"
        said = known.get(by_path, found)
        return Behaviour("sample", saw="the model does not have it") if said is None else said

    def path(self, operation: Operation) -> str:
        """An operation's path as the document has it."""
        paths, path = self.contract.document["paths"], operation.path
        while path not in paths and "/" in path[1:]:
            path = path[path.index("/", 1) :]
        return path


class Shape(NamedTuple):
    """How a record is shown in an answer: as it is (`names` is None), or some of its fields."""

    names: Mapping[str, str] | None  # of the answer, compared plain -> as it writes them
    filled: Mapping[str, Any]  # what it must have and no record has

    def show(self, item: Item) -> Any:
        if self.names is None:
            return item.data
        data = data_of(item)
        shown = {
            self.names[plain(name)]: value
            for name, value in data.items()
            if plain(name) in self.names
        }
        return {**self.filled, **shown} if self.filled else shown


AS_IT_IS = Shape(None, {})


class Plan:
    """One operation of the contract with all that the model and the document say of it."""

    def __init__(self, api: Api, operation: Operation) -> None:
        self.api = api
        self.operation = operation
        self.behaviour = api.behaviour(operation)
        self.of = self.behaviour.of
        self.collection: Collection | None = api.model.collections.get(self.of)
        self.parameters = [each.name for each in operation.path_parameters]

    @property
    def listing(self) -> Listing:
        return self.behaviour.listing or Listing()

    @property
    def fields(self) -> Fields:
        return self.api.fields(self.of)

    @property
    def makes(self) -> bool:
        """Whether it makes records."""
        return "create" in (self.behaviour.role, self.behaviour.does)

    @cached_property
    def also(self) -> tuple[str, ...]:
        """The fields that the document says a path may name a record by instead of its id."""
        operation, fields = self.operation, self.fields
        if self.route is None or not operation.path_parameters:
            return ()
        name = operation.path_parameters[-1].name
        raw = next((each for each in self.route.parameters if each.get("name") == name), None)
        described = {*words(str(raw.get("description", "")))} if raw is not None else set()
        own = self.collection.id if self.collection is not None else ""
        names = described & fields.by_name.keys() - {own}
        return tuple(each for each in SPEAKING if each in names)

    @cached_property
    def depth(self) -> int:
        """How many path values a record of the collection is scoped by."""
        collection = self.collection
        assert collection is not None, "only asked where there is one"
        if collection.item and not collection.single:
            return collection.item.count("{") - 1
        return collection.path.count("{")

    def owners(self, values: Mapping[str, Any], *, item: bool) -> list[Any]:
        """The path values before those of the collection: whose records they are."""
        most = len(self.parameters) - self.depth - (1 if item else 0)
        return (
            [values[name] for name in self.parameters[: max(most, 0)]]
            if self.behaviour.under
            else []
        )

    def scope(self, values: Mapping[str, Any], *, item: bool) -> list[Any]:
        """The path values that scope the collection's records."""
        start = len(self.owners(values, item=item))
        return [values[name] for name in self.parameters[start : start + self.depth]]

    def owner(self, values: Mapping[str, Any], *, item: bool) -> str:
        owners = self.owners(values, item=item)
        return f"{self.behaviour.under}/{joined(owners)}" if self.behaviour.under else ""

    @cached_property
    def route(self) -> Route | None:
        return route(self.api.schemas, self.api.path(self.operation), self.operation.method.lower())

    @cached_property
    def success(self) -> Answer:
        """The answer where all goes well: of the lowest 2xx, JSON before others."""
        answers = self.operation.answers.values()
        good = [each for each in answers if 200 <= each.status < 300] or [
            each for each in answers if each.status < 400
        ]
        if not good:
            return Answer("OK", 204 if self.behaviour.role == "delete" else 200, "", NOBODY)
        return min(good, key=lambda each: each.status)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The headers that the document names for its success, with or without an example."""
        if self.route is None:
            return tuple(self.success.headers)
        declared = success_headers(self.api.schemas, self.route, self.success.status)
        return tuple(dict.fromkeys((*self.success.headers, *declared)))

    @cached_property
    def body(self) -> Node | None:
        """The schema of the body it answers."""
        return None if self.route is None else success(self.api.schemas, self.route)[1]

    @cached_property
    def sendable(self) -> frozenset[str]:
        """The fields that can be sent, compared plain."""
        sent = None if self.route is None else request(self.api.schemas, self.route)
        if sent is None:
            return frozenset()
        return frozenset(
            self.api.schemas.names(_inside(self.api.schemas, sent, self.behaviour.body))
        )

    @cached_property
    def example(self) -> Any:
        """The body that is answered where nothing is known: an example, else a sample."""
        return self.success.example

    @cached_property
    def shape(self) -> Shape:
        """How one record stands in what is answered."""
        pointer = self.behaviour.answer
        if self.behaviour.listing is not None and pointer is None:
            pointer = f"{self.listing.items}/0"
        if self.body is None or pointer is None:
            return AS_IT_IS
        schemas, record = self.api.schemas, self.fields.node
        node = _inside(schemas, self.body, pointer)
        names = schemas.names(node)
        if node.at == record.at or not names:
            return AS_IT_IS
        unknown = schemas.properties(node).keys() - self.fields.by_name.keys()
        # What making a record shows is shown once (a token); else what is not known is left out.
        lacking = unknown if self.makes else unknown & required(schemas, node)
        made = sampled(node, self.fields.components, TEMPLATE) if lacking else None
        filled = {name: made[name] for name in lacking if name in made} if made else {}
        return Shape(names, filled)

    def show(self, item: Item) -> Any:
        """The body of an answer that is one record."""
        pointer, shown = self.behaviour.answer or "", self.shape.show(item)
        return put(self.example, pointer, shown) if pointer else shown

    def sent(self, body: Any) -> list[Mapping[str, Any]]:
        """The records in what was sent: one, or all of a list."""
        pointer, acting = self.behaviour.body, self.api.acting
        held = get(body, pointer[:-2] if pointer.endswith("/0") else pointer)
        if not pointer.endswith("/0"):
            held = [held]
        found = [each for each in held if isinstance(each, Mapping)] if _is_list(held) else []
        return found if acting is None else [acting.renamed(self.of, each) for each in found]


def _inside(schemas: Schemas, node: Node, pointer: str) -> Node:
    """The schema of what stands at a pointer."""
    for step in steps(pointer):
        item = schemas.items(node)
        if item is not None and step == "0":
            node = item
            continue
        found = schemas.properties(node).get(step)
        if found is None:
            return Node({}, "")
        node = found
    return node


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
