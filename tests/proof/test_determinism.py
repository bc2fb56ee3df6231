"""The same calls are told the same, byte for byte: in another process, and after a reset."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from understudy.vendors import VENDORS

from .contract_client import ContractClient
from .transcript import of_calls

ROOT = Path(__file__).parent.parent.parent
NAMES = [vendor.name for vendor in VENDORS]
MANY = 20  # answers below which a transcript proves little


def of_another_process(vendor: str, hash_seed: str) -> Any:
    found = subprocess.run(
        [sys.executable, "-m", "tests.proof.transcript", vendor],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        timeout=120,
    )
    assert found.returncode == 0, found.stderr.decode()
    return json.loads(found.stdout)


@pytest.mark.parametrize("vendor", NAMES)
def test_two_processes_are_told_the_same(vendor: str) -> None:
    first, second = of_another_process(vendor, "1"), of_another_process(vendor, "4321")
    for kind in ("calls", "stories"):
        assert len(first[kind]) > MANY
        assert first[kind] == second[kind]


@pytest.mark.parametrize("vendor", NAMES)
def test_reset_is_as_good_as_new(vendor: str) -> None:
    with ContractClient(vendor) as client:
        first = of_calls(client)
        assert first != of_calls(client), "the calls change nothing, so a reset proves nothing"
        client.reset()
        assert of_calls(client) == first
