"""Rules: those of the session first, one with what came near it, and a new one made by picking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import yaml

from understudy.openapi.operation import Operation
from understudy.server.console.json_tree import json_tree
from understudy.server.console.visit import View, Visit
from understudy.slices import InSlices

PAGE = 100
ANY = "*"
DEEDS = {  # what a rule may do, and the numbers that it takes
    "answer": "answer",
    "slow": "be slow",
    "lose-answer": "lose the answer",
    "lose-request": "lose the request",
    "hang": "never answer",
    "malformed": "break the body",
    "truncate": "cut the body off",
    "quota": "limit how many",
}
PRESETS = (
    ("Slow", {"do": "slow", "latency": "2s"}),
    ("Lose the next answer", {"do": "lose-answer", "times": "1"}),
    ("503", {"do": "answer", "answer": "503"}),
    ("Quota", {"do": "quota", "requests": "5", "per": "1m"}),
)
OF_ONE = ("lose-answer", "malformed", "truncate")  # needs an answer, which one operation has
COUNTS = ("skip", "times", "every")


def show_rules(visit: Visit, session: str) -> InSlices[View]:
    """The rules in the order they are asked."""
    told = yield from visit.ask_session("/rules", limit=PAGE, after=visit.query.get("after", ""))
    mine = [_row(each) for each in told["rules"] if each["source"] != "magic"]
    magic: list[Any] = []
    if "magic" in visit.query:
        after = visit.query["magic"] if visit.query["magic"] != "yes" else ""
        page = yield from visit.ask_session("/rules", source="magic", limit=PAGE, after=after)
        magic = [_row(each) for each in page["rules"]]
        visit.query["next"] = page["next"] or ""
    more = told["next"] if mine and len(mine) == PAGE else None
    values = {
        "rules": mine,
        "more": more,
        "magic": magic,
        "more_magic": visit.query.pop("next", ""),
        "presets": [(name, visit.url("/rules/new", **query)) for name, query in PRESETS],
    }
    return View("rules.html", values)


def show_rule(visit: Visit, session: str, rule: str) -> InSlices[View]:
    """One rule, its counters, and the call that came nearest to it."""
    told = yield from visit.ask_session(f"/rules/{quote(rule, safe='')}")
    return View("rule.html", {"rule": _row(told), "yaml": as_yaml(told["rule"])})


def _row(rule: Mapping[str, Any]) -> dict[str, Any]:
    own = rule["name"] != rule["id"] and not rule["name"].startswith(rule["operation"])
    named = rule["name"] if own else ""
    return {**rule, "told": in_words(rule["rule"]), "when": _when(rule["rule"]), "called": named}


def in_words(rule: Mapping[str, Any]) -> str:
    """What a rule does."""
    deeds = [*_reply(rule.get("reply")), *_fault(rule.get("fault", {}))]
    if "then" in rule:
        deeds.append(f"lets {rule['then']['event']} happen")
    if "progress" in rule:
        deeds.append("hastens the work")
    return ", ".join([*deeds, *_counts(rule)]) or "does nothing"


def _reply(reply: Any) -> Iterator[str]:
    if isinstance(reply, Mapping):
        yield f"answers {reply.get('status')} with a body of its own"
    elif reply is not None:
        yield f"answers {reply}"


def _fault(fault: Mapping[str, Any]) -> Iterator[str]:
    for name, value in fault.items():
        if name == "limit":
            yield f"lets {value['requests']} through in {value['per']}"
        elif name == "latency":
            yield f"waits {value}" if isinstance(value, str) else "waits a while"
        elif name == "lose":
            yield f"loses the {value}"
        elif name == "truncate":
            yield f"cuts the body off after {value} bytes"
        else:
            yield {"hang": "never answers", "malformed": "breaks the body"}.get(name, name)


def _counts(rule: Mapping[str, Any]) -> Iterator[str]:
    if "times" in rule:
        yield "once" if rule["times"] == 1 else f"{rule['times']} times"
    if "every" in rule:
        yield f"every {rule['every']} calls"
    if "skip" in rule:
        yield f"after {rule['skip']} calls"


def _when(rule: Mapping[str, Any]) -> list[tuple[str, str]]:
    when = rule.get("when", {})
    return [(name, v if isinstance(v, str) else as_yaml(v).strip()) for name, v in when.items()]


def as_yaml(value: Any) -> str:
    """As it stands in a scenario file."""
    made: str = yaml.safe_dump(
        value, sort_keys=False, allow_unicode=True, default_flow_style=None, width=90
    )
    return made


def show_new_rule(visit: Visit, session: str) -> InSlices[View]:
    """A rule made by picking: the address says what was picked so far."""
    yield from ()
    query = visit.query
    do = query.get("do", "") if query.get("do", "") in DEEDS else "answer"
    if do in OF_ONE:
        query["operation"] = _one_operation(visit, query.get("operation", ANY))
    operation = _operation(visit, query.get("operation", ""))
    answers = [] if operation is None else list(operation.answers.values())
    chosen = next((each for each in answers if each.name == query.get("answer")), None)
    if do == "answer" and chosen is None and answers and "answer" not in query:
        chosen = answers[0]
    rule = _rule(query, do, chosen.name if chosen is not None else query.get("answer", ""))
    values = {
        "operations": list(_operations(visit)),
        "asked": query.get("operation", ANY),
        "deeds": DEEDS,
        "do": do,
        "answers": answers,
        "chosen": chosen,
        "example": None if chosen is None else json_tree(chosen.example),
        "named": _parameters(operation),
        "rule": rule,
        "yaml": as_yaml([rule]),
        "query": query,
        "presets": [
            (name, visit.url("/rules/new", operation=query.get("operation", ""), **preset))
            for name, preset in PRESETS
        ],
    }
    return View("new_rule.html", values)


def _operations(visit: Visit) -> Iterator[str]:
    yield ANY
    for name in visit.sandbox.vendors:
        yield f"{name}.{ANY}"
        operations = visit.sandbox.contract(name).operations.values()
        yield from (f"{name}.{each.id}" for each in operations if each.variant_of is None)


def _operation(visit: Visit, asked: str) -> Operation | None:
    vendor, _, name = asked.partition(".")
    if vendor not in visit.sandbox.vendors:
        return None
    return visit.sandbox.contract(vendor).operations.get(name)


def _one_operation(visit: Visit, asked: str) -> str:
    """The operation that was picked; where all were, the first one that changes something."""
    if not asked.endswith(ANY):
        return asked
    vendor = asked.rpartition(".")[0] or next(iter(visit.sandbox.vendors), "")
    operations = list(visit.sandbox.contract(vendor).operations.values()) if vendor else []
    changing = [each for each in operations if each.method == "POST"]
    return next((f"{vendor}.{each.handled_by}" for each in changing or operations), asked)


def _parameters(operation: Operation | None) -> list[str]:
    """The parameters that a rule may ask for: those in the path and in the query."""
    if operation is None:
        return []
    return [each.name for each in operation.parameters if each.location in ("path", "query")]


def _rule(query: Mapping[str, str], do: str, answer: str) -> dict[str, Any]:
    """The rule as it was picked."""
    rule: dict[str, Any] = {"operation": query.get("operation") or ANY}
    when = {name[5:]: text for name, text in query.items() if name.startswith("when.") and text}
    if when:
        rule["when"] = when
    rule |= {name: int(query[name]) for name in COUNTS if query.get(name, "").isdecimal()}
    if do == "answer":
        return rule | {"reply": int(answer) if answer.isdecimal() else answer or 503}
    return rule | {"fault": _fault_of(query, do)}


def _fault_of(query: Mapping[str, str], do: str) -> dict[str, Any]:
    def number(name: str, usual: int) -> int:
        text = query.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else usual

    if do == "slow":
        return {"latency": query.get("latency") or "2s"}
    if do == "truncate":
        return {"truncate": number("bytes", 20)}
    if do == "quota":
        return {"limit": {"requests": number("requests", 5), "per": query.get("per") or "1m"}}
    if do.startswith("lose-"):
        return {"lose": do.removeprefix("lose-")}
    return {do: True}
