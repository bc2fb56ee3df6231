"""What was asked, held against what should have been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from heapq import nlargest
from typing import Any, NamedTuple

from understudy.errors import InputError
from understudy.openapi.operation import Violation
from understudy.openapi.request import decode_json
from understudy.scenarios.language.operations import NOBODY, known
from understudy.scenarios.loader import load_verifications
from understudy.scenarios.stories.model import Verification
from understudy.server.admin.lookup import OperationKey, operations_of, session_of
from understudy.server.admin.problems import refused
from understudy.server.admin.requests import operation_of
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.simulation.journal import Entry
from understudy.vendor import Call, Problem, Reply, Request, refusal

NEAREST = 5  # requests told that nearly were the ones wanted
TOLD = 10  # requests told that were

Missed = tuple[Entry, list[str]]  # a request, and what it differs in


class Outcome(NamedTuple):
    """A verification, the requests that met it, and those to the operation that did not."""

    verification: Verification
    met: list[Entry]
    missed: list[Missed]
    unsure: str = ""  # why nobody can say whether it holds

    @property
    def holds(self) -> bool:
        return not self.unsure and self.verification.holds(len(self.met))


def verify(request: Request, sandbox: Sandbox) -> Reply:
    """Whether what came is what should have come; else what came instead."""
    session = session_of(request, sandbox)
    held = [hold(each, session) for each in _wanted(request, session)]
    unmet = [each for each in held if not each.holds]
    if unmet:
        raise _not_verified(unmet, session)
    return Reply(200, {"ok": True, "verified": [_outcome(each) for each in held]})


def hold(verification: Verification, session: Session) -> Outcome:
    """Counts what came in a session against one verification."""
    target = OperationKey(verification.vendor, verification.operation)
    met, missed = [], []
    for entry in session.journal.all_that_came():
        if operation_of(entry, session.catalog) == target:
            wrong = list(_wrong(verification, entry, session))
            if wrong:
                missed.append((entry, wrong))
            else:
                met.append(entry)
    least, most = verification.least, verification.most
    sure = len(met) >= least if most is None else len(met) > most
    return Outcome(verification, met, missed, "" if sure else _outgrown(session))


def _nearest(missed: Sequence[Missed]) -> list[Missed]:
    """Those that differ in least; of like ones what reads most alike, of these the latest."""
    return nlargest(
        NEAREST, missed, key=lambda each: (-len(each[1]), _alike(each[1]), each[0].number)
    )


def _alike(wrong: Sequence[str]) -> float:
    """How much what came reads like what was wanted, from 0 to 1 for each difference."""
    parts = [each.partition(": expected ")[2].partition(", got ") for each in wrong]
    return sum(SequenceMatcher(None, wanted, got).ratio() for wanted, _, got in parts)


def _outgrown(session: Session) -> str:
    """What keeps calls from being counted: the journal had no room for the first of them."""
    journal = session.journal
    if not journal.outgrown:
        return ""
    return (
        f"nobody can say, for the journal no longer has the first {journal.dropped} requests; "
        f"`understudy serve --journal {journal.enough}` keeps them"
    )


def _wanted(request: Request, session: Session) -> Sequence[Verification]:
    """The verifications of the body; without one, those of the session's scenarios."""
    catalog = session.catalog
    if request.body is None:
        loaded = [each for scenario in session.loaded for each in scenario.verify]
        if not loaded:
            fix = "Send {operation, when, times}, or load a scenario that has `verify`"
            raise refusal(
                "EXPECTATION_REFUSED",
                "no scenario of this session says what to verify",
                values={"fix": fix, "unmet": []},
            )
        return loaded
    for each in request.body if isinstance(request.body, list) else [request.body]:
        operations_of(each["operation"], catalog)
    try:
        made = load_verifications(request.body, tuple(catalog.vendors.values()), catalog.contract)
        for each in made:
            _check_caller(each, session)
    except InputError as error:
        raise refused("EXPECTATION_REFUSED", error, unmet=[]) from None
    return made


def _check_caller(verification: Verification, session: Session) -> None:
    """Refuses a credential that the session has not."""
    there = session.world(verification.vendor)["credentials"]
    if verification.caller not in (None, NOBODY) and verification.caller not in there:
        names = [*(each.id for each in there.as_added()), NOBODY]
        what = f"there is no credential `{verification.caller}`"
        raise InputError(what, where="/as", fix=known(str(verification.caller), names))


def _wrong(verification: Verification, entry: Entry, session: Session) -> Iterator[str]:
    caller = entry.caller or NOBODY
    if verification.caller not in (None, caller):
        yield f"as: expected {verification.caller}, got {caller}"
    if not verification.conditions:
        return
    request = request_of(entry, session)
    fields: Mapping[str, Any] | None = None
    if entry.before is not None:
        fields = entry.before.fields()
    for condition in verification.conditions:
        wrong = condition.mismatch(request, lambda: fields)
        if wrong is not None:
            yield condition.describe(wrong)


def request_of(entry: Entry, session: Session) -> Request:
    """The journal's request as the conditions of a rule saw it."""
    headers = {
        name.decode("latin-1"): value.decode("latin-1") for name, value in entry.headers.items()
    }
    call = Call(entry.method, entry.path, entry.query, headers, entry.body)
    operation: Any = None
    if entry.operation is not None:
        operation = session.catalog.contract(entry.vendor).operations[entry.operation]
    body = decode_json(entry.body) if entry.body else None
    if isinstance(body, Violation):
        body = None
    return Request(call, operation, entry.values or {}, body, None)


def _not_verified(unmet: Sequence[Outcome], session: Session) -> Problem:
    told = "; ".join(_told(each) for each in unmet)
    values = {"unmet": [_difference(each, session) for each in unmet], "calls": _calls(session)}
    return refusal("NOT_VERIFIED", told, values=values)


def _told(held: Outcome) -> str:
    wanted = held.verification
    told = f"{wanted.target} came {_times(len(held.met))}, wanted {wanted.wanted}"
    return f"{told}; {held.unsure}" if held.unsure else told


def _difference(held: Outcome, session: Session) -> dict[str, Any]:
    """What came instead: the requests that met it, and those that nearly did. Those that still
    wait have no number to be told by."""
    met = [entry for entry in held.met if entry.number]
    missed = [each for each in held.missed if each[0].number]
    return (
        _outcome(held)
        | {"where": held.verification.where}
        | ({"because": held.unsure} if held.unsure else {})
        | {
            "requests": [f"{session.name}.{entry.number}" for entry in met[:TOLD]],
            **({"more": len(met) - TOLD} if len(met) > TOLD else {}),
            "nearest": [
                {
                    "request": f"{session.name}.{entry.number}",
                    "status": entry.status,
                    "differs": "; ".join(wrong),
                }
                for entry, wrong in _nearest(missed)
            ],
        }
    )


def _outcome(held: Outcome) -> dict[str, Any]:
    return {
        "operation": held.verification.target,
        "wanted": held.verification.wanted,
        "came": len(held.met),
    }


def _calls(session: Session) -> list[dict[str, Any]]:
    """How often each operation was asked for at all."""
    came = session.journal.all_that_came()
    found = [operation_of(entry, session.catalog) for entry in came]
    counts = Counter(".".join(each) for each in found if each is not None)
    return [{"operation": name, "times": count} for name, count in sorted(counts.items())]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
