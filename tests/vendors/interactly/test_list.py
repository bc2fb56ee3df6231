"""The list: pages, filters, windows, words; each run once, also while they come and go."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vendors.interactly.harness import FOREIGN, NOWHERE, START, TALK, Harness
from understudy.simulation.clock import iso
from understudy.vendors.interactly.handlers import reads

WAITING = "waiting_for_user_input"


def ids(body: Any) -> list[str]:
    return [row["_id"] for row in body["workflow_runs"]]


def harness(ages: list[int]) -> Harness:
    """A world with a run of each age in hours."""
    return Harness(
        runs=[
            {"workflow": "talk", "state": "not_started", "created": f"-{age}h", "since": f"-{age}h"}
            for age in ages
        ]
    )


def test_a_row_has_these_keys() -> None:
    one = Harness(runs=[{"name": "run", "workflow": "talk", "state": WAITING}])
    status, body = one.list()
    (row,) = body["workflow_runs"]
    assert (status, list(body), body["total"]) == (200, ["workflow_runs", "total"], 1)
    assert list(row) == [
        *("_id", "workflow_run", "team_id", "created_by", "updated_by", "created_at"),
        "updated_at",
    ]
    assert list(row["workflow_run"]) == ["logical_id", "workflow_id", "status"]
    read = one.read("run")["workflow_run"]
    assert {key: read[key] for key in row if key != "workflow_run"} == {
        key: value for key, value in row.items() if key != "workflow_run"
    }


@given(st.lists(st.integers(1, 50), max_size=40), st.integers(1, 45))
def test_walking_gives_each_run_once_newest_first(ages: list[int], size: int) -> None:
    one = harness(ages)
    seen: list[str] = []
    for page in range(1, 50):
        status, body = one.list(page=page, size=size)
        assert (status, body["total"]) == (200, len(ages))
        if not body["workflow_runs"]:
            break
        assert len(body["workflow_runs"]) == min(size, len(ages) - len(seen))
        seen += ids(body)
    assert len(set(seen)) == len(seen) == len(ages)
    created = [one.run(each).created for each in seen]
    assert created == sorted(created, reverse=True)


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ({}, 100),
        ({"page": 2}, 5),
        ({"page": 3}, 0),
        ({"size": 20}, 20),
        ({"size": 105}, 105),
        ({"size": 10**30}, 105),
        ({"page": 10**30, "size": 10**30}, 0),
    ],
)
def test_a_page_has_a_hundred_unless_told(said: dict[str, Any], count: int) -> None:
    _, body = harness([5] * 105).list(**said)
    assert (len(body["workflow_runs"]), body["total"]) == (count, 105)


MIXED = [
    {"name": "a", "workflow": "talk", "state": WAITING, "since": "-1h"},
    {"name": "b", "workflow": "talk", "state": "completed", "since": "-2h"},
    {"name": "c", "workflow": "second", "state": WAITING, "since": "-3h"},
    {"name": "f", "workflow": "foreign", "state": WAITING, "since": "-4h"},
]


@pytest.mark.parametrize(
    ("by", "said", "names"),
    [
        ("default", {}, "abc"),
        ("colleague", {}, "abc"),
        ("other", {}, "f"),
        ("default", {"workflow_id": TALK}, "ab"),
        ("default", {"status": WAITING}, "ac"),
        ("default", {"workflow_id": TALK, "status": WAITING}, "a"),
        ("default", {"workflow_id": FOREIGN}, ""),
        ("default", {"workflow_id": NOWHERE}, ""),
        ("default", {"status": "pending"}, ""),
        ("other", {"workflow_id": TALK}, ""),
    ],
)
def test_filters_leave_these(by: str, said: dict[str, str], names: str) -> None:
    steps = [{"wait": "input"}]
    one = Harness(workflows=[{"name": "second", "steps": steps}], runs=MIXED)
    _, body = one.list(by=by, **said)
    assert body["total"] == len(names)
    assert ids(body) == [one.run(name).id for name in names]


def test_a_filter_follows_what_happens() -> None:
    one = Harness(runs=[{"name": "run", "workflow": "talk", "state": WAITING}])
    assert one.list(status=WAITING)[1]["total"] == 1
    one.command("stop", "run")
    assert one.list(status=WAITING)[1] == {"workflow_runs": [], "total": 0}
    assert one.list(status="cancelled")[1]["total"] == 1


def hours(count: int) -> str:
    """The instant so many hours before the start."""
    return iso(START - count * 3_600_000)


@given(
    st.lists(st.integers(1, 30), max_size=20),
    st.none() | st.integers(0, 40),
    st.none() | st.integers(0, 40),
    st.integers(1, 8),
)
def test_a_window_holds_what_was_made_within_it(
    ages: list[int], oldest: int | None, youngest: int | None, size: int
) -> None:
    one = harness(ages)
    said = {} if oldest is None else {"start": hours(oldest)}
    said |= {} if youngest is None else {"end": hours(youngest)}
    first = one.list(**said, size=size)
    if oldest is not None and youngest is not None and youngest > oldest:
        detail = "Date range should be less than or equal to 31 days"
        assert first == (400, {"detail": detail})
        return
    within = [age for age in ages if (oldest or 99) >= age >= (youngest or 0)]
    if oldest == 0:
        within = []
    seen: list[str] = []
    for page in range(1, 30):
        _, body = one.list(**said, size=size, page=page)
        assert body["total"] == len(within)
        seen += ids(body)
    made = [(START - one.run(each).created) // 3_600_000 for each in seen]
    assert made == sorted(within)


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ("2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z", 200),
        ("2025-12-01T00:00:00Z", "2026-01-01T00:00:00.001Z", 400),
        ("2025-12-01T00:00:00Z", "2026-01-01T01:00:00+01:00", 200),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 200),
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", 400),
    ],
)
def test_a_window_has_31_days_at_most(start: str, end: str, status: int) -> None:
    assert Harness().list(start=start, end=end)[0] == status


@pytest.mark.parametrize("text", ["2026-02-30", "2025-02-29T00:00:00Z", "0000-01-01"])
def test_a_day_that_no_calendar_has(text: str) -> None:
    status, body = Harness().list(start=text, end=text)
    assert (status, [each["loc"] for each in body["detail"]]) == (
        422,
        [["query", "start"], ["query", "end"]],
    )


def test_a_search_looks_through_the_newest_that_the_filters_leave(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = [
        {"name": f"r{n}", "workflow": "talk", "state": "completed", "since": f"-{n}h"}
        for n in range(1, 6)
    ]
    one = Harness(runs=runs)
    monkeypatch.setattr(reads, "SEARCHED", 3)
    _, body = one.list(search="hello")
    assert (body["total"], ids(body)) == (3, [one.run(f"r{n}").id for n in (1, 2, 3)])
    _, body = one.list(search="hello", end="2025-12-31T22:30:00Z")
    assert ids(body) == [one.run(f"r{n}").id for n in (2, 3, 4)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("blue pill", "a"),
        ("BLUE", "a"),
        ("hello", "ab"),
        ("waiting_for", "a"),
        ("nobody said this", ""),
        ("", "ab"),
    ],
)
def test_a_search_finds_what_a_run_was_told_and_tells(words: str, names: str) -> None:
    one = Harness(
        runs=[
            {
                "name": "a",
                "workflow": "talk",
                "state": WAITING,
                "dynamic_variables": {"about": "the Blue pill"},
            },
            {"name": "b", "workflow": "talk", "state": "completed", "since": "-1h"},
        ]
    )
    _, body = one.list(search=words)
    assert (body["total"], ids(body)) == (len(names), [one.run(name).id for name in names])
    _, page = one.list(search=words, size=1, page=2)
    assert (page["total"], len(page["workflow_runs"])) == (len(names), int(len(names) > 1))
