"""The numbers of a run, and what makes a green one worthless."""

from __future__ import annotations

from understudy.checks.collector import Batch, Collector, Exchange, Flaw, PhaseEnd
from understudy.checks.outcome import Allowance, Finding, Progress, VendorOutcome

READ = ("readThing", "get", "/things/{id}")
LABEL = "GET /things/{id}"


def collected(*batches: Batch, told: list[Progress] | None = None) -> Collector:
    made = Collector("acme", [READ], (lambda each: None) if told is None else told.append)
    for phase in ("examples", "coverage", "fuzzing", "stateful"):
        made.begin(phase, 3)
        for batch in batches:
            if batch.phase == phase:
                made.add(batch)
        made.end(PhaseEnd(phase, "success", ""))
    return made


def batch(phase: str, *statuses: int, valid: bool = True) -> Batch:
    return Batch(phase, LABEL, [Exchange(LABEL, status, valid) for status in statuses], 0.5)


def outcome(made: Collector, *excused: str, peers: bool = False) -> VendorOutcome:
    reasons = [Allowance(name, "it is so") for name in excused]
    return made.outcome(reasons, {"readThing": reasons}, peers=peers)


def checks(found: VendorOutcome) -> list[tuple[str, str]]:
    return [(each.check, each.phase) for each in found.all_findings]


def test_requests_are_counted_by_status_and_phase() -> None:
    found = outcome(collected(batch("examples", 200), batch("fuzzing", 404, 200, 200)))
    (operation,) = found.operations
    assert (operation.id, operation.method, operation.path) == (
        "readThing",
        "GET",
        "/things/{id}",
    )
    assert operation.statuses == {200: 3, 404: 1}
    assert operation.phases == {"examples": 1, "fuzzing": 3}
    assert (operation.cases, operation.accepted, operation.seconds) == (4, 3, 1.0)
    assert checks(found) == []


def test_an_accepted_request_that_should_have_been_refused_is_no_acceptance() -> None:
    found = outcome(collected(batch("coverage", 200, valid=False)))
    assert checks(found) == [("accepted", "")]
    assert "none was sent" in found.all_findings[0].message


def test_a_phase_in_which_nothing_was_found_is_missing_test_data() -> None:
    found = outcome(collected(batch("coverage", 404, 404)))
    assert checks(found) == [("accepted", ""), ("missing_test_data", "coverage")]
    assert "2 x 404" in found.all_findings[0].message


def test_found_in_another_phase_is_enough() -> None:
    assert checks(outcome(collected(batch("examples", 200), batch("coverage", 404)))) == []


def test_a_phase_in_which_all_valid_data_was_refused_is_a_mismatch() -> None:
    refused = batch("coverage", 400, 404, 403, 400, 400, 404)
    found = outcome(collected(batch("examples", 200), refused))
    assert checks(found) == [("validation_mismatch", "coverage")]
    assert "3 of 5" in found.all_findings[0].message


def test_refusals_with_a_reason_are_no_mismatch_where_requests_are_drawn() -> None:
    reasons = [Allowance("positive_data_acceptance", "no schema can say it", ("400",))]
    for phase, found in (("fuzzing", []), ("coverage", [("validation_mismatch", "coverage")])):
        made = collected(batch("examples", 200), batch(phase, *[400] * 40))
        assert checks(made.outcome(reasons, {"readThing": reasons}, peers=False)) == found
    made = collected(batch("examples", 200), batch("fuzzing", *[422] * 40))
    found = checks(made.outcome(reasons, {"readThing": reasons}, peers=False))
    assert found == [("validation_mismatch", "fuzzing")]


def test_a_few_drawn_requests_are_no_mismatch_but_a_single_example_is() -> None:
    assert checks(outcome(collected(batch("examples", 200), batch("coverage", 400, 400)))) == []
    found = outcome(collected(batch("examples", 400), batch("coverage", 200)))
    assert checks(found) == [("validation_mismatch", "examples")]


def test_a_walk_that_is_refused_throughout_is_no_mismatch() -> None:
    assert checks(outcome(collected(batch("examples", 200), batch("stateful", 400, 400)))) == []


def test_a_conflict_says_nothing_about_the_data() -> None:
    assert (
        checks(outcome(collected(batch("examples", 200), batch("coverage", 409, 401, 429)))) == []
    )


def test_a_reason_excuses() -> None:
    made = collected(batch("coverage", 404, 400, 400, 400, 400))
    assert checks(outcome(made, "accepted", "missing_test_data", "validation_mismatch")) == []


def test_a_phase_that_did_not_run_is_told_with_its_reason() -> None:
    made = collected(batch("examples", 200))
    made.end(PhaseEnd("stateful", "skip", "not_applicable"))
    (finding,) = outcome(made).findings
    assert (finding.check, finding.title, finding.message) == (
        "stateful",
        "The stateful phase did not run",
        "not applicable",
    )
    assert outcome(made, "stateful").findings == ()


def test_a_phase_that_was_never_reached_is_told() -> None:
    made = Collector("acme", [READ], lambda each: None)
    made.add(batch("examples", 200))
    assert [each.check for each in outcome(made).findings] == [
        "examples",
        "coverage",
        "fuzzing",
        "stateful",
    ]


def test_nothing_tried_as_another_organisation_is_told() -> None:
    made = collected(batch("examples", 200))
    assert [each.check for each in outcome(made, peers=True).findings] == [
        "object_level_authorization"
    ]
    made.add(Batch("fuzzing", LABEL, [Exchange(LABEL, 404, True, peer=True)], 0.0))
    assert outcome(made, peers=True).findings == ()
    assert outcome(made, peers=True).peer_probes == 1


def test_the_same_flaw_is_told_once_in_its_smallest_form() -> None:
    def flawed(phase: str, body: str) -> Batch:
        finding = Finding("", "response_schema_conformance", "Wrong", body, phase)
        return Batch(phase, LABEL, [Exchange(LABEL, 200, True, flaws=[Flaw("x", finding)])], 0.0)

    found = outcome(collected(flawed("coverage", "long"), flawed("coverage", "short")))
    assert [each.message for each in found.all_findings] == ["short"]
    again = outcome(collected(flawed("coverage", "short"), flawed("fuzzing", "long again")))
    assert [(each.operation, each.message) for each in again.all_findings] == [
        ("readThing", "short")
    ]


def test_trouble_with_an_operation_is_its_finding() -> None:
    made = collected(batch("examples", 200))
    made.problem(LABEL, Finding("", "engine", "Schema Error", "cannot be drawn from"))
    made.problem("checks", Finding("", "engine", "Configuration", "no"))
    found = outcome(made)
    assert [each.title for each in found.findings] == ["Configuration"]
    assert [each.title for each in found.operations[0].findings] == ["Schema Error"]


def test_progress_adds_up() -> None:
    told: list[Progress] = []
    collected(batch("examples", 200), batch("fuzzing", 200, 404), told=told)
    assert told[1] == Progress("acme", "examples", "readThing", 1, 0)
    assert told[-1] == Progress("acme", "stateful", "", 3, 0)
