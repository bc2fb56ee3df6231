"""Steps that change a record by hand: played, refused with a line, and recorded of a session."""

from __future__ import annotations

import pytest

from tests.scenarios.stories.test_shipped import Sandbox, contract
from understudy.client import Sandbox as Session
from understudy.client import create_app
from understudy.errors import ScenarioError
from understudy.scenarios import loader
from understudy.scenarios.language.values import text
from understudy.scenarios.stories.export import export
from understudy.scenarios.stories.replay import replay
from understudy.scenarios.stories.report import Report
from understudy.server.admin.scenarios import run_of
from understudy.settings import FROZEN, Settings
from understudy.vendors import VENDORS

APPROVAL = "be9439c2-16b9-4de2-bb1a-9154b85af065"
WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"
RESUME = (
    "{ call: resumeWorkflow, with: { process_id: order-1001, body: { payload: { source: SAP } } }"
)
STORY = f"""\
understudy: 1
scenario: A record is changed by hand
vendor: looply
steps:
  - {{ record: executions, id: {WAITING}, change: {{ state: FAILED }} }}
  - {RESUME}, expect: {{ status: 409, body: {{ code: NO_RESUMABLE_EXECUTION }} }} }}
  - record: executions
    make: {{ workflow: approval, process_id: order-1001, state: AWAITING_RESPONSE, name: second }}
  - {RESUME}, expect: {{ status: 200 }} }}
  - {{ record: executions, id: {WAITING}, remove: true }}
  - call: getWorkflowExecutionById
    with: {{ workflow_id: {APPROVAL}, workflow_execution_id: {WAITING} }}
    expect: {{ status: 404 }}
"""


def played(story: str) -> Report:
    """A story's text, played in a sandbox of its own."""
    sandbox = Sandbox()
    scenario = loader.load_text(story, "story.yaml", VENDORS, contract)
    report = replay(scenario, sandbox, VENDORS, environment={})
    sandbox.process.close()
    return report


def test_records_are_changed_made_and_removed_in_a_story() -> None:
    report = played(STORY)
    assert [(each.name, each.verdict) for each in report.outcomes] == [
        (f"change executions {WAITING}", "passed"),
        ("resumeWorkflow", "passed"),
        ("make executions", "passed"),
        ("resumeWorkflow", "passed"),
        (f"remove executions {WAITING}", "passed"),
        ("getWorkflowExecutionById", "passed"),
    ]


def test_a_change_that_the_world_does_not_hold_fails_its_step() -> None:
    report = played(STORY.replace("state: FAILED", "state: BROKEN"))
    assert report.failed[0].because.startswith("the sandbox refuses it: `state` is")


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("{ record: runs, id: x, remove: true }", "looply has no collection `runs`"),
        ("{ record: nobody.runs, id: x, remove: true }", "there is no vendor `nobody`"),
        ("{ record: executions, remove: true }", "whose?"),
        ("{ record: executions, id: x, make: {} }", "says its id in its entry"),
        ("{ record: executions, id: x, event: paid }", "has an event `paid`"),
        ("{ record: executions, id: x }", "says one of change, event, make, remove"),
    ],
)
def test_a_step_that_cannot_be_meant_so_is_told_with_its_line(step: str, what: str) -> None:
    story = f"understudy: 1\nvendor: looply\nsteps:\n  - {step}\n"
    with pytest.raises(ScenarioError) as caught:
        loader.load_text(story, "story.yaml", VENDORS, contract)
    assert caught.value.where == "story.yaml:4"
    assert what in caught.value.what


def test_what_a_tester_did_is_recorded_and_replays() -> None:
    app = create_app(Settings(vendors=("looply",), clock=FROZEN))
    with Session(app=app, name="mine", clock="frozen") as session:
        executions = session.looply.records("executions")
        executions.event(WAITING, "resume")
        with session.looply.client() as looply:
            looply.post("/resumeWorkflow/order-1001", json={"payload": {"source": "SAP"}})
        executions.change(WAITING, state="FAILED")
        executions.remove(WAITING)
        recorded = export(run_of(app.sandbox.sessions["mine"]), contract)
    told = [{k: v for k, v in step.items() if k != "expect"} for step in recorded.scenario["steps"]]
    assert [told[0], told[2], told[3]] == [
        {
            "name": f"{WAITING} of the executions is made to resume",
            "record": "looply.executions",
            "id": WAITING,
            "event": "resume",
        },
        {
            "name": f"{WAITING} of the executions is changed by hand",
            "record": "looply.executions",
            "id": WAITING,
            "change": {"state": "FAILED"},
        },
        {
            "name": f"{WAITING} of the executions is removed",
            "record": "looply.executions",
            "id": WAITING,
            "remove": True,
        },
    ]
    assert recorded.scenario["steps"][1]["expect"]["body"]["code"] == "ALREADY_RESTARTED"
    report = played(text(recorded.scenario, recorded.notes))
    assert [each.verdict for each in report.outcomes] == ["passed"] * 4
