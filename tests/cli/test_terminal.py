"""What is printed on a terminal, and what in a pipe."""

from __future__ import annotations

import os
import sys

import pytest

from understudy.cli import terminal


def test_an_error_is_one_line_in_a_pipe_and_fits_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "story.yaml:5: `wait` is no key of a call. There are " + ", ".join(["name"] * 20)
    terminal.say_error(text)
    assert capsys.readouterr().err == f"Error: {text}\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(terminal, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    terminal.say_error(text)
    lines = capsys.readouterr().err.splitlines()
    assert [len(each) <= 80 for each in lines] == [True] * 3
    assert " ".join(each.strip() for each in lines) == f"Error: {text}"
