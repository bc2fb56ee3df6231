"""The calls of a document are told the same, byte for byte, in another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
NAMES = ("calls", "files", "library", "shop")
MANY = 20  # answers below which a transcript proves little


def of_another_process(folder: Path, hash_seed: str) -> Any:
    """What is told where texts hash in another way, and nothing was read before."""
    cache = {"XDG_CACHE_HOME": str(folder / hash_seed)}
    found = subprocess.run(
        [sys.executable, "-m", "tests.proof.document_transcript", *NAMES],
        cwd=ROOT,
        env={**os.environ, **cache, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        timeout=120,
    )
    assert found.returncode == 0, found.stderr.decode()
    return json.loads(found.stdout)


def test_two_processes_are_told_the_same(tmp_path: Path) -> None:
    first, second = (of_another_process(tmp_path, seed) for seed in ("1", "4321"))
    for name in NAMES:
        assert len(first[name]) > MANY
        assert first[name] == second[name]
