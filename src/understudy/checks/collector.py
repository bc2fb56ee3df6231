"""Adds up what a run reports, and says what a green run would have hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from understudy.checks.outcome import (
    PHASES,
    Allowance,
    Finding,
    OperationOutcome,
    PhaseOutcome,
    Progress,
    VendorOutcome,
)

NOT_ABOUT_DATA = frozenset({401, 403, 409, 429})  # about the data that was sent
FEWEST_REFUSED = 5  # drawn requests that must have been refused before all of them are
STATEFUL, FUZZING = "stateful", "fuzzing"
WALKS_PER_EVENT = 10  # of the stateful phase, which takes a moment each, between two signs of life
LEAST_SHARE = 0.1  # of the refusals that must have one reason before it is called the reason


class Flaw(NamedTuple):
    """A failed check; two with equal keys are the same flaw found again."""

    key: Hashable
    finding: Finding


class Exchange(NamedTuple):
    """One request and the status that came back; None: nothing came back."""

    label: str  # method and path
    status: int | None
    valid: bool  # meant to be accepted
    peer: bool = False  # sent as another organisation
    flaws: Sequence[Flaw] = ()


class Batch(NamedTuple):
    """All exchanges of one operation in one phase, or of one walk in the stateful phase."""

    phase: str
    label: str  # "" for a walk
    exchanges: Sequence[Exchange]
    seconds: float


class PhaseEnd(NamedTuple):
    """How a phase ended."""

    phase: str
    status: str
    reason: str


@dataclass
class OperationResults:
    """What came back from one operation so far."""

    id: str
    method: str
    path: str
    cases: int = 0
    accepted: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    flaws: dict[Hashable, Finding] = field(default_factory=dict)
    valid: dict[str, Counter[int]] = field(default_factory=dict)  # statuses by phase

    def add(self, exchange: Exchange, phase: str) -> None:
        self.cases += 1
        self.phases[phase] += 1
        if exchange.status is not None:
            self.statuses[exchange.status] += 1
            if exchange.valid:
                self.valid.setdefault(phase, Counter())[exchange.status] += 1
                self.accepted += 200 <= exchange.status < 300
        for flaw in exchange.flaws:
            known = self.flaws.get(flaw.key)
            if known is None or known.phase == phase:  # the last one has been made smallest
                self.flaws[flaw.key] = replace(flaw.finding, operation=self.id)


class Collector:
    """One contract's numbers while they come in."""

    def __init__(
        self,
        vendor: str,
        operations: Sequence[tuple[str, str, str]],  # operationId, method, path
        on_event: Callable[[Progress], object],
    ) -> None:
        self.vendor = vendor
        self.results = {
            f"{method.upper()} {path}": OperationResults(name, method.upper(), path)
            for name, method, path in operations
        }
        self.on_event = on_event
        self.phases: dict[str, PhaseOutcome] = {}
        self.transitions = 0
        self.peer_probes = 0
        self.seconds = 0.0
        self.batches = 0
        self.problems: list[Finding] = []

    def begin(self, phase: str, transitions: int = 0) -> None:
        self.transitions = max(self.transitions, transitions)
        if phase in PHASES:
            self._report(phase)

    def end(self, ended: PhaseEnd) -> None:
        if ended.phase in PHASES:
            self._report(ended.phase)
            links = self.transitions if ended.phase == STATEFUL else 0
            self.phases[ended.phase] = PhaseOutcome(*ended, links)

    def add(self, batch: Batch) -> None:
        for exchange in batch.exchanges:
            self.results[exchange.label].add(exchange, batch.phase)
            self.peer_probes += exchange.peer
        if batch.label in self.results:
            self.results[batch.label].seconds += batch.seconds
        self.batches += 1
        if batch.label or self.batches % WALKS_PER_EVENT == 0:
            self._report(batch.phase, batch.label)

    def problem(self, label: str, finding: Finding) -> None:
        """What kept the run from testing something."""
        results = self.results.get(label)
        self.problems.append(replace(finding, operation=results.id if results else ""))
        self._report(finding.phase, label)

    def _report(self, phase: str, label: str = "") -> None:
        results = self.results.get(label)
        self.on_event(
            Progress(
                self.vendor,
                phase,
                results.id if results else "",
                sum(each.cases for each in self.results.values()),
                sum(len(each.flaws) for each in self.results.values()) + len(self.problems),
            )
        )

    def outcome(
        self,
        contract: Sequence[Allowance],
        excused: Mapping[str, Sequence[Allowance]],
        *,
        peers: bool,
    ) -> VendorOutcome:
        """All of it, with a finding for whatever the run did not really show."""
        missing = [*self.problems, *self._not_run(contract, peers)]
        return VendorOutcome(
            self.vendor,
            tuple(
                self._operation(each, excused.get(each.id, ())) for each in self.results.values()
            ),
            tuple(self.phases[name] for name in PHASES if name in self.phases),
            self.seconds,
            self.peer_probes,
            tuple(each for each in missing if not each.operation),
            tuple(contract),
        )

    def ran(self, name: str) -> bool:
        """Whether a phase of that name took place."""
        phase = self.phases.get(name)
        return phase is not None and phase.status != "skip"

    def _operation(
        self, results: OperationResults, allowances: Sequence[Allowance]
    ) -> OperationOutcome:
        names = {each.check for each in allowances}
        problems = [each for each in self.problems if each.operation == results.id]
        reasoned = {
            status
            for each in allowances
            if each.check == "positive_data_acceptance"
            for status in each.allow
        }
        weak = [each for each in weak_evidence(results, reasoned) if each.check not in names]
        return OperationOutcome(
            results.id,
            results.method,
            results.path,
            results.cases,
            results.accepted,
            dict(sorted(results.statuses.items())),
            {name: results.phases[name] for name in PHASES if results.phases[name]},
            results.seconds,
            (*results.flaws.values(), *problems, *weak),
            tuple(allowances),
        )

    def _not_run(self, contract: Sequence[Allowance], peers: bool) -> Iterator[Finding]:
        excused = {each.check for each in contract}
        for name in PHASES:
            phase = self.phases.get(name)
            if not self.ran(name) and name not in excused:
                reason = phase.reason.replace("_", " ") if phase else "it was never reached"
                yield Finding("", name, f"The {name} phase did not run", reason, name)
        if peers and not self.peer_probes and "object_level_authorization" not in excused:
            yield Finding(
                "",
                "object_level_authorization",
                "Nothing was asked for by another organisation",
                "No read found a thing of the caller's own to try as somebody else",
            )


def weak_evidence(results: OperationResults, reasoned: Collection[str] = ()) -> Iterator[Finding]:
    """What would make a green operation worthless. What is drawn may by chance meet nothing but
    refusals that there is a reason for; examples may not."""
    if not results.accepted:
        yield Finding(
            results.id,
            "accepted",
            "No valid request was answered 2xx",
            f"statuses of valid requests: {_counts(results)}. Give its parameters or its body "
            "examples with ids of the base world",
        )
    for phase, statuses in results.valid.items():
        # A walk takes what the step before gave it: that all are refused says nothing there.
        if phase == STATEFUL or any(200 <= status < 400 for status in statuses):
            continue
        refused = {status: n for status, n in statuses.items() if 400 <= status < 500}
        if phase == FUZZING and results.accepted:
            refused = {status: n for status, n in refused.items() if str(status) not in reasoned}
        total = sum(n for status, n in refused.items() if status not in NOT_ABOUT_DATA)
        not_found = refused.get(404, 0)
        if total and not_found >= LEAST_SHARE * total and not results.accepted:
            reason = f"404 to {not_found} of {total}"
            yield _all_refused(results, "missing_test_data", phase, reason)
        enough = total >= FEWEST_REFUSED or phase == "examples"  # each of those is meant to be good
        if total and enough and total - not_found >= LEAST_SHARE * total:
            reason = f"a refusal of the data to {total - not_found} of {total}"
            yield _all_refused(results, "validation_mismatch", phase, reason)


def _all_refused(results: OperationResults, check: str, phase: str, reason: str) -> Finding:
    title = f"Every valid request of the {phase} phase was refused"
    return Finding(results.id, check, title, f"{reason} valid requests", phase)


def _counts(results: OperationResults) -> str:
    total: Counter[int] = Counter()
    for statuses in results.valid.values():
        total.update(statuses)
    return ", ".join(f"{n} x {status}" for status, n in sorted(total.items())) or "none was sent"
