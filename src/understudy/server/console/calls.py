"""Calls: as they come, one with why it was answered so, and all of them as lanes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.server.console.differences import differences
from understudy.server.console.json_tree import Marks, json_tree
from understudy.server.console.visit import View, Visit
from understudy.server.wire.response import SANDBOX
from understudy.slices import InSlices
from understudy.yaml import escape as pointer_part

PAGE = 50  # calls on a page
LANES = 40  # calls of a sequence
KINDS = ("behaviour", "refusal", "rule", "fault", "sandbox", "tester")
BY_RULE = "the rule asks for it"
FILTERS = ("vendor", "operation", "status", "by", "record")


def show_calls(visit: Visit, session: str) -> InSlices[View]:
    """The calls of a session, newest first."""
    told = yield from _page(visit, PAGE)
    served = yield from visit.ask("/vendors")
    operations = []
    if visit.query.get("vendor"):
        vendor = yield from visit.ask(f"/vendors/{visit.query['vendor']}")
        operations = [each["id"] for each in vendor["operations"]]
    values = {
        "calls": told["requests"],
        "older": told["next"],
        "dropped": told["dropped"],
        "vendors": served["vendors"],
        "operations": operations,
        "kinds": KINDS,
        "chosen": {name: visit.query.get(name, "") for name in FILTERS},
        "filtered": any(visit.query.get(name) for name in FILTERS),
    }
    return View("calls.html", values)


def _page(visit: Visit, limit: int) -> InSlices[Any]:
    asked: dict[str, Any] = {name: visit.query.get(name, "") for name in FILTERS}
    after = visit.query.get("after", "")
    return (
        yield from visit.ask_session("/requests", **asked, order="newest", limit=limit, after=after)
    )


def show_call(visit: Visit, session: str, number: str) -> InSlices[View]:
    """One call: why it was answered so, and what would have to be for another answer."""
    call = yield from visit.ask_session(f"/requests/{number}")
    known = call["vendor"] != SANDBOX and call["operation"] is not None
    answers = _answers(visit, call) if known else []
    record, when = call.get("record"), _asked_by_rule(visit, call)
    marks = dict.fromkeys(_pointers(when.get("body"), ""), BY_RULE) | _marks(call)
    values = {
        "call": call,
        "number": call["number"],
        "known": known,
        "answers": answers,
        "again": next((each for each in answers if each["name"] == call["reply"]["answer"]), None),
        "asked": _message(call["request"], marks),
        "replied": _message(call["reply"], {}),
        "changes": differences(record["before"], record["after"]) if record else [],
        "pointed": when.keys(),
        "when": _when(call),
    }
    return View("call.html", values)


def _answers(visit: Visit, call: Mapping[str, Any]) -> list[dict[str, Any]]:
    operation = visit.sandbox.contract(call["vendor"]).operations[call["operation"]]
    return [{"name": each.name, "status": each.status} for each in operation.answers.values()]


def _when(call: Mapping[str, Any]) -> dict[str, Any]:
    """What tells this call from others of its operation: the texts in its path."""
    path = call["path"].rsplit("/", 8)
    said = call.get("parameters", {})
    return {name: value for name, value in said.items() if str(value) in path}


def _asked_by_rule(visit: Visit, call: Mapping[str, Any]) -> Mapping[str, Any]:
    """The conditions of the rule that acted: what of the call they are about is marked."""
    acted = next((each["rule"] for each in call["rules"] if each["acted"]), None)
    if acted is None:
        return {}
    rules = visit.sandbox.sessions[visit.session["name"]].rules.listing()
    source = next((each.rule.source for each in rules if each.rule.name == acted), {})
    when: Mapping[str, Any] = source.get("when", {})
    return when


def _pointers(wanted: Any, at: str) -> Iterator[str]:
    """Where in a body a pattern points."""
    if isinstance(wanted, Mapping) and not any(str(name).startswith("$") for name in wanted):
        for name, each in wanted.items():
            yield from _pointers(each, f"{at}/{pointer_part(str(name))}")
    elif at:
        yield at


def _message(message: Mapping[str, Any], marks: Marks) -> dict[str, Any]:
    """A request or a reply as it is shown."""
    tree = json_tree(message["body"], marks) if "body" in message else None
    text = message.get("text", "")
    return {"headers": message["headers"], "tree": tree, "text": text, "marks": marks}


def _marks(call: Mapping[str, Any]) -> dict[str, str]:
    """Where in the body something is wrong or unread, and what."""
    return dict(reversed(list(_marked(call))))


def _marked(call: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for each in call["violations"]:
        if each["location"] == "body":
            yield each["pointer"], each["message"]
    for each in call.get("unread", ()):
        if each["location"] == "body" and each["name"]:
            yield f"/{each['name']}", each["message"]


def show_sequence(visit: Visit, session: str) -> InSlices[View]:
    """The last calls as lanes: client, sandbox, records and deliveries."""
    told = yield from _page(visit, LANES)
    values = {"calls": told["requests"][::-1], "older": told["next"]}
    return View("sequence.html", values)
