"""The grammar of one document's behaviour as JSON Schema; every key has its sentence."""

from __future__ import annotations

from typing import Any

from understudy.modeled.behaviour.grammar_operations import operation
from understudy.modeled.behaviour.grammar_parts import (
    NAME,
    closed,
    duration,
    mapping,
    one_or_more,
    refusal,
    text,
    values,
    whole,
)

TRANSITIONS = 200  # of one collection
EFFECTS = 20  # of one transition
COLLECTIONS, OPERATIONS = 500, 5_000  # of one document


def behaviour_schema() -> dict[str, Any]:
    """What may stand below `behaviour.<document>`."""
    return {
        "title": "a behaviour",
        "description": "collections by name, and `operations`",
        "type": "object",
        "maxProperties": COLLECTIONS,
        "properties": {
            "operations": {
                "title": "operations",
                "description": "operations by operationId: what each does where inference is wrong",
                "type": "object",
                "maxProperties": OPERATIONS,
                "additionalProperties": operation(),
            }
        },
        "additionalProperties": collection(),
    }


def collection() -> dict[str, Any]:
    """One collection: what differs from the inference."""
    return closed(
        "a collection",
        {
            "path": text("the path where its records are listed and made, such as /orders"),
            "item": text("the path of one record, such as /orders/{order_id}"),
            "schema": text("the record's schema, such as #/components/schemas/Order"),
            "id": _id(),
            "under": text("the collection whose record each belongs to"),
            "single": {"type": "boolean", "description": "one document for each path"},
            "owner": {
                "enum": ["key", "tenant"],
                "description": "key or tenant: who made a record; to others it is unknown",
            },
            "body": text("where the record stands in what is sent and answered, such as /data"),
            "list": {**listing(), "description": "how its lists are asked for and answered"},
            "fields": mapping("the record's fields by name", field()),
            "of": text("the collection whose records are linked here"),
            "record": text("where the linked record stands in a link, such as /track"),
            "seed": whole(0, "how many records a world begins with", 100),
            "state": text("the field that holds the state, such as status"),
            "lifecycle": {
                "title": "a lifecycle",
                "description": "a list of transitions; of one event the first that fits happens",
                "type": "array",
                "maxItems": TRANSITIONS,
                "items": transition(),
            },
            "progress": progress(),
            "timeline": timeline(),
            "refuse": {**refuse(), "description": "what is answered where something cannot be"},
        },
        description="what differs from the inference: { state, lifecycle, refuse, ... }",
    )


def _id() -> dict[str, Any]:
    shape = text("what new ids look like, such as ord_${hex(12)} or ${uuid()}")
    return {
        "title": "an id",
        "description": "the field that names a record, or {field, shape}",
        "anyOf": [
            {"type": "string", "maxLength": 200},
            closed("an id", {"field": text("the field that names a record"), "shape": shape}),
        ],
    }


def listing() -> dict[str, Any]:
    """How a list is asked for and answered."""
    return closed(
        "a list",
        {
            "items": text("a pointer to the records in the body, such as /data; empty: the body"),
            "total": text("a pointer to how many there are, such as /meta/total"),
            "page": {
                "enum": ["", "page", "offset", "cursor", "none"],
                "description": "page, offset, cursor or none: how pages are asked for",
            },
            "by": text("the parameter that says which page, offset or cursor"),
            "size": text("the parameter that says how many"),
            "usual": whole(1, "how many a page has where nobody says", 1_000),
            "most": whole(1, "how many a page has at most", 1_000),
            "order": text("the parameter that says by which field to order"),
            "direction": text("the parameter that says which way to order"),
            "filters": {
                "title": "filters",
                "description": "parameters that narrow the list, each with its field",
                "anyOf": [
                    {"type": "array", "items": {"type": "string"}, "maxItems": 100},
                    {"type": "object", "additionalProperties": {"type": "string"}},
                ],
            },
            "envelope": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "what is told beside the records: total, next, more, each a pointer",
            },
        },
    )


def field() -> dict[str, Any]:
    """One field of a record."""
    return closed(
        "a field",
        {
            "from": text("what the field is called in a request"),
            "is": text("an expression; computed anew whenever the record changes"),
            "make": {"description": "a value with ${...}, made once for each new record"},
        },
        minProperties=1,
        description="{from: NAME}, {is: EXPRESSION} or {make: VALUE}",
    )


def transition() -> dict[str, Any]:
    """One transition of a lifecycle."""
    return closed(
        "a transition",
        {
            "event": text("an operationId, or a name", pattern=NAME),
            "from": one_or_more("the states it begins in; any, if not said", {"type": "string"}),
            "to": text(
                "the state it leads to; if not said, it stays as it is",
                minLength=1,
            ),
            "if": text("an expression that must be true, such as body.amount >= record.total"),
            "else": {**refusal(event=True), "description": "what is answered, or {event}, if not"},
            "set": values("fields of the record, each with its new value"),
            "after": duration("how long after the state began it happens by itself"),
            "then": one_or_more("what else happens, all of it or nothing", effect(), EFFECTS),
        },
        "event",
    )


def effect() -> dict[str, Any]:
    """What a transition brings about elsewhere."""
    of = text("an expression for a record or several, such as customers[record.customer_id]")
    guard = {
        "if": text("an expression that must be true of each `target`"),
        "else": {**refusal(), "description": "what is answered if it is not, and nothing happens"},
    }
    return {
        "title": "an effect",
        "description": "{event, of}, {make, with}, {change, set} or {remove}",
        "anyOf": [
            closed("an event", {"event": text("an event of theirs"), "of": of}, "event", "of"),
            closed(
                "a new record",
                {
                    "make": text("a collection"),
                    "with": values("its fields"),
                    "if": text("an expression; where it is false, none is made"),
                    "as": text("a name for it, for what comes after", pattern=NAME),
                },
                "make",
            ),
            closed(
                "a change",
                {"change": of, "set": values("their fields"), **guard},
                "change",
                "set",
            ),
            closed("a removal", {"remove": of}, "remove"),
        ],
    }


def progress() -> dict[str, Any]:
    """How work that goes on by itself ends."""
    return {
        "title": "progress",
        "description": "now, {after: 30s} or {reads: 3}: when what happens by itself happens",
        "anyOf": [
            {"const": "now"},
            closed("progress", {"after": duration("how long it takes")}, "after"),
            closed("progress", {"reads": whole(1, "after how many reads", 1_000)}, "reads"),
        ],
    }


def timeline() -> dict[str, Any]:
    """Events that follow each other by themselves."""
    return {
        "title": "a timeline",
        "description": "events that follow each other by themselves: {event, after}, in order",
        "type": "array",
        "maxItems": TRANSITIONS,
        "items": closed(
            "an item of a timeline",
            {
                "event": text("an event of the lifecycle", pattern=NAME),
                "to": text("the state it leads to", minLength=1),
                "after": duration("how long after the one before"),
                "set": values("fields of the record, each with its new value"),
            },
            "event",
            "to",
            "after",
        ),
    }


def refuse() -> dict[str, Any]:
    """What refusals say."""
    unique = closed(
        "what may be there once",
        {"of": one_or_more("fields that no two records share", {"type": "string"}), **_answer()},
        "of",
    )
    return closed(
        "refusals",
        {
            "illegal": {**refusal(), "description": "of an event that the state does not allow"},
            "unknown": {**refusal(), "description": "of a record that is not there"},
            "invalid": {**refusal(), "description": "of a request that the document forbids"},
            "duplicate": {**unique, "description": "of a record that is there already"},
        },
    )


def _answer() -> dict[str, Any]:
    return {"answer": {**refusal(), "description": "what is answered: a name, or a status"}}
