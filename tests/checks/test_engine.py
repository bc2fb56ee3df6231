"""A server that is right passes; each way of being wrong is found by the check that is for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from understudy.checks import schemathesis_engine
from understudy.checks.outcome import PHASES, Progress, VendorOutcome
from understudy.checks.targets import Target
from understudy.errors import InputError

from .faulty_api import KEYS, Garden, contract


def check(
    *mistakes: str,
    document: dict[str, Any] | None = None,
    max_examples: int = 8,
    on_event: Callable[[Progress], object] = lambda progress: None,
) -> VendorOutcome:
    target = Target(
        "garden",
        contract() if document is None else document,
        "garden.yaml",
        "http://127.0.0.1:4010/v1",
        Garden(mistakes),
        {name: {"x-key": key} for name, key in KEYS.items()},
    )
    return schemathesis_engine.check(target, max_examples=max_examples, seed=1, on_event=on_event)


@pytest.fixture(scope="module")
def right() -> VendorOutcome:
    return check()


def test_a_server_that_is_right_is_clean(right: VendorOutcome) -> None:
    assert right.all_findings == ()


def test_every_operation_is_reached_and_accepted(right: VendorOutcome) -> None:
    assert [each.id for each in right.operations] == [
        "listPlots",
        "createPlot",
        "getPlot",
        "removePlot",
        "getHarvest",
    ]
    assert {each.id for each in right.operations if each.accepted == 0} == set()
    assert {each.id for each in right.operations if 401 not in each.statuses} == set()


def test_all_four_phases_run(right: VendorOutcome) -> None:
    assert [(each.name, each.status) for each in right.phases] == [
        (name, "success") for name in PHASES
    ]
    assert right.phases[-1].transitions >= 3
    assert {name for each in right.operations for name in each.phases} == set(PHASES)


def test_another_organisation_tries_to_read_what_the_first_one_made(right: VendorOutcome) -> None:
    assert right.peer_probes >= 2


@pytest.mark.parametrize(
    ("mistake", "operation", "found_by"),
    [
        ("open", "getPlot", "ignored_auth"),
        ("leaks", "getPlot", "object_level_authorization"),
        ("boom", "getPlot", "not_a_server_error"),
        ("typed", "getPlot", "response_schema_conformance"),
        ("lax", "listPlots", "negative_data_rejection"),
        ("undocumented", "createPlot", "status_code_conformance"),
        ("picky", "createPlot", "positive_data_acceptance"),
    ],
)
def test_a_mistake_is_found_and_can_be_seen_again(
    mistake: str, operation: str, found_by: str
) -> None:
    outcome = check(mistake)
    found = {(each.operation, each.check): each for each in outcome.all_findings}
    assert (operation, found_by) in found
    finding = found[operation, found_by]
    assert finding.phase in PHASES
    assert "curl -X " in finding.curl
    assert "http://127.0.0.1:4010/v1/" in finding.curl


def test_a_curl_line_has_its_key_so_that_it_can_be_pasted() -> None:
    (finding,) = [e for e in check("typed").all_findings if e.operation == "getPlot"]
    assert "x-key: key-north" in finding.curl


def test_ids_that_lead_nowhere_are_told_instead_of_a_green_run() -> None:
    found = {(each.operation, each.check) for each in check("empty").all_findings}
    assert ("getPlot", "accepted") in found
    assert ("getPlot", "missing_test_data") in found


def test_the_same_seed_sends_the_same_requests() -> None:
    def numbers(outcome: VendorOutcome) -> list[tuple[str, int, dict[int, int]]]:
        return [(each.id, each.cases, dict(each.statuses)) for each in outcome.operations]

    assert numbers(check()) == numbers(check())


def test_nothing_is_left_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check(max_examples=2)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_while_it_runs() -> None:
    told: list[Progress] = []
    outcome = check(max_examples=2, on_event=told.append)
    assert list(dict.fromkeys(each.phase for each in told)) == list(PHASES)
    assert [each.cases for each in told] == sorted(each.cases for each in told)
    assert told[-1].cases == outcome.cases
    assert ("coverage", "createPlot") in {(each.phase, each.operation) for each in told}


def test_a_refusal_no_schema_can_say_is_allowed_for_that_operation_alone() -> None:
    document = contract()
    because = "the garden is full"
    document["paths"]["/plots"]["post"]["x-understudy-check"] = {
        "positive_data_acceptance": {"allow": [400], "because": because},
        "accepted": {"because": because},
        "validation_mismatch": {"because": because},
    }
    outcome = check("picky", document=document)
    assert [each for each in outcome.all_findings if each.operation == "createPlot"] == []
    (create,) = [each for each in outcome.operations if each.id == "createPlot"]
    assert [(each.check, each.allow, each.because) for each in create.allowances] == [
        ("positive_data_acceptance", ("400",), because),
        ("accepted", (), because),
        ("validation_mismatch", (), because),
    ]


def test_a_contract_without_links_says_that_the_stateful_phase_did_not_run() -> None:
    document = contract()
    document["paths"] = {"/plots": {"get": document["paths"]["/plots"]["get"]}}
    found = {each.check for each in check(document=document).all_findings}
    assert "stateful" in found
    assert "object_level_authorization" in found


def test_what_is_missing_is_named_with_the_line_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "schemathesis.engine", None)
    with pytest.raises(InputError, match=r'pip install "schemathesis[<>=,.0-9]+"; in a'):
        schemathesis_engine.require()
