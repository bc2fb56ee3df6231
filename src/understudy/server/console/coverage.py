"""Coverage: each answer of each operation, and each transition, on the drawing of its states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.server.console.lifecycle_drawing import draw
from understudy.server.console.visit import View, Visit
from understudy.slices import InSlices

OPERATIONS = 100  # of one vendor on a page


def show_coverage(visit: Visit, session: str) -> InSlices[View]:
    """What a session exercised, of each vendor that was asked or of the one that is named."""
    chosen = visit.query.get("vendor", "")
    told = yield from visit.ask_session("/coverage", vendor=chosen)
    served = yield from visit.ask("/vendors")
    values = {
        "vendors": [_vendor(visit, each) for each in told["vendors"]],
        "mistakes": told["mistakes"],
        "served": served["vendors"],
        "chosen": chosen,
    }
    return View("coverage.html", values)


def _vendor(visit: Visit, told: Mapping[str, Any]) -> dict[str, Any]:
    answers = [each for one in told["operations"] for each in one["answers"]]
    reached = sum(1 for each in answers if _kind(each) != "never")
    moves = told["transitions"]
    lived = sum(1 for each in moves if each["times"] or each["forced"])
    return {
        **told,
        "rows": [_row(each) for each in told["operations"][:OPERATIONS]],
        "hidden": len(told["operations"]) - OPERATIONS,
        "share": f"{reached} of {len(answers)} answers",
        "moves": f"{lived} of {len(moves)} transitions",
        "lifecycles": list(_lifecycles(visit, told["vendor"], moves)),
    }


def _row(operation: Mapping[str, Any]) -> dict[str, Any]:
    answers = [{**each, "kind": _kind(each), "told": _told(each)} for each in operation["answers"]]
    return {**operation, "answers": answers}


def _kind(answer: Mapping[str, Any]) -> str:
    """How an answer was reached, the best way first."""
    return next((each for each in ("natural", "forced", "faulted") if answer[each]), "never")


def _told(answer: Mapping[str, Any]) -> str:
    ways = [f"{answer[each]} {each}" for each in ("natural", "forced", "faulted") if answer[each]]
    return ", ".join(ways) or "never"


def _lifecycles(visit: Visit, vendor: str, moves: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The drawings of a vendor's states, what has happened lit."""
    drawn = []
    for kind in visit.sandbox.vendors[vendor].kinds:
        if kind.lifecycle is None:
            continue
        mine = [each for each in moves if each["collection"] == kind.name]
        lived = [each for each in mine if each["times"] or each["forced"]]
        steps = {(each["from"], each["event"], each["to"]) for each in lived}
        never = [each for each in mine if each not in lived]
        drawing = draw(kind.lifecycle, happened=steps)
        drawn.append({"name": kind.name, "drawing": drawing, "lived": lived, "never": never})
    return drawn
