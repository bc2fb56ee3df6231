"""Plays a scenario's steps against a sandbox and holds what comes against what is expected."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from understudy.errors import InputError, ScenarioError
from understudy.scenarios.language.captures import filled
from understudy.scenarios.stories.context import Signer, StoryContext
from understudy.scenarios.stories.expectations import (
    describe_answer,
    describe_expected,
    differences,
    verified,
)
from understudy.scenarios.stories.model import (
    Advance,
    CallStep,
    ChangeRecord,
    Scenario,
    SetClock,
    Step,
)
from understudy.scenarios.stories.report import Exchange, Outcome, Report
from understudy.scenarios.stories.requests import StepRequest, build_request
from understudy.scenarios.stories.step_names import sentence
from understudy.scenarios.stories.target import Answered, Foreign, Lost, Session, Target
from understudy.vendor import Vendor

NEEDS = frozenset(("world", "clock", "rules"))  # what a sandbox has of what a story may need

OnStep = Callable[[Outcome], None]
OnRound = Callable[[str, int, int], None]  # a step's name, which time it is played, of how many


def replay(
    scenario: Scenario,
    target: Target,
    vendors: Sequence[Vendor],
    *,
    on_step: OnStep | None = None,
    on_round: OnRound | None = None,
    token: str | None = None,
    seed: int = 0,
    has: Collection[str] = NEEDS,
    environment: Mapping[str, str] | None = None,
    keep: bool = False,
    signer: Signer | None = None,
    begun: Collection[str] = (),
) -> Report:
    """Plays a story in a session of its own; InputError when it cannot begin.

    `has` is what the target has of what a story may need; steps that need more are skipped, with
    the reason. `on_round` is told before a step is played once more. Two replays of one story on
    one seed have the same `transcript`. With `keep`, a session where something failed stays.
    `signer` knows who calls what is no sandbox; `begun` tells whether the sandbox's project says a
    clock and a seed.
    """
    variables = read_variables(scenario, os.environ if environment is None else environment)
    if missing := needs(scenario) - set(has):
        return _nothing_played(scenario, missing, on_step)
    if has:
        session = Session.start(target, scenario, token=token, seed=seed, begun=begun)
    else:
        session = Foreign(target, "")
    report = None
    try:
        memory = StoryContext(scenario, session, vendors, variables, None if has else signer)
        report = Play(scenario, session, memory, has, on_step, on_round).play()
        report = replace(report, seed=seed if scenario.seed is None else scenario.seed)
    finally:
        if report is None or not (keep and report.failed):
            session.end()
    return report


def needs(scenario: Scenario) -> frozenset[str]:
    """What a story needs of its target: what it says, its world and its rules."""
    implied = {name for name in ("world", "rules") if getattr(scenario, name)}
    return scenario.needs | implied


def step_needs(step: Step) -> frozenset[str]:
    """What a step needs of its target: what it says, and a clock where time is to pass."""
    if isinstance(step, CallStep):
        return step.needs
    return step.needs | {"world" if isinstance(step, ChangeRecord) else "clock"}


def read_variables(scenario: Scenario, environment: Mapping[str, str]) -> dict[str, Any]:
    """The scenario's variables; ScenarioError for one that is not set and has no default."""
    found: dict[str, Any] = {}
    for name, variable in scenario.variables.items():
        value = environment.get(variable.env, variable.default) if variable.env else None
        value = variable.default if value is None else value
        if value is None:
            raise ScenarioError(
                f"the variable `{name}` has no value",
                where=scenario.source.where(f"/variables/{name}"),
                fix=f"Set {variable.env}, or give it a default",
            )
        found[name] = value
    return found


def _nothing_played(scenario: Scenario, missing: Iterable[str], on_step: OnStep | None) -> Report:
    why = f"it needs {', '.join(sorted(missing))}, which the target has not"
    outcomes = tuple(
        Outcome(step.name, step.where, "skipped", because=why, sentence=sentence(step))
        for step in scenario.steps
    )
    if on_step is not None:
        for outcome in outcomes:
            on_step(outcome)
    return Report(scenario.title, scenario.file, outcomes)


class Play:
    """One replay in its session."""

    def __init__(
        self,
        scenario: Scenario,
        session: Session,
        memory: StoryContext,
        has: Collection[str] = NEEDS,
        on_step: OnStep | None = None,
        on_round: OnRound | None = None,
    ) -> None:
        self.scenario = scenario
        self.session = session
        self.memory = memory
        self.has = set(has)
        self.on_step = on_step
        self.on_round = on_round
        self.transcript: list[Exchange] = []

    def outcomes(self) -> Iterator[Outcome]:
        """Each step as it is played, then what is verified, then the last ones."""
        self.memory.read_records()
        for step in self.scenario.steps:
            yield self._reported(self._step(step))
        checked = verified(self.session, self.scenario.verify, counted="rules" in self.has)
        yield from map(self._reported, checked)
        for step in self.scenario.last:
            yield self._reported(self._step(step))

    def play(self) -> Report:
        """All of it."""
        outcomes, scenario = tuple(self.outcomes()), self.scenario
        return Report(
            scenario.title,
            scenario.file,
            outcomes,
            tuple(self.transcript),
            self.memory.saved,
            unmatched=self._unmatched(),
        )

    def _unmatched(self) -> tuple[str, ...]:
        """The story's rules that no call matched: it proves less than it seems to."""
        if not self.scenario.rules or "rules" not in self.has:
            return ()
        return tuple(
            f"{each['name']}: {each['nearest']['note']}" for each in self.session.unmatched()
        )

    def _reported(self, outcome: Outcome) -> Outcome:
        if self.on_step is not None:
            self.on_step(outcome)
        return outcome

    def _step(self, step: Step) -> Outcome:
        outcome = replace(self._played(step), sentence=sentence(step))
        if isinstance(step, CallStep):
            return replace(outcome, operation=f"{step.contract.name}.{step.operation.id}")
        return outcome

    def _played(self, step: Step) -> Outcome:
        if missing := step_needs(step) - self.has:
            why = f"it needs {', '.join(sorted(missing))}, which the target has not"
            return Outcome(step.name, step.where, "skipped", because=why)
        try:
            if isinstance(step, CallStep):
                return self._call(step)
            if isinstance(step, ChangeRecord):
                return self._record(step)
            return self._time(step)
        except LookupError as error:
            because = f"`{error.args[0]}` has no value here: the step that saves it did not"
        except InputError as error:
            because = f"{error.what}. {error.fix}".rstrip(". ")
        return Outcome(step.name, step.where, "failed", because=because)

    def _record(self, step: ChangeRecord) -> Outcome:
        told = filled({"id": step.id, "value": step.value}, self.memory.lookup, literal=True)
        self.session.change_record(step, told["id"], told["value"])
        return Outcome(step.name, step.where, "passed", kind="advance")

    def _time(self, step: Advance | SetClock) -> Outcome:
        if isinstance(step, Advance):
            self.session.advance(step)
        else:
            self.session.set_clock(step)
        return Outcome(step.name, step.where, "passed", kind="advance")

    def _call(self, step: CallStep) -> Outcome:
        until = step.until
        most, ends, pause = step.times, "failed", step.every
        if until is not None:
            most, ends, pause = until.at_most, "passed", until.advance
        outcome = Outcome(step.name, step.where, "failed")
        for attempt in range(1, most + 1):
            if attempt > 1 and self.on_round is not None:
                self.on_round(step.name, attempt, most)
            if attempt > 1 and (pause or until is not None):
                self.session.advance_by(pause, step.where)
            outcome = self._try(step, attempt)
            if outcome.verdict == ends:
                break
        return outcome if outcome.verdict == "passed" else self._explained(outcome)

    def _try(self, step: CallStep, attempt: int) -> Outcome:
        made, caller = self._sending(step)
        vendor = step.contract.name
        answer = self.session.target.send(
            made.method, self.session.prefix(vendor) + made.path, made.headers, made.body
        )
        self._note(made, answer)
        expect = step.expect
        wrong = differences(expect, answer, self.memory.lookup)
        if not wrong and isinstance(answer, Answered):
            wrong = self.memory.save(step, answer)
        if isinstance(answer, Answered):
            request = answer.header("x-understudy-request")
        else:
            request = self.session.lost()
        return Outcome(
            step.name,
            step.where,
            "failed" if wrong else "passed",
            sent=f"{made.method} {made.shown}",
            expected=describe_expected(expect, self.memory.lookup),
            got=describe_answer(answer),
            differences=tuple(wrong),
            request=request or "",
            caller=caller,
            attempts=attempt,
            of=step.times,
        )

    def _sending(self, step: CallStep) -> tuple[StepRequest, str]:
        arguments = filled(step.arguments, self.memory.lookup, literal=True)
        signature, caller = self.memory.signature(step)
        made = build_request(step.contract, step.operation, arguments, signature, step.written)
        return made, caller

    def _note(self, made: StepRequest, answer: Answered | Lost) -> None:
        sent = f"{made.method} {made.shown}"
        if isinstance(answer, Lost):
            self.transcript.append(Exchange(sent, None, (), b""))
        else:
            headers = tuple((name.lower(), value) for name, value in answer.headers)
            self.transcript.append(Exchange(sent, answer.status, headers, answer.body))

    def _explained(self, outcome: Outcome) -> Outcome:
        """The outcome with the sandbox's own reason."""
        if not outcome.request:
            return outcome
        why = self.session.explanation(outcome.request)
        near = tuple(
            f"{each.get('rule')}: {each.get('because')}"
            for each in why.get("rules", ())
            if not each.get("acted")
        )
        return replace(
            outcome,
            because=str(why.get("because", "")),
            command=str(why.get("curl", "")),
            rules=near,
        )
