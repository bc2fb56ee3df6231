"""An edited scenario file: new rules at once, the session's records as they were."""

from __future__ import annotations

import os
from pathlib import Path

from understudy.client import create_app
from understudy.scenarios import loader
from understudy.server.inprocess import InProcess
from understudy.server.sessions.watch import Watch
from understudy.settings import Settings

HEADERS = [("x-api-key", "looply-key-northwind"), ("content-type", "application/json")]
RESUME = "/looply/v2/workflows/resumeWorkflow/order-1001"
BODY = b'{"payload": {"source": "SAP"}}'
RULE = "rules:\n  - { operation: looply.resumeWorkflow, reply: MISSING_RESUME_TOKEN }\n"
HEAD = "understudy: 1\nscenario: watched\n"


def edit(file: Path, text: str) -> None:
    """Writes a file so that its stamp differs, however fast a test is."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(before + 1_000_000_000, before + 1_000_000_000))


def look(watch: Watch) -> None:
    """Twice, as the second look takes in what nobody writes any more."""
    watch.look()
    watch.look()


def test_rules_come_and_go_while_records_stay(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD + "rules: []\n")
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)
    with InProcess(app) as client:
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 200

        edit(file, HEAD + RULE)
        look(watch)
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 500

        edit(file, HEAD + "rules: [{ operation: looply.nope, reply: 500 }]\n")
        look(watch)
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 500

        edit(file, HEAD + "rules: []\n")
        look(watch)
        after = client.ask("POST", RESUME, HEADERS, BODY)
    assert after.status == 409
    assert b"ALREADY_RESTARTED" in after.body
    assert told[0] == f"{file}: read anew, 1 rule; records stay as they are"
    assert told[1].startswith(
        f"{file}:3: looply has no operation `nope`; the rules from before stay in force. "
    )
    assert "\n" not in told[1]
    assert told[2] == f"{file}: read anew, 0 rules; records stay as they are"


def test_a_file_that_says_what_it_said_is_no_edit(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD + RULE)
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)
    look(watch)
    os.utime(file)
    look(watch)
    assert told == []


def test_new_sessions_start_with_what_was_edited(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD + "rules: []\n")
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    watch = Watch(app.sandbox, lambda line: None)
    edit(file, HEAD + RULE)
    look(watch)
    with InProcess(app) as client:
        assert client.ask("POST", f"/~new{RESUME}", HEADERS, BODY).status == 500
        reset = client.ask("POST", "/__admin/sessions/new/reset")
        assert reset.status == 200
        assert client.ask("POST", f"/~new{RESUME}", HEADERS, BODY).status == 500


def test_a_file_is_read_when_it_has_looked_the_same_twice(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD + "rules: []\n")
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)
    look(watch)
    for half in ("", HEAD + "rules: [{", None, HEAD + RULE):
        file.unlink() if half is None else edit(file, half)
        watch.look()
    assert told == []
    watch.look()
    assert told == [f"{file}: read anew, 1 rule; records stay as they are"]


ONE = "  - { name: one, operation: looply.resumeWorkflow, times: 1, reply: MISSING_RESUME_TOKEN }\n"
TWO = "  - { name: two, operation: looply.getOrganizationWorkflows, reply: 403 }\n"


def test_a_rule_that_reads_as_before_keeps_its_place_and_its_count(tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    edit(first, f"{HEAD}rules:\n{ONE}")
    edit(second, f"{HEAD}rules:\n{TWO}")
    files = (str(first), str(second))
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=files))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)

    def standing(session: str = "default") -> list[tuple[str, str, int]]:
        rules = app.sandbox.sessions[session].rules.listing(magic=False)
        return [(each.id, each.rule.name, each.acted) for each in rules]

    with InProcess(app) as client:
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 500
        rule = b'{"operation": "looply.getWorkflowById", "name": "own", "reply": 403}'
        added = client.ask("POST", "/__admin/sessions/default/rules", HEADERS[1:], rule)
        assert added.status == 201
        assert standing() == [("r3", "own", 0), ("r2", "two", 0), ("r1", "one", 1)]

        edit(first, f"{HEAD}rules:\n{ONE}{TWO.replace('two', 'three')}")
        look(watch)
        kept = [("r3", "own", 0), ("r2", "two", 0), ("r1", "one", 1), ("r4", "three", 0)]
        assert standing() == kept
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 200, "it stays spent"

        taken = client.ask("GET", "/__admin/sessions/default/snapshot").body
        for name in ("copy", "other"):
            content = b'{"name": "%s"}' % name.encode()
            client.ask("POST", "/__admin/sessions", HEADERS[1:], content)
        back = client.ask("PUT", "/__admin/sessions/copy/snapshot", HEADERS[1:], taken)
        assert back.status == 200
        client.ask("DELETE", "/__admin/sessions/other/rules/r1")
        edit(first, f"{HEAD}rules:\n{ONE}")
        look(watch)
    assert standing() == standing("copy") == kept[:3]
    assert standing("other") == [("r3", "two", 0)], "what a session took out stays out"
    assert told == [
        f"{first}: read anew, 2 rules (1 as before); records stay as they are",
        f"{first}: read anew, 1 rule (1 as before); records stay as they are",
    ]


def test_clock_seed_and_world_hold_from_the_next_start_or_reset_on(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD)
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)
    sandbox = app.sandbox
    mine = sandbox.create("mine", sandbox.origin(seed=9))
    default = sandbox.session("default")
    with InProcess(app) as client:
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 200
        world = "world: {looply: {executions: [{name: e, workflow: %s, process_id: po-7}]}}\n"
        edit(file, HEAD + "clock: {at: 2031-01-01T00:00:00Z}\nseed: 5\n" + world % "nope")
        look(watch)
        assert told[0].startswith(f"{file}:5: no workflow 'nope'; the rules from before stay")
        edit(file, HEAD + "clock: {at: 2031-01-01T00:00:00Z}\nseed: 5\n" + world % "approval")
        look(watch)
        later = "records stay, world and clock and seed from the next start or reset on"
        assert told[1] == f"{file}: read anew, 0 rules; {later}"
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 409
        assert (default.started, default.seed) == (1_767_225_600_000, 0)
        default.reset()
        mine.reset()
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 200
        assert "po-7" in [each.process_id for each in default.world("looply")["executions"]]
    starts = [(each.started, each.seed) for each in (default, mine, sandbox.session("new"))]
    assert starts == [(1_924_992_000_000, 5), (1_924_992_000_000, 9), (1_924_992_000_000, 5)]


def test_a_session_that_leans_on_what_an_edit_took_away_says_so(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    own = "world: {looply: {workflows: [{name: own, steps: []}]}}\n"
    edit(file, HEAD + own)
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    watch = Watch(app.sandbox, lambda line: None)
    leaning = {"executions": [{"name": "e", "workflow": "own", "process_id": "p"}]}
    scenario = loader.load_value(
        {"understudy": 1, "world": {"looply": leaning}},
        tuple(app.sandbox.vendors.values()),
        app.sandbox.contract,
    )
    session = app.sandbox.create("odd", app.sandbox.origin([scenario]))
    with InProcess(app) as client:
        target = f"/~odd{RESUME}"
        assert client.ask("POST", target, HEADERS, BODY).status == 200
        edit(file, HEAD)
        look(watch)
        assert client.ask("POST", target, HEADERS, BODY).status == 409, "the world there is stays"
        session.reset()
        refused = client.ask("POST", target, HEADERS, BODY)
    assert refused.status == 503
    assert b"/world/looply/executions/0/workflow: no workflow 'own'" in refused.body


def test_an_edit_of_one_size_within_one_time_stamp_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    text = HEAD + "rules: [{ operation: looply.resumeWorkflow, reply: 50X }]\n"
    file.write_text(text.replace("50X", "500"), encoding="utf-8")
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)
    look(watch)
    before = file.stat()
    file.write_text(text.replace("50X", "503"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    look(watch)
    with InProcess(app) as client:
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 503
    assert told == [f"{file}: read anew, 1 rule; records stay as they are"]


def test_a_file_that_has_grown_too_large_is_told(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD + RULE)
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)
    look(watch)
    with file.open("wb") as opened:
        opened.truncate(300 * 1024 * 1024)  # takes no room on the disk
    look(watch)
    assert told == [
        f"{file}: it has more than 8 MB; the rules from before stay in force. "
        "Name a scenario, or cut it into parts"
    ]
