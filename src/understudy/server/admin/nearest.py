"""What came nearest to a rule that never matched, and what kept it: asked of the journal, late."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import structs

from understudy.scenarios.arrival import Arrival, no_record
from understudy.scenarios.rule import ANY, Rule
from understudy.scenarios.rules import Standing
from understudy.server.admin.requests import meant
from understudy.server.admin.verify import asked
from understudy.server.session import Session
from understudy.simulation.journal import Entry

NEVER_ASKED = "it was refused before rules are asked: "


def nearest(session: Session, standing: Standing) -> dict[str, Any] | None:
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
        return {"request": None, "kept": f"no call of {rule.target} came since the rule is there"}
    return {"request": f"{session.name}.{best[1].number}", "kept": best[2]}


def _is_for(rule: Rule, entry: Entry, session: Session) -> bool:
    if rule.vendor not in (None, entry.vendor):
        return False
    if rule.operation == ANY:
        return True
    found = meant(entry, session.sandbox)
    return found is not None and found.operation == rule.operation


def _wrong(rule: Rule, entry: Entry, session: Session) -> Iterator[str]:
    if rule.gate:
        call: Any = Arrival(asked(entry, session).call)
    elif entry.problem is not None and entry.problem.kind != "answer":
        yield NEVER_ASKED + entry.because
        return
    else:
        call = asked(entry, session)
    before = entry.before
    fields = None if before is None else structs.asdict(before)
    for condition in rule.conditions:
        miss = condition.mismatch(call, no_record if before is None else lambda: fields)
        if miss is not None:
            yield condition.told(miss)
