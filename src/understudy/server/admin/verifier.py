"""What came, held against verifications: counts, sequences, and what nearly was wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from heapq import nlargest
from typing import NamedTuple

from understudy.scenarios.language.operations import NOBODY
from understudy.scenarios.stories.model import Verification
from understudy.server.admin.past_calls import PastCall, PastCalls
from understudy.slices import paused

NEAREST = 5  # requests told that nearly were the ones wanted

Missed = tuple[PastCall, list[str]]  # a request, and what it differs in


class Outcome(NamedTuple):
    """A verification, the requests that met it, and those to the operation that did not."""

    verification: Verification
    met: list[PastCall]
    missed: list[Missed]
    unsure: str = ""  # why nobody can say whether it holds
    because: str = ""  # of an order, where it breaks

    @property
    def holds(self) -> bool:
        return not self.unsure and self.verification.holds(len(self.met))

    @property
    def never(self) -> bool:
        """Whether no further call could make it hold."""
        most = self.verification.most
        return most is not None and len(self.met) > most


class Verifier:
    """Holds verifications against one session; what was compared once is remembered."""

    def __init__(self, calls: PastCalls) -> None:
        self.calls = calls
        self._compared: dict[tuple[int, int], list[str]] = {}

    def hold(self, verification: Verification) -> Outcome:
        """What came against one verification."""
        if verification.order:
            return self._in_order(verification)
        met: list[PastCall] = []
        missed: list[Missed] = []
        for call in self.calls.of(verification.vendor, verification.operation):
            if wrong := self._wrong(verification, call):
                missed.append((call, wrong))
            else:
                met.append(call)
        least, most = verification.least, verification.most
        sure = len(met) >= least if most is None else len(met) > most
        return Outcome(verification, met, missed, "" if sure else self._outgrown())

    def compare(self, verifications: Sequence[Verification]) -> Iterator[None]:
        """Compares what `hold` will look at, one call at a time, for whoever must not wait."""
        for each in verifications:
            for wanted in each.order or (each,):
                for call in self.calls.of(wanted.vendor, wanted.operation):
                    self._wrong(wanted, call)
                    yield

    def _in_order(self, verification: Verification) -> Outcome:
        """The first call that is as the first is wanted, then the first such behind it..."""
        met: list[PastCall] = []
        for wanted in verification.order:
            last = met[-1].number if met else 0
            came = self.calls.of(wanted.vendor, wanted.operation)
            behind = (each for each in came if each.number > last)
            found = next((each for each in behind if not self._wrong(wanted, each)), None)
            if found is None:
                return self._broken(verification, met)
            met.append(found)
        return Outcome(verification, met, [])

    def _broken(self, verification: Verification, met: list[PastCall]) -> Outcome:
        """An order that holds no further than the calls that met it."""
        wanted = verification.order[len(met)]
        because, early = f"no {wanted.target} came", "it came"
        if met:
            before = verification.order[len(met) - 1].target
            because = f"{because} after {before}, {met[-1].id}"
            early = f"it came before {met[-1].id}"
        came = self.calls.of(wanted.vendor, wanted.operation)
        missed = [(each, self._wrong(wanted, each) or [early]) for each in came]
        return Outcome(verification, met, missed, self._outgrown(), because)

    def _wrong(self, wanted: Verification, call: PastCall) -> list[str]:
        key = (id(wanted), id(call))
        wrong = self._compared.get(key)
        if wrong is None:
            caller = call.entry.caller or NOBODY
            wrong = list(call.wrong(wanted.conditions))
            if wanted.caller not in (None, caller):
                wrong.insert(0, f"as: expected {wanted.caller}, got {caller}")
            self._compared[key] = wrong
        return wrong

    def _outgrown(self) -> str:
        """What keeps calls from being counted: the journal had no room for the first of them."""
        journal = self.calls.session.journal
        if not journal.outgrown:
            return ""
        return (
            f"nobody can say, for the journal no longer has the first {journal.dropped} requests; "
            f"`understudy serve --journal {journal.enough}` keeps them"
        )


def nearest(missed: Sequence[Missed]) -> list[Missed]:
    """Those that differ in least; of like ones what reads most alike, of these the latest."""
    return nlargest(
        NEAREST, paused(missed), key=lambda each: (-len(each[1]), _alike(each[1]), each[0].number)
    )


def _alike(wrong: Sequence[str]) -> float:
    """How much what came reads like what was wanted, from 0 to 1 for each difference."""
    parts = [each.partition(": expected ")[2].partition(", got ") for each in wrong]
    return sum(SequenceMatcher(None, wanted, got).ratio() for wanted, _, got in parts)
