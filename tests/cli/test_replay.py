"""`understudy replay`: the list, a story step by step, and what is told when it went otherwise."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.served_process import ask, serving
from tests.foreign_server import foreign_server
from understudy.cli import main, terminal

STORY = """\
understudy: 1
scenario: A resume that comes twice
vendor: looply
steps:
  - name: the first goes through
    call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 200 }
  - name: the second too, or so it is thought
    call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 200, body: { code: WORKFLOW_RESTARTED } }
"""


@pytest.fixture
def story(tmp_path: Path) -> str:
    file = tmp_path / "twice.yaml"
    file.write_text(STORY, encoding="utf-8")
    return str(file)


def test_without_a_file_it_lists_the_stories(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert (
        f"{'looply/lost-answer':40} The answer to a resume is lost; the retry is refused" in printed
    )
    name, title = (
        "together/approval-starts-delivery",
        "A Looply approval starts a Cloudflare instance",
    )
    assert any(line.startswith(f"{name:40} {title}") for line in printed)
    assert printed[-1] == "Next: understudy replay NAME, words of a title, or a file of your own"
    assert not [line for line in printed if line.startswith(("looply/base", "looply/magic "))]


def test_each_step_tells_what_was_expected_what_came_and_because(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["replay", "looply/lost-answer"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:6] == [
        "looply/lost-answer.yaml: The answer to a resume is lost; the retry is refused",
        "  ok    the execution is resumed, but nobody hears of it",
        "        call      POST /v2/workflows/resumeWorkflow/po-1",
        "        expected  the answer to be lost",
        "        came      connection lost (reset)",
        "        because   the rule 'the first answer is lost' struck (call 1 it matched)",
    ]
    assert lines[6] == "  ok    the retry must not be taken for a failure"
    assert lines[8].startswith('        expected  409 {"code": "ALREADY_RESTARTED", ')
    assert lines[9].startswith('        came      409 {"code": "ALREADY_RESTARTED", ')
    assert lines[10].startswith("        because   it was resumed at 2026-01-05T09:00:00.000Z")
    assert lines[-1] == "1 story, 5 steps: as expected"


def test_a_step_that_came_otherwise_exits_with_1(
    story: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", story]) == 1
    lines = capsys.readouterr().out.splitlines()
    failed = lines.index("  FAIL  the second too, or so it is thought")
    told = {line[8:17].strip(): line[18:] for line in lines[failed + 1 : -2]}
    assert told["call"] == "POST /v2/workflows/resumeWorkflow/order-1001"
    assert told["expected"] == '200 {"code": "WORKFLOW_RESTARTED"}'
    assert told["came"].startswith('409 {"code": "ALREADY_RESTARTED"')
    assert told["because"].startswith("it was resumed at ")
    assert told["line"] == f"{story}:9"
    assert told["again"] == f"understudy replay {story} --until 2"
    assert "more" not in told  # nobody could be asked
    assert lines[-1] == f"1 story, 2 steps: {story} failed"


LATER = """
understudy: 1
vendor: looply
steps:
  - { call: resumeWorkflow, with: { process_id: order-1001, body: { payload: { source: SAP } } } }
  - { advance: { by: 20m } }
  - name: too late
    call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 418 }
  - { call: terminateWorkflow, with: { process_id: order-1002 } }
verify: [{ operation: terminateWorkflow, times: 1 }]
finally:
  - name: gone
    call: terminateWorkflow
    with: { process_id: order-1002 }
    expect: { status: 418 }
"""


def test_the_line_below_a_failed_step_leads_to_the_same_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "later.yaml"
    file.write_text(LATER)
    assert main(["replay", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    for number, name in ((3, "too late"), (5, "gone")):
        start = lines.index(f"  FAIL  {name}")
        first = lines[start : start + 8]
        command = next(each.partition("again     ")[2] for each in first if "again   " in each)
        assert command == f"understudy replay {file} --until {number}"
        assert main(shlex.split(command)[1:]) == 1
        once_more = capsys.readouterr().out.splitlines()
        start = once_more.index(f"  FAIL  {name}")
        assert once_more[start : start + len(first) - 1] == first[:-1]
        assert once_more[-1] == f"1 story, {number} steps: {file} failed"


def test_a_replay_ends_with_a_step_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    name = "the retry must not be taken for a failure"
    assert main(["replay", "looply/lost-answer", "--until", name]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 story, 2 steps: as expected"
    assert main(["replay", "looply/lost-answer", "--until", "nine"]) == 2
    assert "looply/lost-answer.yaml has no step 'nine'. It has 1 " in capsys.readouterr().err


def test_several_stories_are_played_one_after_the_other(
    story: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", "looply/lost-answer", story]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == f"2 stories, 7 steps: {story} failed"


def test_a_running_sandbox_plays_the_same(
    story: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = [main(["replay", "looply/lost-answer"]), main(["replay", story])]
    here = capsys.readouterr().out
    with serving(tmp_path) as served:
        url = ["--url", served.url]
        outside = [main(["replay", "looply/lost-answer", *url]), main(["replay", story, *url])]
    there = capsys.readouterr().out
    assert inside == outside == [0, 1]
    assert steps(here) == steps(there)


def test_what_went_otherwise_in_a_running_sandbox_can_be_looked_at_there(
    story: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path, "looply") as served:
        assert main(["replay", "looply/lost-answer", story, "--url", served.url]) == 1
        lines = capsys.readouterr().out.splitlines()
        told = {line[8:17].strip(): line[18:] for line in lines}
        sessions = ask(f"{served.url}/__admin/sessions").body["sessions"]
        kept = [each["name"] for each in sessions if each["name"].startswith("replay-")]
        assert len(kept) == 1
        assert told["more"] == f"understudy why {kept[0]}.2 --url {served.url}"
        assert told["again"] == f"understudy replay {story} --until 2 --url {served.url}"
        command = shlex.split(told["more"])
        assert main(command[1:]) == 0
        assert "409 ALREADY_RESTARTED" in capsys.readouterr().out


def test_only_what_is_beyond_this_machine_is_asked_through_a_proxy(
    story: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path, "looply") as served, proxy() as (address, asked):
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, address)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        assert main(["replay", "looply/lost-answer", "--url", served.url]) == 0
        assert asked == []
        assert main(["replay", story, "--url", "http://api.northwind.example"]) == 1
    assert asked[-1].startswith("POST http://api.northwind.example/")
    assert asked[-1].endswith("/v2/workflows/resumeWorkflow/order-1001")


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """Something that takes every call and passes none on; its address, and what it was asked."""
    asked: list[str] = []

    def answer(method: str, path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        asked.append(f"{method} {path}")
        return 404, b""

    with foreign_server(answer) as origin:
        yield origin, asked


def steps(printed: str) -> list[str]:
    """What was played, without how a lost connection and an address read from there."""
    told = ("        came      conn", "        came      Rem", "        came      Read")
    more = ("        again", f"{'':18}curl", "        more")
    return [line for line in printed.splitlines() if not line.startswith((*told, *more))]


def test_a_junit_file_is_written_also_when_a_story_failed(story: str, tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    assert main(["replay", "looply/lost-answer", story, "--junit", str(junit)]) == 1
    first, second = ElementTree.parse(junit).getroot()
    assert (first.get("tests"), first.get("failures")) == ("5", "0")
    assert (second.get("tests"), second.get("failures")) == ("2", "1")


def test_a_junit_file_that_cannot_be_written_is_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["replay", "looply/lost-answer", "--junit", "/no/such/folder/j.xml"]) == 2
    assert capsys.readouterr().err == (
        "Error: --junit: cannot write /no/such/folder/j.xml. "
        "Name a file in a folder that you may write to\n"
    )


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("zzz.yaml", "there is no file `zzz.yaml`. There are twice.yaml"),
        ("twise.yaml", "there is no file `twise.yaml`. Did you mean `twice.yaml`? There are"),
        ("no/where.yaml", "there is no file `no/where.yaml`. There is no folder `no`"),
        ("looply/lost-anser.yaml", "there is no file and no shipped scenario `looply/lost-anser"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line_and_exit_code_2(
    file: str,
    told: str,
    story: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(Path(story).parent)
    for command in ("replay", "validate"):
        assert main([command, file]) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"Error: {told}")
        assert error.count("\n") == 1


def test_a_shipped_story_is_found_as_reports_write_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "looply/lost-answer.yaml"]) == 0
    assert capsys.readouterr().out.startswith("looply/lost-answer.yaml: The answer to a resume")


def test_a_scenario_without_steps_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "looply/magic"]) == 2
    assert capsys.readouterr().err == (
        "Error: looply/magic: it has no steps to play. "
        "Give it `steps`, or load it with `understudy serve --scenario`\n"
    )


def test_an_unknown_story_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "looply/lost-anwser"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Error: there is no file and no shipped scenario `looply/lost-anwser`.")
    assert "looply/lost-answer" in told
    assert told.count("\n") == 1


def test_no_sandbox_at_the_url_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "looply/lost-answer", "--url", "http://127.0.0.1:1"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("Error: ")
    assert told.count("\n") == 1


def test_a_story_is_played_again_and_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "looply/lost-answer", "--repeat", "3"]) == 0
    assert "\n  same  3 times\n" in capsys.readouterr().out


def test_what_comes_otherwise_the_next_time_is_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "real.yaml"
    step = "{ call: triggerWorkflow, with: { workflow_id: be9439c2-16b9-4de2-bb1a-9154b85af065 } }"
    clock = "clock: { speed: 1000000 }"  # a millisecond more or less is a quarter of an hour
    file.write_text(f"understudy: 1\nvendor: looply\n{clock}\nsteps: [{step}]", encoding="utf-8")
    assert main(["replay", str(file), "--repeat", "50"]) == 1
    printed = capsys.readouterr().out
    assert "FAIL  verify played again, the " in printed
    assert ": headers was (" in printed


@pytest.mark.parametrize("form", ["\n  - %s\n  - %s", " [%s, %s]"])
def test_of_like_verifications_only_the_unmet_one_fails(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "story.yaml"
    wanted = "{ operation: resumeWorkflow, when: { process_id: %s } }"
    told = form % (wanted % "order-1001", wanted % "order-1002")
    file.write_text(f"{STORY}verify:{told}\n", encoding="utf-8")
    assert main(["replay", str(file)]) == 1
    printed = capsys.readouterr().out
    assert sorted(line for line in printed.splitlines() if "verify " in line) == [
        "  FAIL  verify looply.resumeWorkflow",
        "  ok    verify looply.resumeWorkflow",
    ]
    assert 'expected "order-1002", got "order-1001"\n' in printed


def test_a_rule_that_nothing_matched_is_noted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "story.yaml"
    rule = "{ name: never, operation: resumeWorkflow, when: { process_id: x }, reply: 409 }"
    file.write_text(STORY + f"rules: [{rule}]\n", encoding="utf-8")
    assert main(["replay", str(file)]) == 1
    assert (
        '  note  no call matched the rule never: process_id: expected "x", got "order-1001"\n'
        in capsys.readouterr().out
    )


LONG = """\
understudy: 1
scenario: A poller that is too patient
vendor: looply
steps:
  - name: it asks and asks
    call: getOrganizationWorkflows
    until: { advance: 1s, at_most: 4 }
    expect: { status: 404 }
  - name: it asks three times
    call: getOrganizationWorkflows
    times: 3
    expect: { status: 200 }
  - name: it asks for what is not there
    call: getOrganizationWorkflows
    times: 3
    expect: { status: 409 }
"""


@pytest.fixture
def patient(tmp_path: Path) -> str:
    file = tmp_path / "patient.yaml"
    file.write_text(LONG, encoding="utf-8")
    return str(file)


def test_how_often_a_step_was_played_is_told(
    patient: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", patient]) == 1
    out, err = capsys.readouterr()
    assert [line for line in out.splitlines() if line.startswith(("  ok", "  FAIL"))] == [
        "  FAIL  it asks and asks (attempt 4)",
        "  ok    it asks three times (3 times)",
        "  FAIL  it asks for what is not there (1 of 3)",
    ]
    assert err == "", "who is quick says nothing beside it"


def test_long_replays_say_that_they_go_on(
    patient: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["replay", patient, "--repeat", "2"])
    quiet = capsys.readouterr().out
    monkeypatch.setattr(terminal, "EVERY", 0)
    main(["replay", patient, "--repeat", "2"])
    out, err = capsys.readouterr()
    assert out == quiet
    rounds = [
        *(f"it asks and asks: {n} of 4" for n in (2, 3, 4)),
        *(f"it asks three times: {n} of 3" for n in (2, 3)),
    ]
    assert err.splitlines() == [
        *(f"  ...   {each}" for each in rounds),
        "  ...   replay 2 of 2",
        *(f"  ...   replay 2 of 2, {each}" for each in rounds),
    ]


def test_on_a_terminal_it_is_one_line_that_is_gone_at_the_end(
    patient: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "LIVE", 0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    main(["replay", patient])
    err = capsys.readouterr().err
    assert "\n" not in err
    assert err.split("\r\033[K") == [
        "",
        *(f"  ...   it asks and asks: {n} of 4" for n in (2, 3, 4)),
        "",
        *(f"  ...   it asks three times: {n} of 3" for n in (2, 3)),
        "",
    ]


@pytest.mark.parametrize("suffix", ["", ".yaml"])
def test_a_name_that_no_file_system_takes_is_one_line(
    suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "0" * 4_000 + suffix
    assert main(["replay", name]) == 2
    line = f"no file and no scenario has a name of {len(name)} characters. "
    assert line in " ".join(capsys.readouterr().err.split())
