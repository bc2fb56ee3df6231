"""What a recorded step is called: `workflow order-1 is resumed again: 409 ALREADY_RESTARTED`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from understudy.openapi.operation import Operation
from understudy.simulation.journal import Entry

LONGEST = 40  # characters of an id that a name repeats
_WORDS = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Verbs that operations are named by, with a participle that no rule makes.
_PARTICIPLES = {
    "begin": "begun",
    "build": "built",
    "buy": "bought",
    "describe": "read",
    "find": "found",
    "get": "read",
    "hold": "held",
    "leave": "left",
    "make": "made",
    "pay": "paid",
    "put": "put",
    "read": "read",
    "reset": "reset",
    "run": "run",
    "search": "searched",
    "sell": "sold",
    "send": "sent",
    "set": "set",
    "show": "read",
    "split": "split",
    "submit": "submitted",
    "undo": "undone",
    "withdraw": "withdrawn",
    "write": "written",
}
_REGULAR = """
abort accept activate add advance allow append apply approve archive assign attach authorize
block book cancel capture change check clear close complete confirm convert copy create
deactivate decline delete deliver deny deploy destroy disable dispatch download enable end
execute expire export fetch finish follow fulfil fulfill import install invite invoke issue join
kick launch link list load lock log mark merge move notify open order patch pause pin play post
preview process provision publish query reactivate reboot reject release remove rename renew
reopen replace request resend restart restore resume retrieve retry return revoke rotate save
schedule ship skip star start stop suspend swap sync tag terminate test track transfer trigger
unarchive unassign unblock unfollow unlink unlock unpublish update upload upsert validate verify
void watch
"""
_VERBS = frozenset((*_REGULAR.split(), *_PARTICIPLES))


def step_name(
    operation: Operation, chosen: Mapping[str, str], entry: Entry, *, again: bool = False
) -> str:
    """A sentence for one call: what was done to what, once more or not, and how it was refused.

    `chosen` are the path parameters that the client itself made up: an id that an answer gave is
    another one in each replay.
    """
    verb, things = _verb([word.lower() for word in _WORDS.findall(operation.id)])
    subject = [*things, *_id(operation, chosen)]
    plural = bool(things) and things[-1].endswith("s") and not things[-1].endswith(("ss", "us"))
    if not verb or not subject:
        sentence = " ".join([*([verb] if verb else []), *subject]) or operation.id
    else:
        sentence = f"{' '.join(subject)} {'are' if plural else 'is'} {participle(verb)}"
    return sentence + (" again" if again else "") + _outcome(entry)


def participle(verb: str) -> str:
    """What has been done: `resumed`, `cancelled`, `sent`."""
    if verb in _PARTICIPLES:
        return _PARTICIPLES[verb]
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    short = re.search("[^aeiou][aeiou][bdglmnpt]$", verb) and len(re.findall("[aeiou]+", verb)) == 1
    return f"{verb}{verb[-1]}ed" if short or verb == "cancel" else f"{verb}ed"


def _verb(words: Sequence[str]) -> tuple[str, list[str]]:
    """The verb, which stands first or last, and the words that are left; empty: there is none."""
    for verb, rest in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        if verb and (verb[0] in _VERBS):
            return verb[0], [*rest[: rest.index("by") if "by" in rest else None]]
    return "", [*words]


def _id(operation: Operation, chosen: Mapping[str, str]) -> list[str]:
    """The last id of the path, where the client chose it."""
    if not operation.path_parameters:
        return []
    text = chosen.get(operation.path_parameters[-1].name, "")
    return [text] if 0 < len(text) <= LONGEST and text.isprintable() else []


def _outcome(entry: Entry) -> str:
    if entry.lost:
        return f": the {entry.lost} is lost"
    if entry.status >= 400:
        return f": {entry.status} {entry.answer}".rstrip()
    return ""
