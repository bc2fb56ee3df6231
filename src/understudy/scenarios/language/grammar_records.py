"""The grammar of a step that changes a record by hand."""

from __future__ import annotations

from understudy.scenarios.language.grammar_rules import closed, ref, text

HOW = ("change", "event", "make", "remove")
FIELDS = "fields of an entry of the world, such as {state: FAILED}"

RECORD = closed(
    "a change of a record",
    {
        "record": text("a collection, with its vendor and a dot in front", maxLength=200),
        "id": text("the record's id", maxLength=1000),
        "change": {"type": "object", "minProperties": 1, "description": FIELDS},
        "event": text("an event of the record's lifecycle", maxLength=200),
        "make": {"type": "object", "description": "an entry of the world"},
        "remove": {"const": True, "description": "true: with what cannot be without it"},
        "name": text("what to call this step", maxLength=200),
        "needs": ref("needs"),
    },
    "record",
)
