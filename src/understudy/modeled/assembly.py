"""A Vendor value put together of a document's contract and its model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from understudy.modeled.authentication import authenticator, signer, usual
from understudy.modeled.envelope import refuse
from understudy.modeled.first_call import first_call
from understudy.modeled.handlers import Handlers
from understudy.modeled.inference import infer
from understudy.modeled.magic import magic_inputs
from understudy.modeled.model import Model
from understudy.modeled.plan import NAMING, Api, Plan
from understudy.modeled.records import Item, joined, kinds
from understudy.modeled.request_lookup import find, leaves
from understudy.modeled.section import Section
from understudy.modeled.seeds import begin
from understudy.modeled.tokens import with_token_urls
from understudy.modeled.world_entries import declare, entries, populating
from understudy.openapi.document_compiler import compile_document
from understudy.openapi.operation import Contract, Operation
from understudy.simulation.clock import Instant
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.vendor import Caller, Handler, Request, Vendor

NOBODYS: Mapping[str, Handler] = {}


class Modeled(NamedTuple):
    """A document as it is served: the vendor, and what it is made of."""

    vendor: Vendor
    contract: Contract
    model: Model
    api: Api
    world: Mapping[str, Any] = {}  # what a project adds to its base world, as its entries


def modeled(
    name: str,
    document: Mapping[str, Any],
    file: str = "",
    *,
    model: Model | None = None,
    section: Section | None = None,
    handlers: Mapping[str, Handler] = NOBODYS,
    stateless: bool = False,
) -> Modeled:
    """The vendor of a document in OpenAPI 3.1; its behaviour is inferred where nobody says it.

    `section` is what a project says of it, `handlers` are functions of its own by operationId.
    """
    whole = with_token_urls(document)
    contract = compile_document(name, whole, file or name)
    behaviour, acting = (model, None) if model is not None else (infer(document), None)
    said = section is not None or "x-understudy" in document
    if model is None and said:
        from understudy.modeled.behaviour.assembly import behaved

        api, acting = behaved(contract, document, file, section)
        behaviour = api.model
    else:
        api = Api(contract, behaviour)
    fields = {each: frozenset(api.fields(each).by_name) for each in behaviour.collections}
    made = kinds(behaviour.collections, fields)
    vendor = Vendor(
        name=name,
        title=contract.title,
        kinds=made if acting is None else acting.kinds(made),
        handlers=Handlers(api, handlers, stateless=stateless),
        named=partial(named, api),
        authenticate=authenticator(contract),
        refuse=refuse if acting is None else acting.refuse,
        values=values,
        sign=usual(contract),
        sign_for=signer(contract),
        entries=entries(api),
        populating=partial(populating, api),
        declare=partial(declare, api),
        first_call=first_call(api),
        exports={f"{_variable(name)}_URL": "url", f"{_variable(name)}_KEY": "key"},
        about=about(behaviour, contract),
        contract=contract,
        explain=partial(explained, api),
        begin=partial(begin, api),
        magic=partial(magic_inputs, api),
    )
    return Modeled(vendor, contract, behaviour, api)


def named(api: Api, request: Request, world: World) -> tuple[str, Record] | None:
    """The collection and record a call is about."""
    plan = api.plan(request.operation)
    if plan.behaviour.role not in NAMING or len(plan.parameters) <= plan.depth:
        return _below(plan, request, world) if plan.behaviour.role == "event" else None
    found = find(plan, request, world)
    return None if found is None else (plan.of, found)


def _below(plan: Plan, request: Request, world: World) -> tuple[str, Record] | None:
    """The record that an event is below."""
    names = plan.parameters[: plan.depth + 1]
    found = world[plan.of].get(joined([request.values[each] for each in names]))
    return None if found is None else (plan.of, found)


def values(record: Record | None, caller: Caller | None, now: Instant) -> Mapping[str, Any]:
    """The leaves of a record by name."""
    return leaves(record) if isinstance(record, Item) else {}


def about(model: Model, contract: Contract) -> Mapping[str, tuple[str, ...]]:
    """The collections that a call of each operation may name a record of."""
    api = Api(contract, model)
    return {
        each.id: (said.of,) if (said := api.behaviour(each)).of else ()
        for each in contract.operations.values()
    }


def explained(api: Api, operation: Operation) -> str:
    """What an operation does here, by which rule of inference, and what the rule saw; "" where it
    answers what the document shows, or does what somebody said."""
    said = api.behaviour(operation)
    if not said.rule:
        return ""
    of = f" of {said.of}" if said.of else ""
    return f"{said.role}{of}, by rule {said.rule} of inference: {said.saw}"


def _variable(name: str) -> str:
    return "".join(each if each.isalnum() else "_" for each in name).upper()
