"""The examples for other languages, run where their runtime is: each starts its own sandbox."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE, JAVA = 20, 17  # the oldest that are still kept up, and that run a test or one file
PATIENCE = 120  # seconds


def runtime(name: str, least: int, *asking: str) -> str:
    """The runtime on the PATH; skips, with the reason, where it is missing or too old."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not on the PATH")
    told = subprocess.run([found, *asking], capture_output=True, text=True, check=True)
    version = re.search(r"[0-9]+", told.stdout + told.stderr)
    if version is None or int(version[0]) < least:
        pytest.skip(f"the example needs {name} {least}, and {found} is {told.stdout.strip()}")
    return found


def run(*command: str) -> str:
    environment = {**os.environ, "UNDERSTUDY_PYTHON": sys.executable}
    ran = subprocess.run(
        command, env=environment, cwd=HERE, capture_output=True, text=True, timeout=PATIENCE
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_node() -> None:
    printed = run(runtime("node", NODE, "--version"), "--test", "sandbox.test.mjs")
    assert "pass 1" in printed
    assert "fail 0" in printed


def test_java() -> None:
    printed = run(runtime("java", JAVA, "--version"), "SandboxTest.java")
    assert printed.startswith("ok: ")
