"""What a test costs: with the fixture, in process, with a server that is started for each test."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from tests.benchmark.servers import bytecode_is_kept

TESTS = 100
RESTARTS = 5  # tests of the suite that starts a server for each
RUNS = 9  # of an empty suite, with the plugin and without, in turn
PATIENCE = 120  # seconds for one suite

CONFTEST = """
import json
from pathlib import Path

took = {}


def pytest_runtest_logreport(report):
    took[report.nodeid] = took.get(report.nodeid, 0) + report.duration


def pytest_sessionfinish(session):
    Path("took.json").write_text(json.dumps(list(took.values())))
"""
# The same work everywhere: two calls, and time that passes.
TEST = """

@pytest.mark.parametrize("number", range({tests}))
def test_order(client, advance, number):
    path = "/triggerworkflow/be9439c2-16b9-4de2-bb1a-9154b85af065/2"
    assert client.post(path, json={{"process_id": "mine"}}).status_code == 200
    advance("2m")
    resumed = client.post("/resumeWorkflow/mine", json={{"payload": {{"source": "SAP"}}}})
    assert resumed.status_code == 200
"""
FIXTURE = """
import pytest


@pytest.fixture
def client(sandbox):
    with sandbox.looply.client() as client:
        yield client


@pytest.fixture
def advance(sandbox):
    return sandbox.clock.advance
"""
IN_PROCESS = """
import pytest
from understudy.client import Sandbox
from understudy.client import create_app
from understudy.settings import Settings


@pytest.fixture(scope="session")
def app():
    return create_app(Settings(clock="frozen"))


@pytest.fixture
def inside(app):
    with Sandbox(app=app) as inside:
        yield inside


@pytest.fixture
def client(inside):
    with inside.looply.client() as client:
        yield client


@pytest.fixture
def advance(inside):
    return inside.clock.advance
"""
RESTARTED = """
import json
import subprocess
import sys
import time
import httpx
import pytest


@pytest.fixture
def served(tmp_path):
    ready = tmp_path / "ready.json"
    options = ["--port", "0", "--clock", "frozen", "--ready-file", str(ready)]
    server = subprocess.Popen(
        [sys.executable, "-m", "understudy", "serve", *options], stdout=subprocess.DEVNULL
    )
    while not ready.exists():
        time.sleep(0.005)
    yield json.loads(ready.read_text())
    server.terminate()
    server.wait(10)


@pytest.fixture
def client(served):
    looply = served["vendors"]["looply"]
    with httpx.Client(base_url=looply["url"], headers=looply["headers"], verify=False) as client:
        yield client


@pytest.fixture
def advance(served, client):
    url = served["url"] + "/__admin/sessions/default/clock/advance"
    return lambda by: client.post(url, json={"by": by})
"""
WAYS = {
    "sandbox fixture": (FIXTURE, TESTS),
    "in process": (IN_PROCESS, TESTS),
    "restart per test": (RESTARTED, RESTARTS),
}
LOAD = """
import time
import pytest
start = time.perf_counter()
import understudy.plugin
print((time.perf_counter() - start) * 1000)
"""
ALONE = ("-p", "no:schemathesis", "-p", "no:cacheprovider", "-p", "no:hypothesispytest")


def per_test(folder: Path, tests: int | None = None) -> dict[str, float]:
    """Milliseconds of a test and of the first one, each way."""
    found: dict[str, float] = {}
    for way, (head, usual) in WAYS.items():
        took = suite(folder / way.replace(" ", "-"), head + TEST.format(tests=tests or usual))
        found[way] = round(median(took[1:]) * 1000, 1)
        found[f"{way}, first"] = round(took[0] * 1000)
    return found


def suite(folder: Path, text: str) -> list[float]:
    """The seconds of each test of a suite, which must pass."""
    folder.mkdir()
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_orders.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", *ALONE, "--rootdir", str(folder)]
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=PATIENCE
    )
    if done.returncode:
        raise SystemExit(f"a suite of the benchmark fails:\n{done.stdout}{done.stderr}")
    took: list[float] = json.loads((folder / "took.json").read_text(encoding="utf-8"))
    return took


def plugin(folder: Path, runs: int = RUNS) -> dict[str, float]:
    """Milliseconds that the plugin takes to load, and of an empty run with it and without."""
    folder.mkdir()
    (folder / "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
    loads = [float(python(folder, "-c", LOAD)) for _ in range(runs)]
    times: dict[str, list[float]] = {"run with": [], "run without": []}
    for _ in range(runs):
        times["run with"].append(empty(folder))
        times["run without"].append(empty(folder, "-p", "no:understudy"))
    medians = {name: round(median(each), 1) for name, each in times.items()}
    return {"load": round(median(loads), 2), **medians}


def empty(folder: Path, *options: str) -> float:
    """Milliseconds of processor time of a run that tests nothing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    python(folder, "-m", "pytest", "-q", *ALONE, *options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def python(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout


def environment() -> Mapping[str, str]:
    """Nothing of a run that this one may be part of."""
    told = bytecode_is_kept()
    return {name: value for name, value in told.items() if not name.startswith("PYTEST")}
