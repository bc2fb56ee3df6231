"""The rules of a session: added, listed with their counters, taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.errors import InputError
from understudy.scenarios.loader import load_rules
from understudy.scenarios.rules.call_fields import RawCall, no_record
from understudy.scenarios.rules.rule import ANY, Rule
from understudy.scenarios.rules.rulebook import RuleStatus
from understudy.server.admin.lookup import operations_of, session_of
from understudy.server.admin.problems import refused, unknown
from understudy.server.admin.requests import operation_of
from understudy.server.admin.verify import request_of
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.simulation.journal import Entry
from understudy.vendor import Problem, Reply, Request, refusal

LIMIT = 100  # of a page, where nobody says another
LATEST = "latest"  # instead of an id


def list_rules(request: Request, sandbox: Sandbox) -> Reply:
    """A page of rules in the order they are asked."""
    session = session_of(request, sandbox)
    standing = session.rules.listing()
    limit, start = request.values.get("limit", LIMIT), 0
    if "after" in request.values:
        start = 1 + _place(standing, request.values["after"], session)
    page, rest = standing[start : start + limit], standing[start + limit :]
    body = {"rules": [_view(each, session) for each in page], "next": page[-1].id if rest else None}
    return Reply(200, body)


def add_rules(request: Request, sandbox: Sandbox) -> Reply:
    """Adds one rule or several, or none."""
    session = session_of(request, sandbox)
    rules = _compiled(request.body, sandbox)
    try:
        ids = session.rules.add(rules, at=session.journal.number)
    except InputError as error:
        raise refused("RULE_REFUSED", error) from None
    added = [standing for standing in session.rules.listing(magic=False) if standing.id in ids]
    return Reply(201, {"rules": [_view(each, session) for each in added]})


def get_rule(request: Request, sandbox: Sandbox) -> Reply:
    """One rule with its counters."""
    session = session_of(request, sandbox)
    return Reply(200, _view(_standing(request, session), session))


def delete_rule(request: Request, sandbox: Sandbox) -> Reply:
    """Takes one rule out; magic inputs stay."""
    session = session_of(request, sandbox)
    rule_id = _standing(request, session).id
    if not session.rules.remove(rule_id):
        values = {"where": "rule", "fix": "A rule of your own for the same call is asked before it"}
        raise refusal("MAGIC_RULE", f"rule {rule_id!r} is a magic input", values=values)
    return Reply(204, media_type="")


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


def _view(standing: RuleStatus, session: Session) -> dict[str, Any]:
    near = nearest_request(session, standing)
    return {
        "id": standing.id,
        "name": standing.rule.name,
        "operation": standing.rule.target,
        "source": standing.origin,
        "matched": standing.matched,
        "acted": standing.acted,
        "spent": standing.spent,
        "rule": standing.rule.source,
        **({"nearest": near} if near is not None else {}),
    }


NEVER_ASKED = "it was refused before rules are asked: "


def nearest_request(session: Session, standing: RuleStatus) -> dict[str, Any] | None:
    """The request that came nearest to a rule that never matched; None: it did match."""
    if standing.matched or standing.origin == "magic":
        return None
    rule = standing.rule
    best: tuple[int, Entry, str] | None = None
    for entry in session.journal:
        single = next((each for each in rule.singles if _is_for(each, entry, session)), None)
        if single is None:
            continue
        wrong = list(_wrong(single, entry, session))
        if wrong and (best is None or len(wrong) <= best[0]):
            best = (len(wrong), entry, "; ".join(wrong))
    if best is None:
        return {"request": None, "note": f"no call of {rule.target} came since the rule is there"}
    return {"request": f"{session.name}.{best[1].number}", "note": best[2]}


def _is_for(rule: Rule, entry: Entry, session: Session) -> bool:
    if rule.vendor not in (None, entry.vendor):
        return False
    if rule.operation == ANY:
        return True
    found = operation_of(entry, session.catalog)
    return found is not None and found.operation == rule.operation


def _wrong(rule: Rule, entry: Entry, session: Session) -> Iterator[str]:
    if rule.gate:
        call: Any = RawCall(request_of(entry, session).call)
    elif entry.problem is not None and entry.problem.kind != "answer":
        yield NEVER_ASKED + entry.because
        return
    else:
        call = request_of(entry, session)
    before = entry.before
    fields = None if before is None else before.fields()
    for condition in rule.conditions:
        miss = condition.mismatch(call, no_record if before is None else lambda: fields)
        if miss is not None:
            yield condition.describe(miss)
