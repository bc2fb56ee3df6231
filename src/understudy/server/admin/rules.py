"""The rules of a session: added, listed with their counters, taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from understudy.errors import InputError
from understudy.scenarios.loader import load_rules
from understudy.scenarios.rules.rule import ANY, Rule
from understudy.scenarios.rules.status import RuleStatus
from understudy.server.admin.lookup import operations_of, session_of
from understudy.server.admin.past_calls import PastCall, PastCalls
from understudy.server.admin.problems import refused, unknown
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.slices import InSlices
from understudy.vendor import Problem, Reply, Request, refusal

LIMIT = 100  # of a page, where nobody says another
LATEST = "latest"  # instead of an id
MAGIC = "magic"  # where the rules that ship come from


def list_rules(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """A page of rules in the order they are asked."""
    session = session_of(request, sandbox)
    standing = session.rules.listing()
    if "source" in request.values:
        standing = [each for each in standing if each.origin == request.values["source"]]
    limit, start = request.values.get("limit", LIMIT), 0
    if "after" in request.values:
        start = 1 + _place(standing, request.values["after"], session)
    page, rest = standing[start : start + limit], standing[start + limit :]
    views: Iterable[dict[str, Any]] = map(_view, page)
    if request.values.get("nearest"):
        views = yield from _views(page, session)
    return Reply(200, {"rules": list(views), "next": page[-1].id if rest else None})


def _views(page: Sequence[RuleStatus], session: Session) -> InSlices[list[dict[str, Any]]]:
    """The rules with what came nearest; between two of them other calls are answered."""
    calls, told = PastCalls(session), []
    for each in page:
        told.append(_rule_view(each, calls))
        yield None
    return told


def add_rules(request: Request, sandbox: Sandbox) -> Reply:
    """Adds one rule or several, or none."""
    session = session_of(request, sandbox)
    rules = _compiled(request.body, sandbox)
    try:
        ids = session.rules.add(rules, at=session.journal.number)
    except InputError as error:
        raise refused("RULE_REFUSED", error) from None
    added = [standing for standing in session.rules.listing(magic=False) if standing.id in ids]
    return Reply(201, {"rules": [_view(each) for each in added]})


def get_rule(request: Request, sandbox: Sandbox) -> Reply:
    """One rule with its counters."""
    session = session_of(request, sandbox)
    return Reply(200, _rule_view(_standing(request, session), PastCalls(session)))


def change_rule(request: Request, sandbox: Sandbox) -> Reply:
    """Switches a rule off or on, or puts it into another place; magic inputs stay."""
    session, book = session_of(request, sandbox), session_of(request, sandbox).rules
    standing = _standing(request, session)
    if standing.origin == MAGIC:
        raise _magic(standing.id)
    if "on" in request.body:
        book.switch(standing.id, request.body["on"])
    if "place" in request.body:
        book.move(standing.id, int(request.body["place"]))  # 3.0 is an integer, too
    return Reply(200, _view(book.get(standing.id) or standing))


def delete_rule(request: Request, sandbox: Sandbox) -> Reply:
    """Takes one rule out; magic inputs stay."""
    session = session_of(request, sandbox)
    rule_id = _standing(request, session).id
    if not session.rules.remove(rule_id):
        raise _magic(rule_id)
    return Reply(204, media_type="")


def _magic(rule_id: str) -> Problem:
    values = {"where": "rule", "fix": "A rule of your own for the same call is asked before it"}
    return refusal("MAGIC_RULE", f"rule {rule_id!r} is a magic input", values=values)


def delete_rules(request: Request, sandbox: Sandbox) -> Reply:
    """Takes every rule out but the magic inputs."""
    session_of(request, sandbox).rules.clear()
    return Reply(204, media_type="")


def _compiled(body: Any, sandbox: Sandbox) -> Sequence[Rule]:
    """The rules of a body, one or several; all of them, or a refusal with the place."""
    for each in body if isinstance(body, list) else [body]:
        for name in _named(each["operation"]):
            if not _is_any(name, sandbox):
                operations_of(name, sandbox)
    try:
        return load_rules(body, tuple(sandbox.vendors.values()), sandbox.contract)
    except InputError as error:
        raise refused("RULE_REFUSED", error) from None


def _named(operation: Any) -> list[str]:
    """The operations a rule names."""
    listed = operation if isinstance(operation, list) else [operation]
    return [each["operation"] if isinstance(each, Mapping) else each for each in listed]


def _is_any(name: str, sandbox: Sandbox) -> bool:
    """Whether it names every call, or every call of a vendor."""
    vendor, dot, operation = name.rpartition(".")
    return operation == "*" and (not dot or vendor in sandbox.vendors)


def _standing(request: Request, session: Session) -> RuleStatus:
    """The rule in the path, by its id or as the latest."""
    rule_id = request.values["rule"]
    if rule_id == LATEST:
        found = next(iter(session.rules.listing(magic=False)), None)
    else:
        found = session.rules.get(rule_id)
    if found is None:
        raise _no_rule(rule_id, session)
    return found


def _place(standing: Sequence[RuleStatus], rule_id: str, session: Session) -> int:
    for place, each in enumerate(standing):
        if each.id == rule_id:
            return place
    raise _no_rule(rule_id, session)


def _no_rule(rule_id: str, session: Session) -> Problem:
    because = f"there is no rule {rule_id!r} in session {session.name!r}"
    there = [each.id for each in session.rules.listing(magic=False)]
    fix = f"GET /__admin/sessions/{session.name}/rules lists all, the magic inputs among them"
    return unknown("RULE_NOT_FOUND", rule_id, because, "rule", there, fix)


def _rule_view(standing: RuleStatus, calls: PastCalls) -> dict[str, Any]:
    """A rule with the request that came nearest to it."""
    near = nearest_request(standing, calls)
    return _view(standing) | ({} if near is None else {"nearest": near})


def _view(standing: RuleStatus) -> dict[str, Any]:
    return {
        "id": standing.id,
        "name": standing.rule.name,
        "operation": standing.rule.target,
        "source": standing.origin,
        "matched": standing.matched,
        "acted": standing.acted,
        "spent": standing.spent,
        "on": standing.on,
        "rule": standing.rule.source,
    }


NEVER_ASKED = "it was refused before rules are asked: "


def nearest_request(standing: RuleStatus, calls: PastCalls) -> dict[str, Any] | None:
    """The request that came nearest to a rule that never matched; None: it did match."""
    if standing.matched or standing.origin == MAGIC:
        return None
    rule = standing.rule
    best: tuple[int, PastCall, str] | None = None
    for single, call in _meant(rule, calls):
        wrong = list(_wrong(single, call))
        if wrong and (best is None or (-len(wrong), call.number) > (-best[0], best[1].number)):
            best = (len(wrong), call, "; ".join(wrong))
    if best is None:
        return {"request": None, "note": f"no call of {rule.target} came since the rule is there"}
    return {"request": best[1].id, "note": best[1].told(best[2])}


def _meant(rule: Rule, calls: PastCalls) -> Iterator[tuple[Rule, PastCall]]:
    """The calls that a rule is about, each with the rule of its operation."""
    for single in rule.singles:
        found: Iterable[PastCall] = calls.all
        if single.operation != ANY and single.vendor is not None:
            found = calls.of(single.vendor, single.operation)
        for call in found:
            if single.vendor in (None, call.entry.vendor):
                yield single, call


def _wrong(rule: Rule, call: PastCall) -> Iterator[str]:
    problem = call.entry.problem
    if not rule.gate and problem is not None and problem.kind != "answer":
        yield NEVER_ASKED + call.entry.because
        return
    yield from call.wrong(rule.conditions, gate=rule.gate)
