"""From a run to a scenario: a journal as a story that replays as it was."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from understudy.openapi.operation import Contract
from understudy.scenarios.language.grammar import TIMES
from understudy.scenarios.language.values import leaves, replaced, texts
from understudy.scenarios.rules.history import RuleLifetime
from understudy.scenarios.rules.rule import Rule
from understudy.scenarios.rules.rulebook import RuleBook
from understudy.scenarios.stories.model import Scenario
from understudy.scenarios.stories.record_step import deed
from understudy.scenarios.stories.recorded_world import Entries, recorded_world
from understudy.scenarios.stories.recorder import Unwritable, call_of, expectation
from understudy.scenarios.stories.step_names import recorded_name
from understudy.simulation.clock import Duration, Instant, iso
from understudy.simulation.journal import Entry
from understudy.slices import paused
from understudy.vendor import Request

SECRET = "secret"  # the variable that stands for keys nobody has
ID = 8  # characters of a text that may be an id: shorter ones are words


class Run(NamedTuple):
    """What there is to know of a run."""

    name: str
    started: Instant
    seed: int
    scenarios: Sequence[Scenario]
    rules: Sequence[RuleLifetime]  # in the order they are asked
    entries: Sequence[Entry]
    asked: Callable[[Entry], Request]  # an entry as the rules saw it
    shown: Callable[[Entry], Entry] = lambda entry: entry  # without its secrets
    late: Sequence[tuple[str, int]] = ()  # scenarios whose worlds came after so many requests
    leaps: Iterable[tuple[int, Duration]] = ()  # after so many requests so much time, by hand
    dropped: int = 0  # requests the journal no longer has
    world_entries: Entries = lambda vendor: {}
    enough: int = 0  # the bound of a journal that would have them, where it was too small


class Exported(NamedTuple):
    """The scenario as JSON, and what could not be written into it."""

    scenario: dict[str, Any]
    notes: tuple[str, ...]


def export(run: Run, contract: Callable[[str], Contract]) -> Exported:
    """The run as a scenario: its world, its rules, its calls, and time between them."""
    notes = [_gone(run)] if run.dropped else []
    notes += [f"the world of {name!r} came after request {n}: here it is there from the start"
              for name, n in run.late]  # fmt: skip
    waiting = [each.rule for each in run.rules if _waits(each.rule)]
    notes += [f"{each.name}: its delay is told as time that passes" for each in waiting]
    had = [each for each in run.rules if each.rule not in waiting]
    steps = _Steps(run, {each.rule.name: each.rule for each in reversed(had)}, contract)
    steps.write()
    rules = [_ruled(each, run, steps.written) for each in had]
    scenario: dict[str, Any] = {
        "understudy": 1,
        "scenario": f"Recorded from the session {run.name}",
        "clock": {"at": iso(run.started)},
        "seed": run.seed,
    }
    world = recorded_world(run.scenarios, run.world_entries)
    scenario |= {"world": world} if world else {}
    if rules:
        scenario["rules"] = rules
    if steps.secret:
        scenario["variables"] = {SECRET: {"env": "UNDERSTUDY_SECRET", "default": "nobodys-key"}}
    if not steps.made:
        return Exported(scenario, (*notes, *steps.notes))  # no story has an empty list of them
    return Exported({**scenario, "steps": steps.made}, (*notes, *steps.notes))


def _waits(rule: Rule) -> bool:
    return rule.fault is not None and rule.fault.latency is not None


def _ruled(had: RuleLifetime, run: Run, written: Collection[int]) -> dict[str, Any]:
    """A rule as if it had been there from the start to the end: it skips the calls that came
    before it, and one that was taken out has acted as often as it may."""
    told = had.rule.written()
    before = [each for each in run.entries if each.number <= had.since and each.number in written]
    if skip := _matched(had.rule, before, run.asked):
        told["skip"] = told.get("skip", 0) + skip
    if had.acted is not None:
        told["times"] = had.acted
    return told


def _matched(rule: Rule, entries: Iterable[Entry], asked: Callable[[Entry], Request]) -> int:
    """How many of these calls a rule would have counted."""
    book = RuleBook()
    book.add([rule])
    for entry in paused(entries):
        request = asked(entry)
        operation = None if request.operation is None else request.operation.handled_by
        if rule.gate:
            book.gate(entry.vendor, operation, request.call, entry.at)
        elif entry.reached and operation is not None:
            book.answer(entry.vendor, operation, request, partial(_record, entry))
    return book.listing()[0].matched


def _record(entry: Entry) -> Mapping[str, Any] | None:
    return None if entry.before is None else entry.before.fields()


def _gone(run: Run) -> str:
    """What the journal no longer has, and how to keep it."""
    told = f"the journal no longer has the first {run.dropped} requests"
    return f"{told}; `understudy serve --journal {run.enough}` keeps them" if run.enough else told


class _Steps:
    """Writes the steps, one request after the other."""

    def __init__(
        self, run: Run, rules: Mapping[str, Rule], contract: Callable[[str], Contract]
    ) -> None:
        self.run = run
        self.rules = rules
        self.contract = contract
        self.made: list[dict[str, Any]] = []
        self.written: set[int] = set()  # requests that are steps
        self.notes: list[str] = []
        self.secret = False
        self._before: set[str] = set()  # calls so far, as they were written
        self._asked: set[str] = set()  # texts of requests so far: what a client knew by itself
        self._told: dict[str, tuple[dict[str, Any], str]] = {}  # id -> step that told it, its path
        self._names: dict[str, str] = {}  # id -> capture
        self._last: tuple[dict[str, Any], Instant] = {}, run.started  # the last call, and when

    def write(self) -> None:
        """All of them."""
        now = self.run.started
        leaps: dict[int, Duration] = {}
        for number, by in self.run.leaps:
            leaps[number] = leaps.get(number, 0) + by
        for entry in paused(self.run.entries):
            self.made += _passing(now, entry.at, leaps.get(entry.number - 1, 0))
            now = max(now, entry.at)
            by_hand = deed(self.run.shown(entry))
            if by_hand is not None:
                self._deed(by_hand, entry.at)
                continue
            try:
                shown = self.run.shown(entry)
                step = call_of(shown, self.contract, f"${{{SECRET}}}")
            except Unwritable as why:
                self.notes.append(f"request {entry.number} is left out: {why}")
                continue
            self.written.add(entry.number)
            self._write(step, shown)
            self._again(entry.at)

    def _deed(self, step: dict[str, Any], at: Instant) -> None:
        said = set(texts({**step, "name": ""}))
        for text in sorted(said):
            self._capture(text)
        self._asked |= said
        name = step["name"] if step.get("id") not in self._names else "a record is changed by hand"
        self.made.append({**self._named(step), "name": name})
        self._last = {}, at

    def _write(self, step: dict[str, Any], entry: Entry) -> None:
        rule = self.rules.get(entry.rule or "")
        expected = expectation(entry, rule)
        arguments = step.get("with", {})
        secret = f"${{{SECRET}}}"
        hidden = {text for text in texts(arguments.get("headers", {})) if text.endswith(secret)}
        self.secret |= bool(hidden)
        asked = set(texts(arguments)) - hidden
        for text in sorted(asked):
            self._capture(text)
        self._asked |= asked
        again = str(sorted(step.items())) in self._before
        self._before.add(str(sorted(step.items())))
        if arguments:
            step["with"] = self._named(arguments, hidden)
        made = {"name": self._sentence(step["call"], arguments, entry, again), **step}
        step.clear()
        step |= made
        self.made.append(step)
        if "body" in expected:
            for path, text in leaves(expected["body"]):
                if len(text) >= ID and text not in self._asked:
                    self._told.setdefault(text, (step, path))
            expected["body"] = self._named(expected["body"])
        step["expect"] = expected

    def _again(self, at: Instant) -> None:
        """What was asked and answered just like the call before it is that step once more."""
        step, (before, since) = self.made[-1], self._last
        self._last = step, at
        pause = _length(at - since)
        behind = 2 if pause else 1  # the step, and the time that passes before it
        if len(self.made) <= behind or self.made[-1 - behind] is not before:
            return
        times = before.get("times", 1)
        same = {key: value for key, value in before.items() if key not in ("times", "every")}
        paced = times == 1 or before.get("every", "") == pause
        if same == {**step, "name": same["name"]} and paced and times < TIMES:
            del self.made[-behind:]
            before |= {"times": times + 1} | ({"every": pause} if pause else {})
            self._last = before, at

    def _sentence(
        self, target: str, arguments: Mapping[str, Any], entry: Entry, again: bool
    ) -> str:
        """What a step is called: no id is repeated that is another one in each replay."""
        vendor, _, operation = target.partition(".")
        given = {name.removeprefix("path."): value for name, value in arguments.items()}
        chosen = {
            name: value
            for name, value in given.items()
            if isinstance(value, str) and value not in self._names
        }
        return recorded_name(
            self.contract(vendor).operations[operation], chosen, entry, again=again
        )

    def _capture(self, text: str) -> None:
        """A text that an answer told first and a request says now becomes a capture."""
        if text in self._names or text in self._asked or text not in self._told:
            return
        step, path = self._told[text]
        name = f"id_{len(self._names) + 1}"
        self._names[text] = name
        step.setdefault("save", {})[name] = path
        body = step["expect"]["body"]
        step["expect"]["body"] = replaced(body, text, {"$type": "string"})

    def _named(self, value: Any, keep: Collection[str] = ()) -> Any:
        """The value with ids as captures, and what looks like a capture told apart from one."""
        if isinstance(value, str):
            if value in keep:
                return value
            name = self._names.get(value)
            return value.replace("${", "$${") if name is None else f"${{{name}}}"
        if isinstance(value, Mapping):
            return {key: self._named(each, keep) for key, each in value.items()}
        if isinstance(value, list):
            return [self._named(each, keep) for each in value]
        return value


def _passing(now: Instant, to: Instant, by_hand: Duration) -> Iterator[dict[str, Any]]:
    """The time between two requests as durations of whole seconds: what passed by hand, and what
    passed besides; a clock that ran by itself stood at an instant."""
    for length in (by_hand, to - now - by_hand):
        if 0 < length <= to - now and length % 1000 == 0:
            yield {"advance": {"by": _length(length)}}
            now += length
    if to > now:
        yield {"advance": {"to": iso(to)}}


def _length(milliseconds: Duration) -> str:
    """A duration as a file says it, in the largest unit that fits; empty for none."""
    units = (
        ("w", 604_800_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    )
    unit, size = next(each for each in units if milliseconds % each[1] == 0)
    return f"{milliseconds // size}{unit}" if milliseconds else ""
