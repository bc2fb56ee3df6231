"""What sessions exercised of the contracts: each answer of each operation, each transition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from understudy.openapi.operation import Answer, Contract, Operation
from understudy.server.admin.client_mistakes import mistakes
from understudy.server.admin.lookup import present_session, vendor_of
from understudy.server.sessions.catalog import Catalog
from understudy.server.sessions.observers import TESTER
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.vendor import Reply, Request, Vendor

Asked = tuple[str, str | None, int, str, str]  # vendor, operationId, status, answer, by
Moved = tuple[str, str, str, str, str, bool]  # vendor, collection, state, event, state; forced

FORCED = "rule"
FAULTED = "fault"
OURS = "sandbox"  # no vendor's answer


class Tally(NamedTuple):
    """What was asked and what happened, as counts; tallies of several sessions are added up."""

    asked: Counter[Asked]
    moved: Counter[Moved]


def get_coverage(request: Request, sandbox: Sandbox) -> Reply:
    """What a session exercised, and what its client got wrong."""
    session = present_session(request, sandbox)
    chosen = None
    if "vendor" in request.values:
        chosen = [vendor_of(request.values["vendor"], sandbox).name]
    body = {
        "session": session.name,
        "vendors": list(coverage(sandbox, tally(session), chosen)),
        "mistakes": mistakes(session, chosen),
    }
    return Reply(200, body)


def tally(session: Session) -> Tally:
    """The counts of one session since it began."""
    moved = Counter[Moved]()
    for name, world in session.worlds.items():
        for move, times in world.transition_counts().items():
            forced = world.history.forced.get(move, 0)
            moved[(name, *move, True)] = forced
            moved[(name, *move, False)] = times - forced
    return Tally(Counter(session.journal.counts), moved)


def coverage(
    catalog: Catalog, counts: Tally, vendors: Iterable[str] | None = None
) -> Iterator[dict[str, Any]]:
    """Each vendor's contract with its counts; without `vendors` those that were asked."""
    asked = {vendor for vendor, *_, by in counts.asked if by != TESTER}
    for name in catalog.vendors if vendors is None else vendors:
        if vendors is not None or name in asked:
            yield _vendor(catalog.vendors[name], catalog.contract(name), counts)


def _vendor(vendor: Vendor, contract: Contract, counts: Tally) -> dict[str, Any]:
    mine = {
        key[1:]: times
        for key, times in counts.asked.items()
        if key[0] == vendor.name and key[-1] != TESTER
    }
    operations = [each for each in contract.operations.values() if each.variant_of is None]
    told = [_operation(each, _of(each, mine, contract)) for each in operations]
    return {
        "vendor": vendor.name,
        "requests": sum(mine.values()),
        "unknown": sum(times for key, times in mine.items() if key[0] is None),
        "operations": told,
        "transitions": list(_transitions(vendor, counts.moved)),
    }


def _of(
    operation: Operation, mine: Mapping[tuple[str | None, int, str, str], int], contract: Contract
) -> Counter[tuple[int, str, str]]:
    """An operation's counts by status, answer and what brought it about, its variants' included."""
    found: Counter[tuple[int, str, str]] = Counter()
    for (name, status, answer, by), times in mine.items():
        if name is not None and contract.operations[name].handled_by == operation.id:
            found[status, answer, by] += times
    return found


def _operation(operation: Operation, counts: Counter[tuple[int, str, str]]) -> dict[str, Any]:
    outside: Counter[int] = Counter()
    for (status, name, by), times in counts.items():
        if status and by != OURS and name not in operation.answers:
            outside[status] += times
    return {
        "operation": operation.id,
        "requests": sum(counts.values()),
        "answers": [_answer(each, counts) for each in operation.answers.values()],
        "undocumented": [{"status": each, "times": outside[each]} for each in sorted(outside)],
    }


def _answer(answer: Answer, counts: Counter[tuple[int, str, str]]) -> dict[str, Any]:
    """Naturally, forced by a rule or a preference, or given by the vendor and faulted."""
    came = Counter({"natural": 0, "forced": 0, "faulted": 0})
    for (status, name, by), times in counts.items():
        if (status, name) == (answer.status, answer.name):
            came[{FORCED: "forced", FAULTED: "faulted"}.get(by, "natural")] += times
    return {
        "answer": answer.name,
        "status": answer.status,
        "provenance": answer.provenance.kind,
        **came,
    }


def _transitions(vendor: Vendor, moved: Counter[Moved]) -> Iterator[dict[str, Any]]:
    for kind in vendor.kinds:
        for source, event, target in kind.lifecycle.rows() if kind.lifecycle is not None else ():
            yield {
                "collection": kind.name,
                "from": source,
                "event": event,
                "to": target,
                "times": moved[vendor.name, kind.name, source, event, target, False],
                "forced": moved[vendor.name, kind.name, source, event, target, True],
            }
