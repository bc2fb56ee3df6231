"""What was asked, held against what should have been; a call that is to come is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from understudy.errors import InputError
from understudy.scenarios.language.operations import NOBODY, known
from understudy.scenarios.loader import load_verifications
from understudy.scenarios.stories.model import Verification
from understudy.server.admin.lookup import operations_of, session_of
from understudy.server.admin.past_calls import PastCalls
from understudy.server.admin.problems import refused
from understudy.server.admin.verifier import Outcome, Verifier, nearest
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.slices import InSlices
from understudy.vendor import Problem, Reply, Request, refusal

SHOWN = 10  # requests told that met a verification
SLICE = 100  # calls compared before others are answered
LOOK = 0.01  # seconds between two looks at a journal that calls may still come to


def verify(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Whether what came is what should have come; else what came instead."""
    session = session_of(request, sandbox)
    wanted = _wanted(request, session)
    verifier = Verifier(PastCalls(session))
    held = yield from _held(wanted, verifier)
    if _longest(held):
        held = yield from _waited(wanted, held, verifier)
    unmet = [each for each in held if not each.holds]
    if unmet:
        raise _not_verified(unmet, verifier.calls)
    return Reply(200, {"ok": True, "verified": [_outcome(each) for each in held]})


def _waited(
    wanted: Sequence[Verification], held: list[Outcome], verifier: Verifier
) -> InSlices[list[Outcome]]:
    """The outcomes once all hold, or once nothing is left to wait for."""
    yield None  # from here on there is a loop, also where a client had none
    loop = asyncio.get_running_loop()
    began = loop.time()
    while (left := began + _longest(held) / 1000 - loop.time()) > 0:
        if not verifier.calls.outdated:
            yield min(left, LOOK)
        if verifier.calls.outdated:
            verifier.calls.renew()
            held = yield from _held(wanted, verifier)
    return held


def _held(wanted: Sequence[Verification], verifier: Verifier) -> InSlices[list[Outcome]]:
    """The outcomes; between slices of them other calls are answered."""
    for number, _ in enumerate(verifier.compare(wanted), start=1):
        if number % SLICE == 0:
            yield None
    return [verifier.hold(each) for each in wanted]


def _longest(held: Sequence[Outcome]) -> int:
    """How long those may still be waited for that do not hold; 0 where one never will."""
    unmet = [each for each in held if not each.holds]
    if any(each.never or not each.verification.within for each in unmet):
        return 0
    return max((each.verification.within for each in unmet), default=0)


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
        for name in _named(each):
            operations_of(name, catalog)
    try:
        made = load_verifications(request.body, tuple(catalog.vendors.values()), catalog.contract)
        for each in made:
            for one in each.order or (each,):
                _check_caller(one, session)
    except InputError as error:
        raise refused("EXPECTATION_REFUSED", error, unmet=[]) from None
    return made


def _named(body: Any) -> list[str]:
    """The operations that a verification names."""
    calls = body.get("order", [body])
    return [each if isinstance(each, str) else each["operation"] for each in calls]


def _check_caller(verification: Verification, session: Session) -> None:
    """Refuses a credential that the session has not."""
    there = session.world(verification.vendor)["credentials"]
    if verification.caller not in (None, NOBODY) and verification.caller not in there:
        names = [*(each.id for each in there.as_added()), NOBODY]
        what = f"there is no credential `{verification.caller}`"
        raise InputError(what, where="/as", fix=known(str(verification.caller), names))


def _not_verified(unmet: Sequence[Outcome], calls: PastCalls) -> Problem:
    told = "; ".join(_headline(each) for each in unmet)
    counts = [{"operation": name, "times": count} for name, count in calls.counts().items()]
    values = {"unmet": [_difference(each) for each in unmet], "calls": counts}
    return refusal("NOT_VERIFIED", told, values=values)


def _headline(held: Outcome) -> str:
    wanted = held.verification
    if wanted.order:
        told = f"wanted in this order: {wanted.target}; {held.because}"
    else:
        told = f"{wanted.target} came {_times(len(held.met))}, wanted {wanted.expected}"
    return f"{told}; {held.unsure}" if held.unsure else told


def _difference(held: Outcome) -> dict[str, Any]:
    """What came instead: the requests that met it, and those that nearly did. Those that still
    wait have no number to be told by."""
    met = [each for each in held.met if each.number]
    missed = [each for each in held.missed if each[0].number]
    return (
        _outcome(held)
        | {"where": held.verification.where}
        | ({"because": because} if (because := held.unsure or held.because) else {})
        | {
            "requests": [each.id for each in met[:SHOWN]],
            **({"more": len(met) - SHOWN} if len(met) > SHOWN else {}),
            "nearest": [
                {
                    "request": call.id,
                    "status": call.entry.status,
                    "differs": call.told("; ".join(wrong)),
                }
                for call, wrong in nearest(missed)
            ],
        }
    )


def _outcome(held: Outcome) -> dict[str, Any]:
    return {
        "operation": held.verification.target,
        "expected": held.verification.expected,
        "actual": len(held.met),
    }


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
