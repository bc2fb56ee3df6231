"""A step in words: `workflow order-1 is resumed again: 409 ALREADY_RESTARTED`, `a week passes`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.openapi.operation import Operation
from understudy.scenarios.stories.model import Advance, ChangeRecord, SetClock, Step, advance_name
from understudy.simulation.clock import Duration, duration
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
kick launch link list load lock log mark merge move notify open order patch pause pin place play
post preview process provision publish query reactivate reboot reject release remove rename
renew reopen replace request resend restart restore resume retrieve retry return revoke rotate
save schedule ship skip star start stop suspend swap sync tag terminate test track transfer
trigger unarchive unassign unblock unfollow unlink unlock unpublish update upload upsert
validate verify void watch
"""
_VERBS = frozenset((*_REGULAR.split(), *_PARTICIPLES))


def step_name(operation: Operation, chosen: Mapping[str, Any]) -> str:
    """A sentence for one call: what was done to what.

    `chosen` are the path parameters that the client itself made up: an id that an answer gave is
    another one in each replay.
    """
    verb, things = _verb(operation.id)
    subject = [*things, *_id(operation, chosen)]
    plural = bool(things) and things[-1].endswith("s") and not things[-1].endswith(("ss", "us"))
    if not verb or not subject:
        return " ".join([*([verb] if verb else []), *subject]) or operation.id
    return f"{' '.join(subject)} {'are' if plural else 'is'} {participle(verb)}"


def recorded_name(
    operation: Operation, chosen: Mapping[str, Any], entry: Entry, *, again: bool
) -> str:
    """The sentence of a recorded call: once more or not, and how it was refused."""
    return step_name(operation, chosen) + (" again" if again else "") + _outcome(entry)


def sentence(step: Step) -> str:
    """What a story's author calls the step, else what it does in words."""
    if isinstance(step, SetClock | ChangeRecord):
        return step.name
    if isinstance(step, Advance):
        return step.name if step.name != advance_name(step.how, step.value) else _passing(step)
    if step.name not in (step.operation.id, f"{step.contract.name}.{step.operation.id}"):
        return step.name
    chosen = {
        name.removeprefix("path."): str(value)
        for name, value in step.arguments.items()
        if "${" not in str(value)
    }
    return step_name(step.operation, chosen)


def in_words(length: Duration) -> str:
    """A duration in its two largest units: `a week`, `1 hour 30 minutes`, `10 minutes`."""
    parts, rest = [], length
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append((count, unit))
    if not parts:
        return "no time"
    if len(parts) == 1 and parts[0][0] == 1:
        return f"{'an' if parts[0][1] == 'hour' else 'a'} {parts[0][1]}"
    return " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts[:2])


_UNITS = (
    ("week", 604_800_000),
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1000),
    ("millisecond", 1),
)


def _passing(step: Advance) -> str:
    if step.how == "by":
        length = in_words(duration(step.value))
        return f"{length} {'pass' if length.endswith('s') else 'passes'}"
    return {
        "to": f"time passes until {step.value}",
        "next": "time passes until the next thing happens",
        "idle": "time passes until nothing is left to happen",
    }[step.how]


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


def _verb(name: str) -> tuple[str, list[str]]:
    """The verb of an operation's name, and the words that are left; empty: there is none.

    It stands first, `resumeWorkflow`, or behind a dot or the like, `users.list`.
    """
    words = [word.lower() for word in _WORDS.findall(name)]
    behind = [words[-1:]] if re.search("[._/:]", name) else []
    for verb in (words[:1], *behind):
        if verb and verb[0] in _VERBS:
            rest = words[1:] if verb == words[:1] else words[:-1]
            return verb[0], rest[: rest.index("by") if "by" in rest else None]
    return "", words


def _id(operation: Operation, chosen: Mapping[str, Any]) -> list[str]:
    """The last id of the path, where the client chose it."""
    if not operation.path_parameters:
        return []
    text = chosen.get(operation.path_parameters[-1].name, "")
    fits = isinstance(text, str) and 0 < len(text) <= LONGEST and text.isprintable()
    return [text] if fits else []


def _outcome(entry: Entry) -> str:
    if entry.lost:
        return f": the {entry.lost} is lost"
    if entry.status >= 400:
        return f": {entry.status} {entry.answer}".rstrip()
    return ""
