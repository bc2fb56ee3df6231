"""The live log of `serve`: a line for each call and for what fell due; it holds up nobody."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.served_process import ask, serving
from understudy.cli.line_writer import ROOM, LineWriter
from understudy.cli.live_log import JsonLog, LiveLog
from understudy.cli.terminal import printable
from understudy.client import Sandbox, create_app
from understudy.settings import FROZEN, Settings

WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"
SAP = {"payload": {"source": "SAP"}}


class Printed:
    """A sandbox with a session `mine`, and the lines that were printed of it."""

    def __init__(self, width: int | None, *, colour: bool = False, as_json: bool = False) -> None:
        self.app = create_app(Settings(vendors=("looply",), clock=FROZEN))
        self._lines: list[str] = []
        write = self._lines.extend
        log = JsonLog(write) if as_json else LiveLog(write, lambda: width, colour=colour)
        self.app.sandbox.listen(log.take)
        self.session = Sandbox(app=self.app, name="mine", clock="frozen")

    def resume(self, process: str = "order-1001", body: Any = SAP) -> None:
        with self.session.looply.client() as looply:
            looply.post(f"/resumeWorkflow/{process}", json=body)

    @property
    def lines(self) -> list[str]:
        self.app.sandbox.observers.flush()
        return self._lines


@pytest.fixture
def printed() -> Iterator[Printed]:
    made = Printed(80)
    with made.session:
        yield made


def test_a_call_is_one_line(printed: Printed) -> None:
    printed.resume()
    assert printed.lines == [
        "01-01 00:00:00  #1    ~mine looply.resumeWorkflow  200 WORKFLOW_RESTARTED  behaviour"
    ]


def test_a_refusal_says_the_first_reason(printed: Printed) -> None:
    printed.resume(body={"payload": {}})
    assert printed.lines == [
        "01-01 00:00:00  #1    ~mine looply.resumeWorkflow  400 BAD_REQUEST  refusal",
        '                /payload lacks source; it must be "SAP" or "TEAMS"',
    ]


def test_a_reason_stands_beside_where_there_is_room() -> None:
    made = Printed(160)
    with made.session:
        made.resume(body={"payload": {}})
        (line,) = made.lines
    assert line.endswith('refusal  /payload lacks source; it must be "SAP" or "TEAMS"')


def test_what_fell_due_has_its_own_lines_and_no_line_is_longer_than_the_terminal(
    printed: Printed,
) -> None:
    printed.resume()
    printed.session.clock.advance("10m")
    assert printed.lines[1:] == [
        "01-01 00:00:25  ~mine looply executions 11111111-aaaa-4bbb-8ccc-000000000002",
        "                wait: IN_PROGRESS -> AWAITING_RESPONSE",
        "01-01 00:04:50  ~mine looply executions 11111111-aaaa-4bbb-8ccc-000000000006",
        "                complete: IN_PROGRESS -> COMPLETED",
        "01-01 00:05:00  ~mine looply executions 11111111-aaaa-4bbb-8ccc-000000000001",
        "                complete: IN_PROGRESS -> COMPLETED",
    ]


def test_rules_lost_answers_and_deeds_of_the_tester_are_told(printed: Printed) -> None:
    printed.session.looply.force("resumeWorkflow", "ALREADY_RESTARTED", times=1)
    printed.resume()
    printed.session.looply.records("executions").event(WAITING, "resume")
    told = printed.lines
    assert told[0].endswith("409 ALREADY_RESTARTED  rule")
    assert [line[16:] for line in told if "tester" in line] == [
        "#2    ~mine looply PATCH executions  200  tester"
    ]
    assert not [line for line in told if "/__admin" in line]


def test_colours_tell_kinds_apart() -> None:
    made = Printed(200, colour=True)
    with made.session:
        made.resume()
        made.resume()
        first, second = made.lines
    assert "\033[32m200 WORKFLOW_RESTARTED\033[0m  \033[2mbehaviour\033[0m" in first
    assert "\033[33m409 ALREADY_RESTARTED\033[0m  \033[33mrefusal\033[0m" in second


def test_hostile_bytes_are_shown_and_not_obeyed(printed: Printed) -> None:
    printed.resume("%1b%5b31mred%0a")
    told = "".join(printed.lines)
    assert "\\x1b[31mred\\n" in told
    assert told.isprintable()
    assert printable("a\u202eb\x07") == "a\\u202eb\\x07"


def test_json_is_one_value_a_line() -> None:
    made = Printed(None, as_json=True)
    with made.session:
        made.resume()
        made.session.clock.advance("30s")
        told = [json.loads(line) for line in made.lines]
    assert [(each["kind"], each["session"]) for each in told] == [
        ("transition", "mine"),
        ("call", "mine"),
        ("transition", "mine"),
    ]
    assert (told[1]["answer"], told[2]["by"]) == ("WORKFLOW_RESTARTED", "time")


def test_who_reads_nothing_holds_up_nobody_and_is_told_what_is_missing() -> None:
    reading, writing = os.pipe()
    writer = LineWriter(writing)
    long = "x" * 1_000
    for _ in range(40):
        writer.write([long] * 100)  # 4 MB into a pipe that takes 64 KB
    assert writer._lost >= (4_000_000 - 2 * ROOM) // 1_001 - 200
    text = b""
    while len(text) < 900_000:
        text += os.read(reading, 65_536)
    writer.write(["the last"])
    os.close(reading)
    writer.close()
    os.close(writing)


def test_a_line_for_each_call_is_printed_where_it_is_wanted(tmp_path: Path) -> None:
    with serving(tmp_path, "looply", "--clock", "frozen", "--log", "calls") as served:
        url, headers = served.looply["url"], served.looply["headers"]
        ask(f"{url}/getOrganizationExecutions?limit=2", headers)
        ask(f"{served.url}/__admin/health")
        ask(f"{served.url}/favicon.ico")
        _, out, err = served.end()
    told = out.partition("Ctrl-C ends it.\n")[2]
    assert told == ("01-01 00:00:00  #1    looply.getOrganizationExecutions  200 OK  behaviour\n")
    assert err == ""
