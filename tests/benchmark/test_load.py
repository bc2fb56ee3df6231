"""The benchmark's own instruments: what wrk prints, and the generator that stands in for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmark import cloudflare, load, measure, servers
from tests.benchmark.__main__ import summary, text
from tests.benchmark.load import Measured, Target

PRINTED = """Running 2s test @ http://127.0.0.1:4010
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.10ms    0.61ms  11.20ms   91.00%
    Req/Sec     7.60k   310.00     8.10k    75.00%
  Latency Distribution
     50%    1.98ms
     75%    2.20ms
     90%  990.00us
     99%    1.02s
  15200 requests in 2.00s, 5.10MB read
  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 30
Requests/sec:   7600.00
Transfer/sec:      2.55MB
"""

GENERATORS = ["sockets", *(["wrk"] if load.generator() == "wrk" else [])]
REPLIES = {
    "post": {"message": "success"},
    "get": {"items": [1, 2]},
    "create": {"result": {"id": "i"}},
    "describe": {"result": {"steps": []}},
}


def test_what_wrk_prints_is_understood() -> None:
    assert load.parse(PRINTED) == Measured(
        per_second=7600.0, p50=1.98, p99=1020.0, requests=15200, failed=40, longest=11.2
    )


def test_texts_of_a_script_are_quoted() -> None:
    assert load.quoted('{"a": "b\\c"}\n') == r'"{\"a\": \"b\\c\"}\n"'


@pytest.mark.parametrize("name", ["raw", "starlette"])
def test_rivals_answer_with_the_replies_they_were_given(name: str, tmp_path: Path) -> None:
    with servers.rival(name, REPLIES, tmp_path) as rival:
        resumed = servers.ask(
            f"{rival.origin}/resumeWorkflow/a", {}, '{"payload": {"source": "SAP"}}', "POST"
        )
        read = servers.ask(f"{rival.origin}/getWorkflowExecutionHistory?workflow_id=w", {})
        aims = cloudflare.targets(rival.origin, {})
        made = measure.ask_once(aims[cloudflare.CREATE])
        told = measure.ask_once(aims[cloudflare.DESCRIBE])
        assert rival.memory > 1
    assert [resumed, read, made, told] == list(REPLIES.values())


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_generator_counts_answers_and_refusals(generator: str, tmp_path: Path) -> None:
    with servers.rival("starlette", REPLIES, tmp_path) as rival:
        paths = ["/resumeWorkflow/a", "/resumeWorkflow/b"]
        body = '{"payload": {"source": "SAP"}}'
        good = Target(rival.origin, paths, "POST", {"x-api-key": "k"}, body)
        half = Target(rival.origin, ["/nowhere", "/getWorkflowExecutionHistory?workflow_id=w"])
        seen = load.run(good, 0.3, tmp_path, generator)
        refused = load.run(half, 0.3, tmp_path, generator)
    assert seen.requests > 20
    assert seen.failed == 0
    assert 0 < seen.p50 <= seen.p99 <= seen.longest
    assert abs(refused.failed - refused.requests / 2) <= load.CONNECTIONS


def test_the_loads_are_answered_well_over_and_over(tmp_path: Path) -> None:
    with servers.understudy(tmp_path, measure.scenario(waits=3)) as ours:
        looply = ours.vendors["looply"]
        aims = measure.targets(looply["url"], looply["headers"])
        for _ in range(2):
            resumed = [measure.ask_once(aims[measure.RESUME])["code"] for _ in range(3)]
            assert resumed == ["WORKFLOW_RESTARTED"] * 3
            measure.reset(ours)
        assert len(measure.ask_once(aims[measure.HISTORY])["items"]) == 20
        flare = ours.vendors["cloudflare"]
        aims = cloudflare.targets(flare["url"], flare["headers"])
        assert measure.ask_once(aims[cloudflare.CREATE])["result"]["status"] == "queued"
        assert measure.ask_once(aims[cloudflare.DESCRIBE])["result"]["status"] == "complete"


def test_the_table_shows_medians_beside_bare_starlette() -> None:
    rounds = {
        "resumeWorkflow": {
            "starlette": [Measured(100, 1, 2, 300, 0, 8, 50), Measured(300, 1, 2, 300, 0, 8, 50)],
            "understudy": [Measured(500, 1, 2, 300, 1, 9, 60), Measured(500, 1, 4, 300, 2, 7, 70)],
        }
    }
    rows = summary(rounds)
    assert rows[1] == {
        "operation": "resumeWorkflow",
        "server": "understudy",
        "requests/s": 500,
        "/starlette": 2.5,
        "p50 ms": 1,
        "p99 ms": 3,
        "longest": 8,
        "cpu us": 65,
        "failed": 3,
    }
    found = {
        "throughput": rows,
        "slowest ms": {"starlette": {"p99": 5.1, "longest": 9.0}},
        "first answer ms": {"cold": 300, "warm": 200},
        "memory MB": {"first": 50.0},
        "log us": {"off": 49.0},
        "moments ms": {"fork": 0.09, "a year": 3539},
        "a test ms": {"sandbox fixture": 7.7, "in process": 3.2},
        "pytest plugin ms": {"load": 1.3},
        "generator": "wrk",
        "connections": 16,
    }
    assert text(found).splitlines()[-8:] == [
        "slowest ms, p99/longest of 2 s at resume: starlette 5.1/9.0",
        "first answer ms: cold 300, warm 200",
        "memory MB: first 50.0",
        "log us: off 49.0",
        "moments ms: fork 0.09, a year 3539",
        "a test ms: sandbox fixture 7.7, in process 3.2",
        "pytest plugin ms: load 1.3",
        "load: wrk, 16 connections on loopback",
    ]
