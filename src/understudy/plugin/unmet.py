"""Rules that a test added and no call ever met: what it would have proved, it did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from understudy.scenarios.rules import Standing
from understudy.server.admin.nearest import nearest
from understudy.server.session import Session

ADDED = "admin"  # where a rule comes from that no scenario brought


class Unmet(Struct, frozen=True):
    """A rule that never acted: whose it is, what it does, and what came nearest."""

    test: str
    rule: str
    kept: str


def unmet(session: Session, test: str) -> list[Unmet]:
    """Those of a session, as they stand; a quota that was counted against has acted."""
    rules = session.rules.listing(magic=False)
    return [_told(session, each, test) for each in rules if _lies_idle(each)]


def _lies_idle(standing: Standing) -> bool:
    fault = standing.rule.fault
    if standing.origin != ADDED or standing.acted:
        return False
    return not standing.matched or fault is None or fault.limit is None


def _told(session: Session, standing: Standing, test: str) -> Unmet:
    near = nearest(session, standing)
    if near is None:
        calls = "1 call matched" if standing.matched == 1 else f"{standing.matched} calls matched"
        kept = f"{calls}, and for none it was its turn"
    else:
        kept = f"{near['request']}: {near['kept']}" if near["request"] else near["kept"]
    return Unmet(test, f"{standing.id} {standing.rule.name}", kept)


def lines(idle: Iterable[Unmet]) -> Iterator[str]:
    """Each rule with its test and the nearest miss, test by test."""
    test = None
    for each in idle:
        if each.test != test:
            test = each.test
            yield each.test
        yield f"  {each.rule}"
        yield f"    {each.kept}"
