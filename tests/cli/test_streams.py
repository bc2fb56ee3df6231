"""Commands whose output is closed, full, or read by nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

UNDERSTUDY = f"{sys.executable} -m understudy"
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full of Linux")


def run(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("command", "code"), [("show looply", 0), ("nonsense", 2), ("validate no-such-file", 2)]
)
@pytest.mark.parametrize("closed", [">&- 2>&-", ">&- 2>&- <&-", "2>&-"])
def test_closed_streams_end_a_command_quietly(command: str, code: int, closed: str) -> None:
    done = run(f"{UNDERSTUDY} {command} {closed}")
    assert done.returncode == code
    assert done.stderr == ""


@NEEDS_FULL
@pytest.mark.parametrize("command", ["show looply", "--version", "validate looply/base"])
def test_a_full_disk_is_told(command: str) -> None:
    done = run(f"{UNDERSTUDY} {command} > /dev/full")
    assert (done.returncode, done.stderr) == (
        2,
        "Error: cannot write: No space left on device. Make room, or write elsewhere\n",
    )


@NEEDS_FULL
def test_no_room_for_the_refusal_changes_no_exit_code() -> None:
    done = run(f"{UNDERSTUDY} nonsense 2> /dev/full")
    assert (done.returncode, done.stdout) == (2, "")


def test_a_reader_that_has_enough_ends_it_quietly() -> None:
    done = run(f"{UNDERSTUDY} show looply | head -1")
    assert (done.returncode, done.stderr) == (0, "")
