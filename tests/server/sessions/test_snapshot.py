"""Snapshots: what a session is, as JSON; restored it goes on as it would have."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.looply_sandbox import APPROVAL, JSON, WAITING, LooplySandbox, code
from understudy.client import create_app
from understudy.errors import InputError
from understudy.server.inprocess import InProcess
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.server.sessions.snapshot import apply_snapshot, take_snapshot
from understudy.server.sessions.snapshot_text import seal
from understudy.settings import FROZEN, Settings
from understudy.simulation.serialization import writing
from understudy.vendors import VENDORS

ROOT = Path(__file__).parents[3]
NAMES = [vendor.name for vendor in VENDORS]
DAY = 86_400_000
LIMIT = {"limit": {"requests": 1, "per": "1h"}}
SCENARIO = f"""
understudy: 1
vendor: looply
world:
  looply:
    workflows: [{{ name: own, steps: [{{ do: it, takes: 1h }}], progress: {{ reads: 2 }} }}]
rules:
  - {{ name: written, operation: getWorkflowById, when: {{ workflow_id: 007 }}, reply: 404 }}
  - {{ name: twice, operation: resumeWorkflow, skip: 1, times: 2, reply: ALREADY_RESTARTED }}
  - {{ name: quota, operation: terminateWorkflow, fault: {json.dumps(LIMIT)} }}
"""


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as made:
        yield made


def lived(looply: LooplySandbox) -> Session:
    """A session in which something of everything has happened."""
    looply.admin("POST", "/scenario", {"text": SCENARIO})
    looply.rule("triggerWorkflow", times=1, progress={"reads": 3})
    looply.trigger()
    looply.resume()
    looply.send("POST", "/terminateWorkflow/order-1002", {})
    looply.advance(by="90s")
    session: Session = looply.sandbox.sessions["default"]
    return session


def told(looply: LooplySandbox) -> list[Any]:
    """What the next calls are answered."""
    replies = [
        looply.resume(),
        looply.send("POST", "/terminateWorkflow/order-1003", {}),
        looply.send("POST", f"/triggerworkflow/{APPROVAL}/2", {"process_id": "next"}),
        looply.send("GET", "/getWorkflowById?workflow_id=007&workflow_version=1"),
    ]
    found = [[each.status, each.headers, each.body.decode()] for each in replies]
    looply.advance(by="1h")
    return [*found, looply.record(), looply.admin("GET", "/rules?limit=4")]


def test_what_is_restored_goes_on_as_it_would_have(looply: LooplySandbox) -> None:
    session = lived(looply)
    taken = json.loads(json.dumps(take_snapshot(session)))
    first = told(looply)
    assert take_snapshot(session) != taken
    apply_snapshot(session, taken)
    assert take_snapshot(session) == taken
    assert [each.number for each in session.journal] == [1, 2, 3]
    assert told(looply) == first


def test_over_the_admin_api_and_into_another_session(looply: LooplySandbox) -> None:
    lived(looply)
    taken = looply.admin("GET", "/snapshot")
    first = told(looply)
    back = looply.admin("PUT", "/snapshot", taken)
    assert (back["rules"], back["requests"], back["worlds"]) == (4, 3, ["looply"])
    assert told(looply) == first
    other = looply.sandbox.create("other")
    apply_snapshot(other, taken)
    assert other.name == "other"
    there = take_snapshot(other)
    for each in (there, taken):
        del each["seal"], each["session"], each["journal"]["first"], each["journal"]["trace"]
    assert there == taken
    assert len(other.journal) == 0, "it was asked nothing of this"


OTHER_PROCESS = """
import json, sys
from tests.server.looply_sandbox import LooplySandbox
from tests.server.sessions.test_snapshot import told
with LooplySandbox() as looply:
    looply.admin("PUT", "/snapshot", json.load(sys.stdin))
    print(json.dumps(told(looply)))
"""


def test_another_process_goes_on_with_it(looply: LooplySandbox) -> None:
    taken = take_snapshot(lived(looply))
    done = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS],
        input=json.dumps(taken),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(json.dumps(told(looply)))


def test_a_reset_goes_back_to_where_the_snapshots_session_began(looply: LooplySandbox) -> None:
    session = lived(looply)
    taken = take_snapshot(session)
    other = looply.sandbox.create("other", looply.sandbox.origin(seed=99, at=5))
    apply_snapshot(other, taken)
    other.reset()
    session.reset()
    assert {**take_snapshot(other), "session": "", "seal": ""} == {
        **take_snapshot(session),
        "session": "",
        "seal": "",
    }


@pytest.mark.parametrize(
    ("change", "detail", "where"),
    [
        ({"seed": 5}, "the snapshot was changed since it was taken", "/seal"),
        ({"understudy": 2}, "this is no snapshot", None),
        ({"worlds": {"acme": {}}}, "this sandbox serves no acme", "/worlds/acme"),
        (
            {"worlds": {"looply": {}}},
            "it is no snapshot: Object missing required field `now`",
            "/worlds/*",
        ),
        (
            {"scenarios": [{"file": "x", "text": "a: 1"}]},
            "x:1: `a` is no key of a scenario",
            "/scenarios/0",
        ),
        ({"rules": 7}, "it is no snapshot: Expected `object`, got `int`", "/rules"),
    ],
)
def test_what_is_no_snapshot_is_refused_and_changes_nothing(
    looply: LooplySandbox, change: dict[str, Any], detail: str, where: str | None
) -> None:
    session = lived(looply)
    taken = take_snapshot(session)
    changed = taken | change
    if "seed" not in change:
        changed["seal"] = seal(changed)
    content = json.dumps(changed).encode()
    path = "/__admin/sessions/default/snapshot"
    answer = looply.process.ask("PUT", path, (("content-type", "application/json"),), content)
    refused = json.loads(answer.body)
    if change == {"understudy": 2}:
        assert answer.status == 400
        return
    assert (answer.status, refused["type"]) == (409, "urn:understudy:snapshot-refused")
    assert refused["detail"].startswith(detail)
    assert refused.get("where") == where
    assert take_snapshot(session) == taken


def put(target: str, value: Any) -> Any:
    """A change of a snapshot: the value at that JSON pointer."""

    def change(taken: dict[str, Any]) -> None:
        *path, last = target.split("/")[1:]
        place: Any = taken
        for name in path:
            place = place[int(name) if isinstance(place, list) else name]
        if isinstance(place, list) and last == "-":
            place.append(value)
        else:
            place[int(last) if isinstance(place, list) else last] = value

    return change


EXECUTIONS = "/worlds/looply/records/executions"
HOSTILE = [
    ("/clock/now", "soon", "it is no snapshot: Expected `int`, got `str`", "/clock/now"),
    ("/clock/now", 10**18, "it is no snapshot: Expected `int` <= 253370764799000", "/clock/now"),
    ("/clock/speed", -1, "it is no snapshot: Expected `float` >= 0.0", "/clock/speed"),
    ("/more", 1, "it is no snapshot: Object contains unknown field `more`", None),
    ("/worlds/looply/ids/x", {}, "it is no snapshot: Expected `int`, got `object`",
     "/worlds/*/ids/*"),
    ("/worlds/looply/now", 1_890_000_000_000, "a world that is ahead of its session's clock",
     "/worlds/looply/now"),
    ("/worlds/looply/trails/-", ["executions", "x", []],
     "it is no snapshot: Expected `array` of length >= 1", "/worlds/looply/trails/"),
    ("/worlds/looply/events/-", ["executions", "gone", "end", 1_900_000_000_000, "", False],
     "'end' falls due for 'gone', which is no record", "/worlds/looply/events"),
    (f"{EXECUTIONS}/0/created", 0.5, "this is no Execution: created: TypeError it is 0.5", None),
    (f"{EXECUTIONS}/0/created", 10**17, "this is no Execution: created: ValueError", None),
    (f"{EXECUTIONS}/0/whose", 1, "no Execution has 'whose'", None),
    (f"{EXECUTIONS}/0/state", "LOST", "", None),
    (f"{EXECUTIONS}/1/id", WAITING, "two records of one id", EXECUTIONS),
    ("/rules/rules/-", {"id": "r1", "origin": "x", "value": {}}, "two rules of one id",
     "/rules/rules"),
    ("/scenarios/0/text", "understudy: 2", "text:1: `understudy` is 2", "/scenarios/0"),
    ("/loaded", [7], "it is no snapshot of this version: IndexError", None),
]  # fmt: skip


@pytest.mark.parametrize(("target", "value", "detail", "where"), HOSTILE)
def test_one_that_was_sealed_again_is_refused_where_it_is_wrong(
    looply: LooplySandbox, target: str, value: Any, detail: str, where: str | None
) -> None:
    session = lived(looply)
    taken = take_snapshot(session)
    hostile = json.loads(json.dumps(taken))
    put(target, value)(hostile)
    hostile["seal"] = seal(hostile)
    content = json.dumps(hostile).encode()
    path = "/__admin/sessions/default/snapshot"
    answer = looply.process.ask("PUT", path, (("content-type", "application/json"),), content)
    refused = json.loads(answer.body)
    assert (answer.status, refused["type"]) == (409, "urn:understudy:snapshot-refused")
    assert refused["detail"].startswith(detail)
    assert (refused.get("where") or "").startswith(where or "")
    assert take_snapshot(session) == taken


@pytest.mark.parametrize(
    ("most", "token", "status"), [(1 << 20, "", 200), (100, "", 413), (1 << 20, "sesame", 413)]
)
def test_a_snapshot_that_is_larger_than_other_bodies_is_put_back(
    most: int, token: str, status: int
) -> None:
    """Within a bound of its own, and not by who has not got the admin token."""
    bounds: dict[str, Any] = {
        "body_bytes": 100,
        "snapshot_bytes": most,
        "admin_token": token or None,
    }
    app = create_app(Settings(clock=FROZEN, vendors=("looply",), **bounds))
    with InProcess(app) as process:
        app.sandbox.session("default").world("looply")
        path, key = "/__admin/sessions/default/snapshot", ("authorization", f"Bearer {token}")
        taken = process.ask("GET", path, (key,)).body
        if most == 100:  # what could not be put back is not written either
            assert json.loads(taken)["status"] == 413
            return
        assert len(taken) > 1_000
        assert process.ask("PUT", path, (JSON,), taken).status == status
        assert process.ask("PUT", path, (JSON, key), taken).status == 200
        assert process.ask("POST", "/__admin/sessions", (JSON, key), taken).status == 413
        assert process.ask("GET", path, (key,)).body == taken


@pytest.mark.parametrize("name", NAMES)
def test_a_record_without_one_that_it_needs_is_refused(name: str) -> None:
    """Records are left out in turn: either the rest does without one, or it is told which not."""
    app = create_app(Settings(clock=FROZEN, vendors=(name,)))
    session = app.sandbox.session("default")
    world = session.world(name)
    needed: dict[tuple[str, str], set[str]] = {}
    for kind in world.kinds.values():
        for number, record in enumerate(world[kind.name].as_added()):
            for other, meant in kind.refers.items():
                place = f"/worlds/{name}/records/{kind.name}/{number}"
                needed.setdefault((other, meant(record)), set()).add(place)
    taken = json.loads(json.dumps(take_snapshot(session)))
    with InProcess(app) as process:
        for collection, records in taken["worlds"][name]["records"].items():
            is_needed = {each["id"]: (collection, each["id"]) in needed for each in records}
            for record in some_of(records, is_needed):
                poorer = without(taken, name, collection, record["id"])
                path = "/__admin/sessions/default/snapshot"
                answer = process.ask("PUT", path, (JSON,), json.dumps(poorer).encode())
                told = json.loads(answer.body)
                if (collection, record["id"]) not in needed:
                    assert answer.status == 200, told
                    continue
                assert (answer.status, told["type"]) == (409, "urn:understudy:snapshot-refused")
                assert f"needs {record['id']!r} of the {collection}" in told["detail"]
                assert told["where"] in needed[collection, record["id"]]
                assert told["fix"] == f"Add it to the {collection}"


def some_of(records: list[Any], is_needed: dict[str, bool]) -> list[Any]:
    """Four of those that others need, and two of those that none does."""
    needed = [each for each in records if is_needed[each["id"]]]
    return needed[:4] + [each for each in records if not is_needed[each["id"]]][:2]


def without(taken: Any, vendor: str, collection: str, record_id: str) -> Any:
    """The snapshot without a record and what hangs on it alone, sealed again."""
    poorer = json.loads(json.dumps(taken))
    world = poorer["worlds"][vendor]
    records = world["records"]
    records[collection] = [each for each in records[collection] if each["id"] != record_id]
    for key in ("events", "trails", "paces"):
        world[key] = [each for each in world[key] if each[:2] != [collection, record_id]]
    poorer["seal"] = seal(poorer)
    return poorer


def test_javascript_may_carry_it(looply: LooplySandbox) -> None:
    looply.send("POST", f"/triggerworkflow/{APPROVAL}/2", {"process_id": "p", "amount": 12.0})
    taken = looply.admin("GET", "/snapshot")
    assert "12.0" in json.dumps(taken)
    carried = json.loads(json.dumps(taken).replace("12.0", "12"))
    assert looply.admin("PUT", "/snapshot", carried)["name"] == "default"


def test_a_journal_of_another_past_is_not_kept(looply: LooplySandbox) -> None:
    looply.resume()
    taken = looply.admin("GET", "/snapshot")
    looply.admin("POST", "/reset")
    looply.trigger()
    assert looply.admin("PUT", "/snapshot", taken)["requests"] == 0
    told = looply.admin("GET", "/requests")
    assert (told["requests"], told["dropped"]) == ([], 1)


@pytest.mark.parametrize("name", NAMES)
def test_every_record_of_a_base_world_is_written_and_read(name: str) -> None:
    sandbox: Sandbox = create_app(Settings(clock=FROZEN)).sandbox
    world = sandbox.session("default").world(name)
    for collection in world.collections.values():
        for record in collection:
            how = writing(type(record))
            text = json.dumps(how.write(record))
            assert how.write(how.read(json.loads(text))) == json.loads(text)
            assert world.kinds[collection.name].due(how.read(json.loads(text))) == world.kinds[
                collection.name
            ].due(record)


# What somebody does to a session: advances it, or makes something happen to a record.
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("advance"), st.integers(0, 2 * DAY)),
        st.tuples(st.just("happen"), st.integers(0, 1_000)),
    ),
    max_size=5,
)


def act(session: Session, vendor: str, acts: list[tuple[str, int]]) -> None:
    """Does it, where it can be done."""
    for what, size in acts:
        world = session.world(vendor)
        if what == "advance":
            session.advance(size)
            continue
        living = [
            (name, record, event)
            for name, kind in world.kinds.items()
            if kind.lifecycle is not None
            for record in world[name]
            for event in kind.lifecycle.allowed(record.state)
        ]
        if living:
            with suppress(InputError):  # the table allows it, the record is not ready for it
                world.trigger(*living[size % len(living)])


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(before=ACTS, then=ACTS)
def test_snapshot_act_restore_is_the_snapshot(
    name: str, before: list[tuple[str, int]], then: list[tuple[str, int]]
) -> None:
    sandbox = sandbox_of(name)
    sandbox.sessions.pop("s", None)
    session = sandbox.create("s")
    session.world(name)
    act(session, name, before)
    taken = json.loads(json.dumps(take_snapshot(session)))
    act(session, name, then)
    done = take_snapshot(session)
    apply_snapshot(session, taken)
    assert take_snapshot(session) == taken
    act(session, name, then)
    assert take_snapshot(session) == done, "and what is done again comes out the same"


@lru_cache
def sandbox_of(name: str) -> Sandbox:
    """A sandbox with one vendor, the same for all examples."""
    made: Sandbox = create_app(Settings(clock=FROZEN, vendors=(name,))).sandbox
    return made


def test_a_fork_copies_no_record_and_no_event_until_somebody_writes() -> None:
    with LooplySandbox(vendors=()) as looply:
        session = looply.sandbox.session("default")
        session.all_worlds()
        twin = looply.sandbox.fork(session, "twin")
        for name, world in session.worlds.items():
            other = twin.worlds[name]
            assert other.events._of is world.events._of
            for kind, collection in world.collections.items():
                assert other[kind]._records is collection._records
                assert other[kind]._places is collection._places


def test_a_fork_goes_its_own_way_in_everything(looply: LooplySandbox) -> None:
    session = lived(looply)
    twin = looply.sandbox.fork(session, "twin")
    taken, other = take_snapshot(session), take_snapshot(twin)
    assert {**other, "session": "default", "seal": ""} == {**taken, "seal": ""}
    twin.advance(DAY)
    twin.world("looply").remove("executions", WAITING)
    twin.rules.clear()
    assert take_snapshot(session) == taken
    assert code(looply.resume("order-1001"))[1] in ("ALREADY_RESTARTED", "EXECUTION_IN_PROGRESS")
