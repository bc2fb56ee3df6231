"""A document in a sandbox that nobody else uses, and valid calls that are made of its schemas."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from understudy.checks.example_calls import ExampleCall, ExampleSandbox, media_type_of
from understudy.errors import ContractError
from understudy.modeled.assembly import Modeled
from understudy.modeled.plan import Plan
from understudy.modeled.pointers import get
from understudy.modeled.records import ALONE, Item, data_of
from understudy.openapi.operation import Operation, Parameter, Violations
from understudy.openapi.sample import sample
from understudy.simulation.world import World

SEED = 3
OTHER = '"another"'  # an entity tag that no record has
# Ids of nothing there is: the first that a parameter takes; and texts that are no numbers.
UNKNOWN = ("nobody", "00000000-0000-4000-8000-000000000000", "987654321", "0" * 24)
WRONG = ("wrong", "!")
LOOKED_AT = 100  # records of which one may be in the right state
LINKED = 9  # records that are looked at for one to link
CALLED = ("rpc", "link")  # roles whose calls name records in their query or their body
ANY_VERSION = "if-match"  # a header that holds for whatever there is: `*`


class DocumentSandbox(ExampleSandbox):
    """A document's base world on a frozen clock; every reply is held against the document."""

    def __init__(self, made: Modeled) -> None:
        super().__init__(made.vendor)
        self.made = made
        self.about: dict[str, str] = {}  # by operation of an event: the record it is asked of
        begin_with(self.app, made)

    @property
    def world(self) -> World:
        world: World = self.app.sandbox.session("default").world(self.vendor)
        return world

    def valid(self, operation: str) -> ExampleCall:
        """The operation's call with all that it requires, of records that are there."""
        declared = self.contract.operations[operation]
        plan = self.made.api.plan(declared)
        query = {each.name: _text(self._sample(each)) for each in _needed(declared, "query")}
        headers = {each.name: self._header(each) for each in _needed(declared, "header")}
        call = ExampleCall(operation, self._path(plan), query, headers, self._sent(declared))
        return self._naming(plan, call)

    def _naming(self, plan: Plan, call: ExampleCall) -> ExampleCall:
        """The call of an RPC or of links with the id of a record that is there."""
        by, item = plan.behaviour.by, _first(self.world, plan.of)
        linked = plan.collection.of if plan.collection is not None else ""
        if linked:  # the last there is: the first is removed by other calls
            item = next(iter(self.world[linked].ranked("every", ALONE, 0, LINKED)[::-1]), None)
        if plan.behaviour.role not in CALLED or not by or item is None:
            return call
        (id,) = _texts(item.id)
        if by in plan.operation.query_parameters:
            return call.with_values(**{by: id})
        body = call.body if isinstance(call.body, Mapping) else {}
        return call.with_values(body={**body, by: [id] if linked else id})

    def own_mistakes(self, operation: str) -> Iterator[tuple[str, ExampleCall]]:
        """Calls that say what is not there, or what no schema allows."""
        valid, declared = self.valid(operation), self.contract.operations[operation]
        for each in reversed(declared.path_parameters):
            unknown = next(filter(partial(_takes, each), UNKNOWN), None)
            if unknown is not None:
                words = f"with {each.name}: {unknown}, which is not there"
                yield words, valid.with_values(**{each.name: unknown})
        for each in declared.parameters:
            wrong = next((text for text in WRONG if not _takes(each, text)), None)
            if wrong is not None and each.location in ("path", "query"):
                yield f"with {each.name}: {wrong}", valid.with_values(**{each.name: wrong})
        types = {each.media_type: None for each in declared.answers.values() if each.status < 300}
        for media_type in [*filter(None, types)][1:]:
            yield f"with accept: {media_type}", valid.with_headers(accept=media_type)
        if ANY_VERSION in declared.header_parameters:
            yield f"with {ANY_VERSION}: {OTHER}", valid.with_headers(**{ANY_VERSION: OTHER})
        if declared.body is not None:
            yield "with a body that is {}", replace(valid, body={})
            yield "with a body that is []", replace(valid, body=[])

    def _sample(self, parameter: Parameter) -> Any:
        return self._made(parameter.schema)

    def _made(self, schema: Any) -> Any:
        try:
            return sample(schema, self.made.api.schemas.registry, SEED, without="readOnly")
        except (ContractError, RecursionError):
            return {}

    def _header(self, parameter: Parameter) -> str:
        if parameter.name.lower() == ANY_VERSION:
            return "*"
        return str(_text(self._sample(parameter)))

    def _sent(self, operation: Operation) -> Any:
        if operation.body is None:
            return None
        content = operation.body.contents.get(media_type_of(operation.body))
        return self._made(operation.body.schema if content is None else content.schema)

    def _path(self, plan: Plan) -> dict[str, Any]:
        """The path values: those of a record that the operation is about, else samples."""
        parameters = plan.operation.path_parameters
        others = {id for each, id in self.about.items() if each != plan.operation.id}
        values = named(plan, self.world, others) if parameters and plan.of else {}
        if plan.behaviour.role == "event" and values:
            self.about[plan.operation.id] = str([*values.values()][-1])
        made = {each.name: self._sample(each) for each in parameters if each.name not in values}
        return {each.name: {**made, **values}[each.name] for each in parameters}


def begin_with(app: Any, made: Modeled) -> None:
    """Lets every session begin with what a project says of the document's world."""
    if made.world:
        world = {made.vendor.name: dict(made.world)}
        sandbox = app.sandbox
        sandbox.begin_with(sandbox.scenario_of({"understudy": 1, "world": world}))


def named(plan: Plan, world: World, others: Collection[str] = ()) -> Mapping[str, Any]:
    """The path values of the first record of a plan's collection, else of what it is below; where
    an event needs a state, of one that no other is asked of."""
    item = _ready(world, plan, others) or _first(world, plan.of)
    if item is None:
        owner = _first(world, plan.collection.under if plan.collection is not None else "")
        return dict(zip(plan.parameters, _texts(owner.id), strict=False)) if owner else {}
    return path_of(plan, item)


def path_of(plan: Plan, item: Item) -> dict[str, Any]:
    """The path values of a record."""
    owners = _texts(item.owner.partition("/")[2]) if plan.behaviour.under and item.owner else []
    path = dict(zip(plan.parameters, [*owners, *_texts(item.id)], strict=False))
    if plan.behaviour.by and plan.parameters:
        path[plan.parameters[-1]] = get(data_of(item), f"/{plan.behaviour.by}")
    return path


def _ready(world: World, plan: Plan, others: Collection[str]) -> Item | None:
    """A record that is in a state which the operation's event can happen in, if there is one not
    one of the others."""
    kind = world.kinds.get(plan.of)
    if kind is None or kind.lifecycle is None:
        return None
    event = plan.behaviour.settings.get("event", plan.operation.vendor_id or plan.operation.id)
    records: list[Item] = world[plan.of].ranked("every", ALONE, 0, LOOKED_AT)
    ready = [each for each in records if (each.state, event) in kind.lifecycle.table]
    free = (each for each in ready if str(each.id).rpartition("/")[2] not in others)
    return next(free, ready[0] if ready else None)


def _first(world: World, name: str) -> Item | None:
    """The first record of a collection; None: there is no such collection, or none in it."""
    records = world.collections.get(name)
    found = None if records is None else next(iter(records.ranked("every", ALONE, 0, 1)), None)
    return found if isinstance(found, Item) else None


def _texts(joined: str) -> list[str]:
    return [each.replace("%2F", "/").replace("%25", "%") for each in joined.split("/")]


def _takes(parameter: Parameter, text: str) -> bool:
    return not isinstance(parameter.decode([text]), Violations)


def _needed(operation: Operation, place: str) -> Iterator[Parameter]:
    for each in operation.parameters:
        if each.location == place and each.required:
            yield each


def _text(value: Any) -> Any:
    """A value as it stands in a query; of a list each item on its own."""
    if isinstance(value, bool):
        return str(value).lower()
    return [_text(each) for each in value] if isinstance(value, list) else value
