"""The grammar of what one operation does."""

from __future__ import annotations

from typing import Any, get_args

from understudy.modeled.behaviour.grammar_parts import closed, refusal, text, values, whole
from understudy.modeled.model import Role

SPOKEN = {"update": "merge", "remove": "delete"}  # words of ours for roles; PUT replaces
DOES = {
    "list": "the collection whose records it lists",
    "read": "the collection of which it reads one",
    "create": "the collection it makes a record of",
    "update": "the collection of which it changes one; PUT replaces it, others merge",
    "replace": "the collection of which it replaces one",
    "merge": "the collection of which it changes one",
    "remove": "the collection of which it removes one",
    "delete": "the collection of which it removes one",
    "view": "the collection whose records it shows from another place",
    "subdocument": "the one document below a record that it reads, writes or removes",
    "singleton": "the one document of its path that it reads, writes or removes",
    "action": "the collection of which it names one, to no effect",
    "event": "the event of a lifecycle that it makes happen",
    "rpc": "the collection that a word of its path does something to",
    "sample": "the collection below one of which it answers what the document shows",
}


def operation() -> dict[str, Any]:
    """What one operation does: one of the roles, with the collection."""
    names = (*DOES, *(each for each in get_args(Role) if each not in DOES))
    roles = {role: text(DOES.get(role, "the collection it is about")) for role in names}
    return closed(
        "an operation",
        {
            **roles,
            "of": text("the collection, where the role does not say it"),
            "answer": {
                **refusal(),
                "description": "an answer by name or status; or a pointer to the record in it",
            },
            "where": text("an expression that must be true of each record"),
            "id": text("an expression for the id of the record, such as body.order_id"),
            "set": values("what the answer says"),
            "rule": whole(0, "the rule of inference", 99),
            "saw": text("what the rule saw"),
            "does": text("of a remote call: the role it plays"),
            "by": text("the field its path names a record by, if not the id"),
            "under": text("whose records these are"),
            "body": text("where the record stands in what is sent"),
            "listing": {"type": "object", "description": "how its list is asked for and answered"},
        },
        minProperties=1,
    )
