"""What a replay found: for each step what was expected, what came, and because."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Verdict = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One step that was played, or one verification that was held."""

    name: str
    where: str  # file:line
    verdict: Verdict
    kind: Literal["call", "advance", "verify"] = "call"
    sent: str = ""  # the method and path
    expected: str = ""
    got: str = ""
    differences: tuple[str, ...] = ()
    because: str = ""  # the sandbox's reason, or why it was skipped
    request: str = ""  # X-Understudy-Request
    caller: str = ""  # whose credential went to what is no sandbox, and whence it came
    attempts: int = 1
    of: int = 1  # so often it was to be played, each time as expected
    command: str = ""  # a curl line
    sentence: str = ""  # the step in words, for who knows no story's file
    operation: str = ""  # vendor.operation of a call
    took: float = 0  # real seconds
    why: Mapping[str, Any] = field(default_factory=dict)  # what the sandbox explains of a call
    rules: tuple[str, ...] = ()  # rules that nearly acted, and what kept them

    @property
    def answer(self) -> str:
        """The name of what came in the contract; empty where the sandbox does not say."""
        return str(self.why.get("reply", {}).get("answer") or "")

    @property
    def at(self) -> str:
        """The instant of the call on the session's clock; empty where there is none."""
        return str(self.why.get("at", ""))

    @property
    def often(self) -> str:
        """How often it was played, where that was more than once."""
        if self.of > 1:
            return (
                f"{self.of} times" if self.verdict == "passed" else f"{self.attempts} of {self.of}"
            )
        return f"attempt {self.attempts}" if self.attempts > 1 else ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call as it went over the wire, for comparing two replays."""

    sent: str
    status: int | None  # None: lost
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """A whole replay."""

    title: str
    file: str
    outcomes: tuple[Outcome, ...]
    transcript: tuple[Exchange, ...] = ()
    saved: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    unmatched: tuple[str, ...] = ()  # rules that no call matched, and what kept the nearest one

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(each for each in self.outcomes if each.verdict == "failed")

    @property
    def verdict(self) -> Literal["passed", "failed", "inconclusive"]:
        """`inconclusive` when nothing was left to play: that is never green."""
        if self.failed:
            return "failed"
        played = any(each.verdict == "passed" and each.kind != "advance" for each in self.outcomes)
        return "passed" if played else "inconclusive"

    @property
    def ok(self) -> bool:
        return self.verdict == "passed"


def difference(first: Report, again: Report) -> str:
    """The first thing that went otherwise the second time; empty where nothing did."""
    for number, (one, other) in enumerate(
        zip(first.transcript, again.transcript, strict=False), start=1
    ):
        for what in ("sent", "status", "headers", "body"):
            was, became = getattr(one, what), getattr(other, what)
            if was != became:
                return f"call {number}, {one.sent}: {what} was {was!r}, then {became!r}"
    if len(first.transcript) != len(again.transcript):
        return f"{len(first.transcript)} calls, then {len(again.transcript)}"
    return ""


def unlike(report: Report, number: int, otherwise: str) -> Report:
    """The report of a story that went otherwise when it was played again."""
    name = f"played again, the {number}. time"
    outcome = Outcome(name, report.file, "failed", "verify", differences=(otherwise,))
    return replace(report, outcomes=(*report.outcomes, outcome))
