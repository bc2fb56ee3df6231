"""An edited scenario file: new rules at once, the session's records as they were."""

from __future__ import annotations

import os
from pathlib import Path

from understudy.server.app import create_app
from understudy.server.inprocess import InProcess
from understudy.server.watch import Watch
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


def test_rules_come_and_go_while_records_stay(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD + "rules: []\n")
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)
    with InProcess(app) as client:
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 200

        edit(file, HEAD + RULE)
        watch.look()
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 500

        edit(file, HEAD + "rules: [{ operation: looply.nope, reply: 500 }]\n")
        watch.look()
        assert client.ask("POST", RESUME, HEADERS, BODY).status == 500

        edit(file, HEAD + "rules: []\n")
        watch.look()
        after = client.ask("POST", RESUME, HEADERS, BODY)
    assert after.status == 409
    assert b"ALREADY_RESTARTED" in after.body
    assert told[0] == f"{file}: read anew, 1 rules; records stay as they are"
    assert told[1].startswith(f"{file}:3: ")
    assert told[1].endswith("the rules from before stay in force")
    assert told[2] == f"{file}: read anew, 0 rules; records stay as they are"


def test_a_file_that_did_not_change_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD + RULE)
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    told: list[str] = []
    watch = Watch(app.sandbox, told.append)
    watch.look()
    assert told == []


def test_new_sessions_start_with_what_was_edited(tmp_path: Path) -> None:
    file = tmp_path / "watched.yaml"
    edit(file, HEAD + "rules: []\n")
    app = create_app(Settings(vendors=("looply",), clock="frozen", scenarios=(str(file),)))
    watch = Watch(app.sandbox, lambda line: None)
    edit(file, HEAD + RULE)
    watch.look()
    with InProcess(app) as client:
        assert client.ask("POST", f"/~new{RESUME}", HEADERS, BODY).status == 500
        reset = client.ask("POST", "/__admin/sessions/new/reset")
        assert reset.status == 200
        assert client.ask("POST", f"/~new{RESUME}", HEADERS, BODY).status == 500
