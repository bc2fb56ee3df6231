"""What is measured: loads side by side, the way to the first answer, memory under load."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tests.benchmark import cloudflare, documents, load, servers
from tests.benchmark.load import Measured, Target
from tests.benchmark.servers import Running
from understudy.client import create_app
from understudy.settings import FROZEN, Settings

Rounds = dict[str, dict[str, list[Measured]]]  # operation -> server -> one value a round

RESUME = "resumeWorkflow"
HISTORY = "getWorkflowExecutionHistory (20)"
WORKFLOW = "be9439c2-16b9-4de2-bb1a-9154b85af065"  # of the base world, with several pages
EXECUTIONS = 500
WAITS = 200  # each execution is resumed that often until a reset: 100,000 times 200
BODY = json.dumps({"payload": {"source": "SAP", "decision": "approved", "amount": 1280.5}})
STARTS = 5
YEAR = """understudy: 1
vendor: looply
world:
  looply:
    workflows:
      - { name: often, schedule: "*/10 * * * *", steps: [{ do: count, takes: 5s }] }
"""
SERVED = {"looply": ("looply",), "with cloudflare": ("looply", "cloudflare"), "all": ()}
FEW = 10  # waits of the memory measure: what records remember is soon at its end
SETTLED = 20_000  # requests after which records and journal are full, and memory must stay

CREDENTIAL = "token: cf-token-northwind, account: northwind"


def scenario(waits: int = WAITS) -> str:
    """A world of executions that wait again as soon as they are resumed, that many times."""
    lines = [
        "understudy: 1",
        "scenario: A world to load",
        "vendor: looply",
        "world:",
        "  cloudflare:",  # whose rate limit a load goes beyond
        "    credentials:",
        f"      - {{ name: default, {CREDENTIAL}, readings: [quota-unenforced] }}",
        "  looply:",
        "    workflows:",
        f"      - {{ name: load, steps: [{{ group: [{{ wait: go }}], times: {waits} }}] }}",
        "    executions:",
    ]
    for number in range(EXECUTIONS):
        waiting = f"process_id: load-{number}, state: AWAITING_RESPONSE, since: -10m"
        lines.append(f"      - {{ workflow: load, {waiting} }}")
    return "\n".join(lines) + "\n"


def targets(base: str, headers: Mapping[str, str]) -> dict[str, Target]:
    """The two operations on one server."""
    resumes = [f"/resumeWorkflow/load-{number}" for number in range(EXECUTIONS)]
    history = f"/getWorkflowExecutionHistory?workflow_id={WORKFLOW}&limit=20"
    prefix = "/" + base.split("/", 3)[3] if base.count("/") > 2 else ""
    json_headers = {**headers, "content-type": "application/json"}
    return {
        RESUME: Target(base, [prefix + path for path in resumes], "POST", json_headers, BODY),
        HISTORY: Target(base, [prefix + history], "GET", headers),
    }


def throughput(folder: Path, seconds: float, rounds: int) -> Rounds:
    """Every server under the same loads, one after the other in each round."""
    with ExitStack() as stack:
        served = (documents.write(folder), "looply", "cloudflare")
        text = scenario() + "\n".join(documents.world()) + "\n"
        ours = stack.enter_context(servers.understudy(folder, text, served))
        looply, flare = ours.vendors["looply"], ours.vendors["cloudflare"]
        running = {"understudy": ours}
        mine = targets(looply["url"], looply["headers"])
        mine |= cloudflare.targets(flare["url"], flare["headers"])
        mine |= documents.targets(ours.vendors[documents.NAME]["url"])
        by_server = {"understudy": mine}
        replies = {
            "post": ask_once(mine[RESUME]),
            "get": ask_once(mine[HISTORY]),
            "create": ask_once(mine[cloudflare.CREATE]),
            "describe": ask_once(mine[cloudflare.DESCRIBE]),
            "order": ask_once(mine[documents.CREATE]),
            "orders": ask_once(mine[documents.LIST]),
        }
        assert len(replies["orders"]) == 20
        assert len(replies["get"]["items"]) == 20
        assert len(replies["describe"]["result"]["steps"]) == 3
        for name in ("starlette", "raw"):
            running[name] = stack.enter_context(servers.rival(name, replies, folder))
            origin = running[name].origin
            by_server[name] = targets(origin, looply["headers"])
            by_server[name] |= cloudflare.targets(origin, flare["headers"])
            by_server[name] |= documents.targets(origin)
        return _interleaved(by_server, running, folder, seconds, rounds)


def ask_once(target: Target) -> Any:
    origin = "/".join(target.origin.split("/", 3)[:3])
    headers = dict(target.headers or {})
    return servers.ask(origin + target.paths[0], headers, target.body, target.method)


def _interleaved(
    by_server: Mapping[str, Mapping[str, Target]],
    running: Mapping[str, Running],
    folder: Path,
    seconds: float,
    rounds: int,
) -> Rounds:
    operations = next(iter(by_server.values()))
    measured: Rounds = {operation: {name: [] for name in by_server} for operation in operations}
    for number in range(rounds + 1):
        for operation, name, target in _turns(by_server):
            if name == "understudy":
                reset(running[name])
            took = loaded(running[name], target, seconds if number else 1, folder)
            if number:  # the round before the first only warms up
                measured[operation][name].append(took)
    return measured


def loaded(server: Running, target: Target, seconds: float, folder: Path) -> Measured:
    """One load, with the processor time that it took the server."""
    before = server.cpu
    seen = load.run(target, seconds, folder)
    return replace(seen, cpu=(server.cpu - before) / max(seen.requests, 1) * 1_000_000)


def _turns(
    by_server: Mapping[str, Mapping[str, Target]],
) -> Iterator[tuple[str, str, Target]]:
    for operation in next(iter(by_server.values())):
        for name, by_operation in by_server.items():
            yield operation, name, by_operation[operation]


def reset(ours: Running) -> None:
    """All executions wait again."""
    servers.ask(f"{ours.origin}/__admin/sessions/default/reset", {}, method="POST")


def start(folder: Path) -> dict[str, float]:
    """Milliseconds from process start to the first 200, without and with parsed contracts."""
    with servers.understudy(folder) as ours:
        looply = ours.vendors["looply"]
    path = "/" + looply["url"].split("/", 3)[3] + "/getOrganizationWorkflows?limit=2"
    times: dict[str, list[float]] = {}
    for number in range(STARTS):
        for served, vendors in SERVED.items():
            cache = folder / f"cache-{served}-{number}"
            for state in ("cold", "warm"):
                took = servers.first_answer(path, looply["headers"], cache, vendors)
                times.setdefault(f"{served} {state}", []).append(took)
    return {what: round(median(all_)) for what, all_ in times.items()}


def memory(folder: Path, requests: int, seconds: float) -> dict[str, float]:
    """Resident megabytes at the first answer, with the journal full, and after all requests."""
    with servers.understudy(folder, scenario(FEW)) as ours:
        looply = ours.vendors["looply"]
        aims = targets(looply["url"], looply["headers"])
        ask_once(aims[HISTORY])
        found = {"first": round(ours.memory, 1)}
        done = 0
        while done < requests:
            for aim in aims.values():
                done += load.run(aim, seconds, folder).requests
            if done >= SETTLED and "settled" not in found:
                found["settled"] = round(ours.memory, 1)
        found[f"after {requests}"] = round(ours.memory, 1)
    return found


def log(folder: Path, seconds: float, rounds: int) -> dict[str, float]:
    """Processor microseconds of a resume, with no line printed and with one for each call."""
    taken: dict[str, list[float]] = {"off": [], "calls": []}
    with ExitStack() as stack:
        running = {
            each: stack.enter_context(servers.understudy(folder, scenario(), log=each))
            for each in taken
        }
        for number in range(rounds + 1):
            for name, ours in running.items():
                looply = ours.vendors["looply"]
                reset(ours)
                aim = targets(looply["url"], looply["headers"])[RESUME]
                took = loaded(ours, aim, seconds if number else 1, folder)
                if number:  # the round before the first only warms up
                    taken[name].append(took.cpu)
    found = {name: round(median(each), 1) for name, each in taken.items()}
    return {**found, "more %": round(100 * (found["calls"] / found["off"] - 1), 1)}


def moments(folder: Path) -> dict[str, float]:
    """Milliseconds of one fork of all five worlds, and of a year with 106,000 due events."""
    sandbox = create_app(Settings(clock=FROZEN)).sandbox
    session = sandbox.session("default")
    session.all_worlds()
    begun = perf_counter()
    sandbox.fork(session, "twin")
    fork = perf_counter() - begun
    year = folder / "year.yaml"
    year.write_text(YEAR, encoding="utf-8")
    session.load(sandbox.scenario(str(year)))
    begun = perf_counter()
    session.advance(365 * 86_400_000)
    return {"fork": round(fork * 1000, 2), "a year": round((perf_counter() - begun) * 1000)}
