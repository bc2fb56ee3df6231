"""Round trips made of a model: what it says is created, read, listed, changed and removed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from tests.documents.encoding import encoded, is_parts, json_type
from tests.modeled.application import application
from understudy.errors import ContractError
from understudy.modeled.assembly import Modeled
from understudy.modeled.plan import Plan
from understudy.modeled.pointers import NOTHING, get, put
from understudy.modeled.records import Item, data_of
from understudy.openapi.operation import Operation
from understudy.openapi.sample import sample
from understudy.server.inprocess import Answered, ask
from understudy.simulation.world import World
from understudy.yaml import escape

PATCH = "application/json-patch+json"


class Step(NamedTuple):
    """One call of a round trip, and what was wrong with its answer."""

    operation: str
    wrong: str


class Client:
    """Calls operations of a document by their model."""

    def __init__(self, made: Modeled) -> None:
        self.made = made
        self.app = application(made, clock="frozen")
        self.world: World = self.app.sandbox.session("default").world(made.vendor.name)
        self.by_role: dict[tuple[str, str], list[Plan]] = {}
        for operation in made.contract.operations.values():
            plan = made.api.plan(operation)
            self.by_role.setdefault((plan.of, plan.behaviour.role), []).append(plan)

    def plan(self, name: str, role: str) -> Plan | None:
        return next(iter(self.by_role.get((name, role), ())), None)

    def call(
        self,
        plan: Plan,
        path: Mapping[str, Any],
        body: Any = None,
        asked_for: Mapping[str, Any] | None = None,
    ) -> Answered:
        operation = plan.operation
        target = operation.path
        for name, value in path.items():
            target = target.replace(f"{{{name}}}", quote(str(value), safe=""))
        query, headers = self._required(operation)
        credential = next(self.world["credentials"].as_added())
        headers |= self.made.vendor.signed(credential, operation)
        query += self._keys(operation, credential.key)
        query = [*(each for each in query if each[0] not in (asked_for or {}))]
        query += [*(asked_for or {}).items()]
        content = b""
        if body is not None:
            content, headers["content-type"] = encoded(operation, body)
        asked = f"/{self.made.vendor.name}{target}{'?' if query else ''}{urlencode(query)}"
        sent = ask(self.app, operation.method, asked, headers.items(), content)
        return asyncio.run(sent)

    def body(self, plan: Plan) -> Any:
        """What the operation may be sent, made of its schema."""
        operation = plan.operation
        declared = operation.body
        if declared is None or not (json_type(operation) or is_parts(operation)):
            return None
        try:
            return sample(declared.schema, self.made.api.schemas.registry, 7)
        except (ContractError, RecursionError):
            return {}

    def _keys(self, operation: Operation, key: str) -> list[tuple[str, str]]:
        """The credentials that travel in the query."""
        schemes = [self.made.contract.schemes[name] for each in operation.security for name in each]
        return [(each.key, key) for each in schemes if each.place == "query"]

    def _required(self, operation: Operation) -> tuple[list[tuple[str, str]], dict[str, str]]:
        query: list[tuple[str, str]] = []
        headers: dict[str, str] = {}
        for each in operation.parameters:
            if not each.required or each.location not in ("query", "header"):
                continue
            told = each.encode(sample(each.schema, self.made.api.schemas.registry, 3))
            if each.location == "query":
                query += told
            else:
                headers |= dict(told)
        return query, headers


def round_trips(made: Modeled) -> Iterator[Step]:
    """Every collection's records made, read, listed, changed and removed; each call is a step."""
    client = Client(made)
    for name, collection in made.model.collections.items():
        if collection.of:
            yield from _linked(client, name)
        else:
            yield from _document(client, name) if collection.single else _of(client, name)


def _of(client: Client, name: str) -> Iterator[Step]:
    create, read = client.plan(name, "create"), client.plan(name, "read")
    before: Item | None = next(client.world[name].walk("every", "-"), None)
    item = before
    if create is not None:
        body = client.body(create)
        answered = client.call(create, _owners(client, create, None), body)
        item = next(client.world[name].walk("every", "-"), None)
        lost = "nothing was made" if item is before else ""
        yield Step(create.operation.id, _wrong(create, answered) or lost)
    if item is None:
        return
    if read is not None:
        yield Step(read.operation.id, _same(client, read, item))
    listing = client.plan(name, "list")
    if listing is not None:
        answered = client.call(listing, _owners(client, listing, item))
        yield Step(listing.operation.id, _wrong(listing, answered))
    for role in ("replace", "merge"):
        plan = client.plan(name, role)
        if plan is not None:
            body = client.body(plan)
            if len(plan.parameters) < (plan.collection.item if plan.collection else "").count("{"):
                body = _named(plan, item, body)
            yield Step(plan.operation.id, _wrong(plan, client.call(plan, _path(plan, item), body)))
    delete = client.plan(name, "delete")
    if delete is not None:
        answered = client.call(delete, _path(delete, item))
        left = "it is still there" if item.id in client.world[name] else ""
        yield Step(delete.operation.id, _wrong(delete, answered) or left)


def _linked(client: Client, name: str) -> Iterator[Step]:
    """A known record added to a list of some, looked for there, and taken away again."""
    plans = {each.behaviour.does: each for each in client.by_role.get((name, "link"), ())}
    collection = client.made.model.collections[name]
    target = client.world[collection.of].ranked("every", "-", 0, 9)[-1]
    path = _owners(client, plans["list"], None)
    for does, there in (("add", True), ("list", True), ("contains", True), ("remove", False)):
        plan = plans.get(does)
        if plan is None:
            continue
        named, body = _naming(client, plan, target)
        behind = does != "list" and not plan.behaviour.by
        at = {**path, plan.parameters[-1]: target.id} if behind else path
        answered = client.call(plan, at, body, named)
        ids = {each.owner for each in client.world[name].walk("every", "-")}
        lost = "" if (f"{collection.of}/{target.id}" in ids) is there else "it has no effect"
        yield Step(plan.operation.id, _wrong(plan, answered) or lost)


def _naming(client: Client, plan: Plan, target: Item) -> tuple[dict[str, str], Any]:
    """What names a record in the query, and in the body."""
    body = client.body(plan)
    if plan.behaviour.does == "list" or not plan.behaviour.by:
        return {}, body
    if plan.behaviour.by in plan.operation.query_parameters:
        return {plan.behaviour.by: target.id}, body
    return {}, {**body, plan.behaviour.by: [target.id]}


def _document(client: Client, name: str) -> Iterator[Step]:
    """A document read, written each way, and read again."""
    plans = [*client.by_role.get((name, "subdocument"), ())]
    plans += client.by_role.get((name, "singleton"), ())
    read = next((each for each in plans if each.operation.method == "GET"), None)
    if read is None:
        return
    path = _owners(client, read, _owner(client, read))
    first = client.call(read, path)
    yield Step(read.operation.id, _wrong(read, first))
    for plan in plans:
        if plan.operation.method in ("PUT", "PATCH", "POST"):
            body = _aimed(client.body(plan), plan, first)
            answered = client.call(plan, path, body)
            yield Step(plan.operation.id, _wrong(plan, answered))
            again = _wrong(read, client.call(read, path))
            if again:
                yield Step(read.operation.id, again)


def _aimed(body: Any, plan: Plan, shown: Answered) -> Any:
    """What is sent; operations on a document (RFC 6902) are put to a field that it has."""
    media = plan.operation.body.media_types if plan.operation.body else ()
    if PATCH not in media or not shown.body:
        return body
    document = json.loads(shown.body)
    if all(each["path"][:1] == "/" and get(document, each["path"]) is not NOTHING for each in body):
        return body
    texts = ((name, value) for name, value in document.items() if isinstance(value, str))
    name, value = next(texts)
    return [{"op": "replace", "path": f"/{escape(name)}", "value": value}]


def _owner(client: Client, plan: Plan) -> Item | None:
    """The first record above a document."""
    assert plan.collection is not None, "only asked where there is one"
    above = client.world.collections.get(plan.collection.under)
    found = None if above is None else next(iter(above.ranked("every", "-", 0, 1)), None)
    return None if found is None else Item(id="", scope=found.id)


def _same(client: Client, read: Plan, item: Item) -> str:
    answered = client.call(read, _path(read, item))
    wrong = _wrong(read, answered)
    if wrong:
        return wrong
    shown = get(json.loads(answered.body), read.behaviour.answer or "")
    now = client.world[read.of].get(item.id)
    differs = isinstance(shown, dict) and now is not None and not _is_part(shown, data_of(now))
    return "it is not what was made" if differs else ""


def _is_part(shown: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    return all(data.get(key, value) == value for key, value in shown.items())


def _wrong(plan: Plan, answered: Answered) -> str:
    """What is wrong with an answer: no success, or not by its own schema."""
    if not 200 <= answered.status < 300:
        return f"{answered.status} {answered.body[:200].decode(errors='replace')}"
    check = plan.operation.schemas.get(answered.status)
    if (
        check is None
        or not answered.body
        or "json" not in dict(answered.headers).get("content-type", "")
    ):
        return ""
    try:
        violations = check(json.loads(answered.body))
    except ContractError:  # a schema that is none: nobody can say
        return ""
    return "; ".join(f"{each.pointer} {each.message}" for each in violations[:2])


def _path(plan: Plan, item: Item) -> dict[str, Any]:
    """The path values that name a record."""
    values = [each.replace("%2F", "/").replace("%25", "%") for each in item.id.split("/")]
    owners = _texts(item.owner.partition("/")[2]) if plan.behaviour.under else []
    path = dict(zip(plan.parameters, [*owners, *values], strict=False))
    if plan.behaviour.by and plan.parameters:
        path[plan.parameters[-1]] = get(data_of(item), f"/{plan.behaviour.by}")
    return path


def _owners(client: Client, plan: Plan, item: Item | None) -> dict[str, Any]:
    """The path values before a collection: those of a record in it, else of its first owner."""
    some = item or next(iter(client.world[plan.of].ranked("every", "-", 0, 1)), None)
    texts: list[str] = []
    if plan.behaviour.under:
        owned = some.owner.partition("/")[2] if some is not None else ""
        first = next(iter(client.world.collections.get(plan.behaviour.under, ())), None)
        texts = _texts(owned or (first.id if first is not None else ""))
    elif some is not None and some.scope != "-":
        texts = _texts(some.scope)
    registry = client.made.api.schemas.registry
    made = {each.name: sample(each.schema, registry, 3) for each in plan.operation.path_parameters}
    return {**made, **dict(zip(plan.parameters, filter(None, texts), strict=False))}


def _texts(joined: str) -> list[str]:
    return [each.replace("%2F", "/").replace("%25", "%") for each in joined.split("/")]


def _named(plan: Plan, item: Item, body: Any) -> Any:
    """The body with the record's id in it, where no path says which is meant."""
    assert plan.collection is not None, "only asked where there is one"
    pointer = f"/{plan.collection.id}"
    return put(body, f"{plan.behaviour.body}{pointer}", get(data_of(item), pointer))
