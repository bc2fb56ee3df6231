"""The command line as a whole: what it says when something is wrong, and with which exit code."""

from __future__ import annotations

import subprocess
import sys

import pytest

from understudy import __version__
from understudy.cli import COMMANDS, cli, main
from understudy.cli.terminal import did_you_mean


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "understudy", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_the_module_is_the_command() -> None:
    done = run("--version")
    assert done.stdout == f"understudy, version {__version__}\n"
    assert (done.stderr, done.returncode) == ("", 0)


def test_help_tells_a_newcomer_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "    understudy serve  " in printed
    assert "  understudy replay looply/lost-answer" in printed
    for name in COMMANDS:
        assert f"\n  {name} " in printed


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    asked = capsys.readouterr().out
    assert main([]) == 2
    assert capsys.readouterr() == ("", asked)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples_in_its_help(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"Usage: understudy {name} ")
    assert f"Examples:\n    understudy {name}" in printed


def test_an_unknown_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serv"]) == 2
    assert capsys.readouterr().err == (
        "Error: there is no command 'serv'. Did you mean serve? There are "
        "serve, init, replay, copy, validate, check, show, env, coverage, record, why, "
        "status, requests, records, rules, sessions, clock, reset\n"
    )


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["check", "--max-examples", "0"], "--max-examples: '0' is no whole number from 1 on."),
        (["check", "--seed", "x"], "--seed: 'x' is no whole number."),
        (["replay", "--repeat", "x"], "--repeat: 'x' is no whole number from 1 to 1000."),
        (["help"], "there is no command 'help'. Say understudy --help"),
        (["why", "default.0"], "'default.0' is no request. Take it from a reply's header"),
    ],
)
def test_what_is_wanted_is_told_in_words(
    wrong: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(wrong) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"Error: {told}")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "wrong", [["why", "default.1", "--ulr", "x"], ["why"], ["why", "default.1", "--url"]]
)
def test_what_cannot_be_understood_is_one_line(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(wrong) == 2
    told = capsys.readouterr().err
    assert told.startswith("Error: ")
    assert told.endswith(" See understudy why --help\n")
    assert told.count("\n") == 1


def test_a_bug_of_ours_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("lost")

    monkeypatch.delenv("UNDERSTUDY_DEBUG", raising=False)
    monkeypatch.setattr(cli, "invoke", broken)
    assert main(["serve"]) == 2
    assert capsys.readouterr().err == (
        "Error: a bug in Understudy: KeyError: 'lost'. "
        "UNDERSTUDY_DEBUG=1 shows where; please report it\n"
    )


def test_a_bug_shows_where_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("lost")

    monkeypatch.setenv("UNDERSTUDY_DEBUG", "1")
    monkeypatch.setattr(cli, "invoke", broken)
    with pytest.raises(KeyError, match="lost"):
        main(["serve"])


def test_ctrl_c_ends_any_command_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "invoke", interrupted)
    assert main(["show"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == "Error: stopped"


def test_a_guess_is_made_only_when_one_is_near() -> None:
    assert (
        did_you_mean("lopply", ["looply", "refold"])
        == "Did you mean looply? There are looply, refold"
    )
    assert did_you_mean("xyz", ["looply", "refold"]) == "There are looply, refold"
