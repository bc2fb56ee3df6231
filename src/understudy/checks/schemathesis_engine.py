"""Schemathesis: a target and its configuration in, our values out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

from understudy.checks import allowances, targets
from understudy.checks.allowances import TAKES_STATUSES
from understudy.checks.collector import Batch, Collector, Exchange, Flaw, PhaseEnd
from understudy.checks.lenient_requests import as_read
from understudy.checks.outcome import Allowance, Finding, Progress, VendorOutcome
from understudy.checks.targets import Target
from understudy.errors import InputError

CONSTANTS_READER = "_get_local_constants"  # how Hypothesis reads literals of loaded modules
FROM_EXAMPLES = 0.3  # how often a parameter takes one of its examples instead of a drawn value


def require() -> None:
    """InputError with the line to type where Schemathesis is not installed."""
    try:
        import_module("schemathesis.engine")
    except ImportError as error:
        fix = f'pip install "{requirement()}"; in a clone also pip install -e ".[check]"'
        raise InputError(f"conformance needs Schemathesis ({error})", fix=fix) from None


def requirement() -> str:
    """What the extra `check` asks for: by that name it is found on any index."""
    try:
        asked = [each.partition(";") for each in requires("understudy") or ()]
    except PackageNotFoundError:
        asked = []
    found = (name.strip() for name, _, when in asked if "check" in when)
    return next(found, "schemathesis")


def check(
    target: Target, *, max_examples: int, seed: int, on_event: Callable[[Progress], object]
) -> VendorOutcome:
    """Every phase and every check against one target; the same seed finds the same."""
    from schemathesis import openapi
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema

    with (
        tempfile.TemporaryDirectory() as folder,
        _isolated_hypothesis(folder),
        _before_each_call(target),
    ):
        excused = {**allowances.of_operations(target.document, target.file), **target.excused}
        settings = configuration(target, excused, max_examples, seed)
        if target.identities and not target.signs_alone:
            settings["auth"] = targets.written(target, Path(folder))
        schema = openapi.from_dict(
            as_read(target.document), config=SchemathesisConfig.from_dict(settings)
        )
        if target.app is not None:
            schema.app = target.app
        targets.sign_by_operation(schema, target)
        collector = Collector(target.name, allowances.listing(target.document), on_event)
        for event in from_schema(schema).execute():
            _translate(event, collector, target)
    whole = (each for each in target.whole if not collector.ran(each.check))
    return collector.outcome(
        (*allowances.of_contract(target.document, target.file), *whole),
        excused,
        peers=len(target.identities) > 1,
    )


def configuration(
    target: Target, excused: Mapping[str, tuple[Allowance, ...]], max_examples: int, seed: int
) -> dict[str, Any]:
    """What a `schemathesis.toml` would say; nothing is switched off."""
    dictionaries, bindings = _dictionaries(target.document)
    operations = []
    for identifier in dict.fromkeys([*excused, *bindings]):
        entry: dict[str, Any] = {"include-operation-id": identifier}
        if checks := _expected(excused.get(identifier, ())):
            entry["checks"] = checks
        if identifier in bindings:
            entry["parameters"] = bindings[identifier]
        if len(entry) > 1:
            operations.append(entry)
    return {
        "seed": seed,
        "base-url": target.base_url,
        "workers": 1,
        "cache": {"enabled": False},
        "analysis": {"constants": {"enabled": False}},
        "generation": {"database": "none", "max-examples": max_examples},
        "output": {"sanitization": {"enabled": False}},  # the keys are the sandbox's own
        "dictionaries": dictionaries,
        "operations": operations,
    }


def _expected(excused: tuple[Allowance, ...]) -> dict[str, Any]:
    from schemathesis.config import ChecksConfig

    usual = ChecksConfig()
    return {
        each.check: {
            "expected-statuses": [*getattr(usual, each.check).expected_statuses, *each.allow]
        }
        for each in excused
        if each.check in TAKES_STATUSES
    }


def _dictionaries(document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters' examples as dictionaries: valid ids reach the fuzzing phase, too."""
    values: dict[str, Any] = {}
    bindings: dict[str, Any] = {}
    for identifier, parameter in allowances.parameters(document):
        examples = [
            each
            for each in allowances.examples_of(parameter)
            if isinstance(each, str | int | float) and not isinstance(each, bool)
        ]
        if examples and parameter["in"] in ("path", "query"):
            place = f"{parameter['in']}.{parameter['name']}"
            name = f"{identifier}.{place}"
            values[name] = {"values": examples}
            binding = {"dictionary": name, "probability": FROM_EXAMPLES}
            bindings.setdefault(identifier, {})[place] = binding
    return values, bindings


@contextmanager
def _isolated_hypothesis(folder: str) -> Iterator[None]:
    """Hypothesis leaves no files behind, and no constants of whatever code happens to be loaded.

    It mixes literals of the modules it takes for the user's own into what it draws, so the same
    seed would draw differently from a command line, a test and another test.
    """
    from hypothesis.configuration import set_hypothesis_home_dir
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    reader, nothing = getattr(providers, CONSTANTS_READER, None), Constants()
    set_hypothesis_home_dir(folder)
    if reader is not None:  # inside of Hypothesis: without it a seed repeats in one process only
        providers.CONSTANTS_CACHE.cache.clear()
        setattr(providers, CONSTANTS_READER, lambda: nothing)
    try:
        yield
    finally:
        if reader is not None:
            setattr(providers, CONSTANTS_READER, reader)
            providers.CONSTANTS_CACHE.cache.clear()
        set_hypothesis_home_dir(None)


@contextmanager
def _before_each_call(target: Target) -> Iterator[None]:
    """The target hears of each request before it is sent. Only hooks of all schemas can tell."""
    from schemathesis import hooks

    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        if target.before is not None:
            target.before(case.operation.path)

    hooks.hook(before_call)
    try:
        yield
    finally:
        hooks.unregister(before_call)


def _translate(event: Any, collector: Collector, target: Target) -> None:
    """One event of the engine, told to the collector in our words."""
    from schemathesis.engine import events

    if isinstance(event, events.PhaseStarted):
        collector.begin(event.phase.name.value, getattr(event.payload, "transitions_total", 0))
    elif isinstance(event, events.PhaseFinished):
        reason = event.phase.skip_reason
        collector.end(PhaseEnd(event.phase.name.value, str(event.status), str(reason or "")))
    elif isinstance(event, events.ScenarioFinished):
        collector.add(_batch(event, target))
    elif isinstance(event, events.NonFatalError):
        collector.problem(event.label, Finding("", "engine", event.info.title, event.info.message))
    elif isinstance(event, events.FatalError):
        raise event.exception
    elif isinstance(event, events.Interrupted):
        raise KeyboardInterrupt
    elif isinstance(event, events.EngineFinished):
        collector.seconds = event.running_time


def _batch(event: Any, target: Target) -> Batch:
    recorder, phase = event.recorder, event.phase.value
    return Batch(
        phase,
        event.label or "",
        tuple(_exchange(case_id, recorder, phase, target) for case_id in recorder.cases),
        event.elapsed_time,
    )


def _exchange(case_id: str, recorder: Any, phase: str, target: Target) -> Exchange:
    from schemathesis.generation.meta import REQUEST_SHAPE_PROBES, coverage_scenario
    from schemathesis.generation.modes import GenerationMode

    case = recorder.cases[case_id].value
    interaction = recorder.interactions.get(case_id)
    response = interaction.response if interaction is not None else None
    valid = (
        case.meta is not None
        and case.meta.generation.mode == GenerationMode.POSITIVE
        and coverage_scenario(case) not in REQUEST_SHAPE_PROBES
    )
    return Exchange(
        case.operation.label,
        None if response is None else response.status_code,
        valid,
        peer=case.auth_identity not in (None, next(iter(target.identities), None)),
        flaws=tuple(
            each
            for each in _flaws(recorder.checks.get(case_id, ()), phase)
            if not target.passes(case.operation.definition.raw.get("operationId", ""), each.finding)
        ),
    )


def _flaws(checks: Any, phase: str) -> Iterator[Flaw]:
    for each in checks:
        info = each.failure_info
        if info is not None:
            failure = info.failure
            curl = "\n".join(step.curl for step in info.steps) or info.code_sample
            finding = Finding("", each.name, failure.title, failure.message.strip(), phase, curl)
            yield Flaw(failure, finding)
