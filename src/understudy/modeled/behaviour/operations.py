"""What somebody says of one operation, completed by what its document says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, get_args

import msgspec
from msgspec import structs

from understudy.modeled.behaviour.grammar_operations import SPOKEN
from understudy.modeled.behaviour.source import Source, pointer_of
from understudy.modeled.expressions.mistakes import there_are
from understudy.modeled.inference.bodies import request, success
from understudy.modeled.inference.lists import listed, listing
from understudy.modeled.inference.paths import Route
from understudy.modeled.inference.records import Found, alike, unwrapped
from understudy.modeled.model import Collection, Listing, Operation, Role
from understudy.modeled.schemas import Node, Schemas

ROLES: tuple[str, ...] = (*get_args(Role), *SPOKEN)
KEPT = ("where", "id", "set")
OWN = {*Operation.__struct_fields__} - {
    "role",
    "of",
    "answer",
    "listing",
    "settings",
    "rule",
    "saw",
}
LISTS = ("list", "view")
WRITES = ("create", "replace", "merge")


class Known(Protocol):
    """What is known of a document while its behaviour is read."""

    schemas: Schemas
    source: Source
    collections: dict[str, Collection]
    operations: dict[str, Operation]


def read_operation(known: Known, route: Route, given: Mapping[str, Any]) -> Operation | None:
    """The operation that is said; None where it cannot be, which is noted."""
    pointer = pointer_of("operations", route.id)
    role, of = _role(known, route, given, pointer)
    before = known.operations.get(route.id) or Operation("sample")
    if role is None:
        return None
    if of and of not in known.collections:
        where = f"{pointer}/{'of' if 'of' in given else role}"
        fix = there_are(of, known.collections)
        known.source.note(f"there is no collection `{of}`", where, fix)
        return None
    kept: dict[str, Any] = {key: given[key] for key in KEPT if key in given}
    if role == "event":
        kept["event"] = given.get("event", route.id)
    fields = {key: given[key] for key in OWN if key in given}
    if not _is_pointer(given.get("answer", "")):
        kept["answer"] = given["answer"]
    elif "answer" in given:
        fields["answer"] = given["answer"]
    rule = {key: given[key] for key in ("rule", "saw") if key in given}
    if (role, of) == (before.role, before.of):
        made = structs.replace(before, **fields, **(rule or {"rule": 0}))
    else:
        made = _completed(known, route, Operation(role, of), given)
        made = structs.replace(made, **fields, **rule)
    if "listing" in given:
        made = structs.replace(made, listing=msgspec.convert(given["listing"], Listing))
    made = structs.replace(made, settings={**before.settings, **kept} if kept else made.settings)
    as_inferred = structs.replace(made, rule=before.rule, saw=before.saw) == before
    return before if as_inferred and not rule else made  # nobody says otherwise


def _role(
    known: Known, route: Route, given: Mapping[str, Any], pointer: str
) -> tuple[Role | None, str]:
    """The role and the collection that are said, else those that were inferred."""
    roles = [each for each in ROLES if each in given]
    before = known.operations.get(route.id) or Operation("sample")
    if len(roles) > 1:
        what = f"it cannot be both `{roles[0]}` and `{roles[1]}`"
        known.source.note(what, f"{pointer}/{roles[1]}", "Leave one out")
        return None, ""
    if not roles:
        return before.role, str(given.get("of", before.of))
    word = roles[0]
    if word == "event":
        of = str(given.get("of", "")) or _of_event(known, given["event"])
        if not of:
            events = sorted(_events(known))
            fix = there_are(given["event"], events)
            known.source.note(
                f"no lifecycle has the event `{given['event']}`", f"{pointer}/event", fix
            )
            return None, ""
        return "event", of
    role: Any = "replace" if word == "update" and route.method == "put" else SPOKEN.get(word, word)
    return role, str(given.get("of", given[word]))


def _events(known: Known) -> dict[str, str]:
    """The events of all lifecycles, each with its collection."""
    return {
        row["event"]: name
        for name, each in known.collections.items()
        for row in each.settings.get("lifecycle", ())
    }


def _of_event(known: Known, event: str) -> str:
    return _events(known).get(event, "")


def _completed(known: Known, route: Route, made: Operation, given: Mapping[str, Any]) -> Operation:
    """Where the record stands in what is sent and answered, as far as the document shows it."""
    collection = known.collections.get(made.of)
    if collection is None:
        return made
    schemas = known.schemas
    record = schemas.node({"$ref": collection.schema}, collection.schema)
    _, body = success(schemas, route)
    if made.role in LISTS or "where" in given:
        found = None if body is None else listed(schemas, body, made.of)
        if body is not None and found is not None:
            how = listing(schemas, route, body, Found(record, found.pointer))
            made = structs.replace(made, listing=how)
    if made.role != "list" and body is not None:
        made = structs.replace(made, answer=_answered(schemas, body, record, made.of))
    sent = request(schemas, route) if made.role in WRITES else None
    if sent is not None:
        inside = unwrapped(schemas, sent, made.of)
        found = inside if alike(schemas, inside.node, record) else Found(sent, "")
        made = structs.replace(made, body="/0" if schemas.items(sent) else found.pointer)
    return made


def _answered(schemas: Schemas, body: Node, record: Node, thing: str) -> str | None:
    """Where the record stands in what is answered; None: it does not."""
    item = schemas.items(body)
    if item is not None:
        return "/0" if alike(schemas, item, record) else None
    found = unwrapped(schemas, body, thing)
    return found.pointer if alike(schemas, found.node, record) else None


def _is_pointer(given: Any) -> bool:
    """Whether an answer is a place in it, not the name of one."""
    return isinstance(given, str) and (not given or given.startswith("/"))
