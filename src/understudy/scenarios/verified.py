"""What a story verifies when its steps are played: how often calls came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.scenarios.model import Verification
from understudy.scenarios.report import Outcome
from understudy.scenarios.target import Session


def verified(
    session: Session, verify: Sequence[Verification], *, counted: bool
) -> Iterator[Outcome]:
    """An outcome for each; only a sandbox has `counted` its calls."""
    if not counted:
        why = "only a sandbox counts its calls"
        yield from (Outcome(v.target, v.where, "skipped", "verify", because=why) for v in verify)
    elif verify:
        unmet: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
        for each in session.verify().get("unmet", ()):
            key = (each["operation"], each["wanted"], _line(each["where"]))
            unmet.setdefault(key, []).append(each)
        for one in verify:  # of several in a line nobody can tell which is which
            rows = unmet.get((one.target, one.wanted, _line(one.where)))
            yield _held(one.target, one.where, one.wanted, rows.pop(0) if rows else None)


def _line(where: str) -> str:
    """The place without its file, which a sandbox behind a URL calls otherwise."""
    return where.rpartition(":")[2]


def _held(target: str, where: str, times: str, unmet: Mapping[str, Any] | None) -> Outcome:
    if unmet is None:
        return Outcome(target, where, "passed", "verify", expected=_calls(times))
    nearest = tuple(
        f"{each.get('request')}: {each.get('differs')}" for each in unmet.get("nearest", ())
    )
    came = _calls(str(unmet.get("came")))
    return Outcome(
        target,
        where,
        "failed",
        "verify",
        expected=_calls(times),
        got=came,
        differences=nearest,
        because=str(unmet.get("because") or f"{came} of {target} came"),
    )


def _calls(count: str) -> str:
    return f"{count} call" if count in ("1", "at least 1") else f"{count} calls"
