"""What a conformance run found: plain values, whatever found them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the contract says, with the lines that show it again."""

    operation: str  # operationId; "" = the contract as a whole
    check: str
    title: str
    message: str = ""
    phase: str = ""
    curl: str = ""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one operation (or the whole contract) is excused from, and why."""

    check: str
    because: str
    allow: tuple[str, ...] = ()  # statuses, where the check knows statuses


@dataclass(frozen=True, slots=True)
class OperationOutcome:
    """One operation: what was sent to it, what came back, what was wrong with it."""

    id: str
    method: str
    path: str
    cases: int
    accepted: int  # valid requests answered 2xx
    statuses: Mapping[int, int]
    phases: Mapping[str, int]  # cases by phase
    seconds: float
    findings: tuple[Finding, ...] = ()
    allowances: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class PhaseOutcome:
    """One phase: its status in a word, the reason if it did not run, and how long it took."""

    name: str
    status: str  # success, failure, error, skip
    reason: str = ""
    transitions: int = 0  # links between operations, in the stateful phase


@dataclass(frozen=True, slots=True)
class VendorOutcome:
    """One contract: its phases and operations, and what concerns neither alone."""

    vendor: str
    operations: tuple[OperationOutcome, ...]
    phases: tuple[PhaseOutcome, ...]
    seconds: float
    peer_probes: int = 0  # reads of one organisation's things tried as another
    findings: tuple[Finding, ...] = ()
    allowances: tuple[Allowance, ...] = ()

    @property
    def cases(self) -> int:
        return sum(each.cases for each in self.operations)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the contract, then those of its operations."""
        return (*self.findings, *(f for each in self.operations for f in each.findings))


@dataclass(frozen=True, slots=True)
class Report:
    """All contracts of one run."""

    vendors: tuple[VendorOutcome, ...]
    seed: int
    max_examples: int

    @property
    def findings(self) -> tuple[tuple[str, Finding], ...]:
        """Every finding with the name of its contract."""
        return tuple((each.vendor, found) for each in self.vendors for found in each.all_findings)

    @property
    def clean(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: told whenever an operation is done with in a phase."""

    vendor: str
    phase: str
    operation: str = ""  # operationId; "" in the stateful phase and at a phase's beginning
    cases: int = 0  # so far, in this contract
    findings: int = 0
