"""Answers of the operations: the status, the body, and the headers the document names."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

from msgspec import json

from understudy.modeled.addresses import called_origin
from understudy.modeled.plan import Plan
from understudy.modeled.records import Item
from understudy.modeled.request_lookup import NOT_ACCEPTABLE, PRECONDITION, public_id
from understudy.openapi.media_types import acceptable, essence, is_xml
from understudy.openapi.operation import Answer
from understudy.openapi.sampled_answers import Sampled
from understudy.openapi.xml_text import write_xml
from understudy.simulation.world import World
from understudy.vendor import Headers, Reply, Request, compose, refusal

IF_MATCH, IF_NONE_MATCH = "if-match", "if-none-match"


def answer(plan: Plan, body: Any, headers: Headers = ()) -> Reply:
    """The operation's success with that body; without one where it declares none."""
    success = plan.success
    if success.media_type is None:
        body = None
    elif "json" not in success.media_type:
        reply = _as_xml(plan, success, body) or compose(success, {})
        reply.headers = merged(success.headers, headers)
        return reply
    return Reply(
        success.status,
        body,
        answer=success.name,
        headers=merged(success.headers, headers),
        media_type=success.media_type or "application/json",
    )


def accepted(plan: Plan, accept: str) -> Answer | None:
    """The success whose type the client takes; None: it has no body. A refusal of any other."""
    answers = plan.operation.by_status(plan.success.status)
    offered = [each.media_type for each in answers if each.media_type is not None]
    if not offered:
        return None
    wanted = acceptable(accept, offered)
    if wanted is None:
        because = f"Accept is {accept[:200]}, and there is {', '.join(dict.fromkeys(offered))}"
        raise refusal(NOT_ACCEPTABLE, because)
    return next(each for each in answers if each.media_type == wanted)


def as_wanted(plan: Plan, reply: Reply, wanted: Answer | None) -> Reply:
    """The answer in the type that the client takes; one that is no JSON is the document's own."""
    is_same = wanted is None or wanted.media_type == plan.success.media_type
    if is_same or wanted is None or reply.status != plan.success.status:
        return reply
    made = None if reply.raw is not None else _as_xml(plan, wanted, reply.body)
    if made is not None:
        made.headers = reply.headers
    return made or compose(wanted, {})


def _as_xml(plan: Plan, wanted: Answer, body: Any) -> Reply | None:
    """The body as XML; None where the answer is another text, or the document's own example."""
    if not isinstance(wanted, Sampled) or not is_xml(essence(wanted.media_type or "")):
        return None
    value = json.decode(json.encode(body))  # a record is kept as the text it is
    text = write_xml(value, wanted.schema, plan.api.schemas.resolve)
    kind = wanted.media_type or ""
    return Reply(wanted.status, answer=wanted.name, raw=text.encode(), media_type=kind)


def of_example(plan: Plan, leaves: Mapping[str, Any], headers: Headers = ()) -> Reply:
    """The operation's example, with the leaves that are known."""
    reply = compose(plan.success, leaves)
    reply.headers = merged(plan.success.headers, headers)
    return reply


def merged(declared: Mapping[str, str], own: Headers) -> Headers:
    """The examples of the declared headers, and over them what this call is told."""
    if not declared:
        return own
    known = {name.lower() for name, _ in own}
    kept = [(name, value) for name, value in declared.items() if name.lower() not in known]
    return (*kept, *own)


def etag(item: Item) -> str:
    return f'"{blake2b(bytes(item.data), digest_size=8).hexdigest()}"'


def tags(plan: Plan, item: Item) -> list[tuple[str, str]]:
    """The ETag of a record, where the document names one or asks for it."""
    declared = {name.lower() for name in plan.headers}
    asked = plan.operation.header_parameters.keys() & {IF_MATCH, IF_NONE_MATCH}
    return [("ETag", etag(item))] if asked or "etag" in declared else []


def check_match(plan: Plan, request: Request, item: Item) -> None:
    """A refusal where the record is another than the one the call wants to change."""
    said = request.values.get(_declared(plan, IF_MATCH))
    if said is None or "*" in str(said) or etag(item) in str(said):
        return
    because = f"If-Match is {said}, and the record's ETag is {etag(item)}"
    raise refusal(PRECONDITION, because, item)


def is_known(plan: Plan, request: Request, item: Item) -> bool:
    """Whether the client has the record as it is already."""
    said = request.values.get(_declared(plan, IF_NONE_MATCH))
    return said is not None and etag(item) in str(said)


def retry_after(plan: Plan, item: Item, world: World) -> list[tuple[str, str]]:
    """When to ask again for what works on by itself, where somebody said that it does."""
    acting = plan.api.acting
    seconds = None if acting is None else acting.waits(plan.of, item, world)
    return [] if seconds is None else [("Retry-After", str(seconds))]


def location(plan: Plan, request: Request, item: Item) -> list[tuple[str, str]]:
    """Where a new record is, for a 201 or 202."""
    collection = plan.collection
    if plan.success.status not in (201, 202) or collection is None or not collection.item:
        return []
    name = quote(str(public_id(plan.api, plan.of, item)), safe="")
    origin = called_origin(plan, request)
    if plan.behaviour.under:
        path = f"{collection.item.rpartition('/')[0]}/{name}"
        return [("Location", origin + plan.api.contract.base_path + path)]
    if plan.api.path(plan.operation) not in (collection.path, collection.item):
        path = _filled(collection.item, item)
        return [("Location", origin + plan.api.contract.base_path + path)]
    return [("Location", f"{origin}{request.call.path.rstrip('/')}/{name}")]


def _filled(path: str, item: Item) -> str:
    """The path of a record, made of the values that it is known by."""
    values = iter(item.id.split("/"))
    parts = path.split("{")
    rest = (f"{next(values, '')}{each.partition('}')[2]}" for each in parts[1:])
    return parts[0] + "".join(rest)


def _declared(plan: Plan, name: str) -> str:
    """How the document writes a header that it takes."""
    parameter = plan.operation.header_parameters.get(name)
    return name if parameter is None else parameter.name
