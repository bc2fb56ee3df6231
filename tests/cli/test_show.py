"""`understudy show`: vendors, operations, answers, worlds, lifecycles, the grammar."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.cli.served_process import serving
from understudy.cli import main


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["show", *arguments]) == 0
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def cells(line: str) -> list[str]:
    return re.split(r"\s{2,}", line.strip())


def test_the_vendors_and_what_to_type_next(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys)
    looply = next(line for line in lines if line.startswith(" looply "))
    assert cells(looply) == [
        "looply",
        "Looply Workflow API",
        "11",
        "https://api.looply.io/v2/workflows",
    ]
    assert lines[-1] == "Next: understudy show looply"


def test_the_operations_of_a_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "looply")
    resume = next(line for line in lines if line.startswith(" resumeWorkflow "))
    assert cells(resume) == [
        "resumeWorkflow",
        "POST /v2/workflows/resumeWorkflow/{process_id}",
        "200 400 403 404 405 409 413 415 429 500 503",
        "documented",
    ]
    variant = next(line for line in lines if line.startswith(" triggerLatestWorkflow "))
    assert cells(variant)[-1] == "documented, variant of triggerWorkflow"
    assert lines[-1].endswith("understudy show looply --world")


def test_each_answer_tells_how_it_is_had(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "looply", "resumeWorkflow")
    assert lines[0].startswith("looply.resumeWorkflow: ")
    assert lines[1] == "POST /v2/workflows/resumeWorkflow/{process_id}"
    rows = {cells(line)[1]: cells(line) for line in lines if re.match(r" [2-5][0-9][0-9] ", line)}
    assert rows["EXECUTION_IN_PROGRESS"][3] == "It runs, and is not yet at its wait or past it"
    assert rows["ALREADY_RESTARTED"][3] == "It was resumed a moment ago"
    assert rows["ALREADY_RESTARTED"][0::2] == [
        "409",
        "documented",
        "naturally: the example call, 2 times; or magic input process_id: magic-already-restarted",
    ]
    assert rows["WORKFLOW_RESTARTED"][-1].startswith("naturally: the example call; or magic")
    assert rows["FORBIDDEN"][-1].startswith("naturally: without a key; or magic")
    assert rows["EXECUTION_NOT_FOUND"][-1].startswith("naturally: with process_id: order-2001; or")
    assert rows["MISSING_RESUME_TOKEN"][-1] == "magic input process_id: magic-missing-resume-token"
    assert rows["INVALID_BODY"][-1] == "naturally: a body that is no JSON"
    assert rows["CONTENT_TOO_LARGE"][-1] == "naturally: a body of more than 8388608 bytes"
    assert rows["METHOD_NOT_ALLOWED"][-1] == "naturally: GET instead of POST"
    assert rows["TOO_MANY_REQUESTS"][2] == "inferred"


def test_the_example_call_is_a_line_to_paste(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "understudy", "show", "looply", "terminateWorkflow"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    line = next(each for each in told.splitlines() if each.startswith("The example call: "))
    with serving(tmp_path, "looply") as served:
        command = line.removeprefix("The example call: ")
        assert "http://127.0.0.1:4010/" in command
        pasted = shlex.split(command.replace("http://127.0.0.1:4010", served.url))
        done = subprocess.run(pasted, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("HTTP/1.1 200 OK")


def test_any_answer_can_be_forced_as_told(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "looply", "resumeWorkflow")
    assert (
        "    - { operation: looply.resumeWorkflow, reply: WORKFLOW_RESTART_FAILED, times: 1 }"
        in lines
    )
    prefer = next(line for line in lines if "Prefer" in line)
    assert prefer.endswith("-H 'Prefer: code=500, example=WORKFLOW_RESTART_FAILED'")


def test_parameters_and_body_are_told_with_their_schemas(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = shown(capsys, "looply", "resumeWorkflow")
    assert cells(next(line for line in lines if line.startswith(" process_id ")))[:3] == [
        "process_id",
        "path",
        "yes",
    ]
    history = shown(capsys, "looply", "getWorkflowExecutionHistory")
    limit = cells(next(line for line in history if line.startswith(" limit ")))
    assert limit[3].startswith("Items on a page, 20 unless told, 30 at most")
    assert limit[4] == '{"type": "string", "default": "20"}'
    row = next(at for at, line in enumerate(lines) if line.startswith(" (body) "))
    assert cells(lines[row])[:3] == ["(body)", "application/json", "yes"]
    assert lines[row + 1].startswith('     {"type": "object", "required": ["payload"], ')


@pytest.mark.parametrize("operation", ["createInstance", "listInstances"])
def test_a_long_schema_makes_no_table_wide(
    operation: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Piped, where nothing folds: it stands below its row, which has all the rest."""
    lines = shown(capsys, "cloudflare", operation)
    first = next(at for at, line in enumerate(lines) if line.startswith(" workflow_name "))
    assert cells(lines[first])[:3] == ["workflow_name", "path", "yes"]
    below = [line for line in lines[first:] if line.startswith("     ")]
    assert json.loads(" ".join(below[: 1 + next(i for i, e in enumerate(below) if "}" in e)]))
    assert max(map(len, below)) <= 125
    assert max(len(line) for line in lines if line.startswith(" \u2500")) <= 101


@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ("createWorkflow", "key: authorization: Bearer hydracore-proxy-lettings"),
        ("listWorkflows", "key: x-api-key: hc_live_northwind"),
    ],
)
def test_an_operation_tells_its_key_and_the_header_for_it(
    operation: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert key in shown(capsys, "hydracore", operation)


def test_the_world_tells_keys_ids_and_states(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, "looply", "--world")
    assert " default   looply-key-northwind   x-api-key       org-northwind" in lines
    waiting = next(line for line in lines if " waiting " in line)
    assert cells(waiting)[:3] == [
        "11111111-aaaa-4bbb-8ccc-000000000001",
        "AWAITING_RESPONSE",
        "waiting",
    ]
    assert "order-1001" in cells(waiting)
    assert not [line for line in lines if line.startswith(" magic-")]
    title = next(line for line in lines if line.startswith("executions ("))
    assert title.endswith(" of them shown: --all")
    assert " 2 AWAITING_RESPONSE" in title


def test_a_record_of_a_world_is_one_line_that_grep_finds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = shown(capsys, "hydracore", "--world")
    assert [
        line.split()[1] for line in lines if "dddddddd-0000-4000-8000-000000000010" in line
    ] == ["active"]
    assert all(len(line) == len(line.rstrip()) for line in lines)


def test_all_records_and_keys_of_a_world_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    few = shown(capsys, "hydracore", "--world")
    lines = shown(capsys, "hydracore", "--world", "--all")
    ids = [line for line in lines if re.match(r" [de]{8}-", line)]
    title = next(line for line in lines if line.startswith("workflows ("))
    assert title.startswith(f"workflows ({len(ids)}: ")
    assert title.endswith(")")
    assert len(ids) > len([line for line in few if re.match(r" [de]{8}-", line)])
    assert any(line.startswith(" magic-") for line in lines)


def test_on_a_narrow_terminal_ids_stay_whole() -> None:
    world = "from understudy.cli import main; main(['show', 'hydracore', '--world'])"
    told = on_a_terminal([sys.executable, "-c", world], columns=80)
    lines = [line.rstrip() for line in told.splitlines()]
    assert any(line.startswith(" dddddddd-0000-4000-8000-000000000010 ") for line in lines)
    assert [line for line in lines if re.match(r" [de]{8}-", line) and len(line) > 80] == []


def on_a_terminal(command: list[str], columns: int) -> str:
    """What a command prints to a terminal of so many columns."""
    ours, its = os.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "dumb"}
    with subprocess.Popen(command, stdout=its, stdin=its, env=environment) as running:
        os.close(its)
        told = b""
        try:
            while part := os.read(ours, 65_536):
                told += part
        except OSError:  # the other end is gone
            pass
        os.close(ours)
    assert running.returncode == 0
    return told.decode()


def test_lifecycles_are_mermaid_state_diagrams(capsys: pytest.CaptureFixture[str]) -> None:
    printed = "\n".join(shown(capsys, "looply", "--states"))
    diagram = printed[printed.index("title: looply executions") :].splitlines()
    assert diagram[1:3] == ["---", "stateDiagram-v2"]
    names = dict(re.findall(r'state "(\w+)" as (s\d+)', "\n".join(diagram)))
    arrow = f"    {names['AWAITING_RESPONSE']} --> {names['IN_PROGRESS']} : resume"
    assert arrow in diagram
    assert f"    [*] --> {names['IN_PROGRESS']}" in diagram
    assert f"    {names['COMPLETED']} --> [*]" in diagram


def test_the_grammar_is_a_json_schema(capsys: pytest.CaptureFixture[str]) -> None:
    schema = json.loads("\n".join(shown(capsys, "--scenario-schema")))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"understudy": 1, "scenario": "x"})
    assert not validator.is_valid({"understudy": 1, "scenario": "x", "ruels": []})


REFUSALS = {
    "an unknown vendor": (["lopply"], "there is no vendor 'lopply'. Did you mean looply? "),
    "an unknown operation": (
        ["looply", "resumeworkflow"],
        "looply has no operation 'resumeworkflow'. Did you mean resumeWorkflow? There are ",
    ),
    "a world of nobody": (["--world"], "--world is of one vendor. Name it before: looply"),
    "all of no world": (["looply", "--all"], "--all is of a world. Add --world, and a vendor"),
    "two at once": (
        ["looply", "--world", "--states"],
        "these do not go together. Say one of --world, --states, --inferred, --scenario-schema",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_shown_is_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, expected = REFUSALS[name]
    assert main(["show", *arguments]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"Error: {expected}")
    assert told.count("\n") == 1


def test_what_is_yes_or_no_is_told_where_it_tells_records_apart(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = shown(capsys, "looply", "--world")
    rows = [cells(line) for line in lines if line.startswith(" org-northwind/")]
    assert rows == [
        ["org-northwind/ada@northwind.example/1234", "yes"],
        ["org-northwind/ada@northwind.example/5678", "no"],
        ["org-northwind/finance.desk@northwind.example/1234", "yes"],
    ]
