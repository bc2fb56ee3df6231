"""Pages: by number and by cursor, both ways, within dates, while instances come and go."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vendors.cloudflare.harness import START, Harness, at
from understudy.simulation.clock import iso


def harness(count: int) -> Harness:
    """Instances i00, i01, ..., one a minute, the last one a minute ago."""
    entries = [
        {"id": f"i{number:02}", "state": "complete", "since": f"-{count - number}m"}
        for number in range(count)
    ]
    return Harness([], instances=entries)


def names(*numbers: int) -> list[str]:
    return [f"i{number:02}" for number in numbers]


def walked(one: Harness, between: Callable[[], None] = lambda: None, **query: Any) -> list[str]:
    """Every id that walking along the cursors gives."""
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        _, body = one.ask("GET", "/w/instances", **query, **cursor)
        found += [each["id"] for each in body["result"]]
        assert body["result_info"]["count"] == len(body["result"]) <= query["per_page"]
        if "cursor" not in body["result_info"]:
            return found
        cursor = {"cursor": body["result_info"]["cursor"]}
        between()


def test_by_cursor_each_is_met_once_the_newest_first() -> None:
    one = harness(10)
    for size in (1, 3, 5, 9, 10, 11):
        assert walked(one, per_page=size) == names(*range(9, -1, -1))


def test_what_comes_and_goes_meanwhile_shifts_nothing() -> None:
    one = harness(10)

    def change() -> None:
        one.result("POST", "/w/instances", {})
        one.ask("DELETE", one.path("i06"))

    assert walked(one, change, per_page=4) == names(9, 8, 7, 6, 5, 4, 3, 2, 1, 0)


def test_a_cursor_is_good_when_its_instance_is_gone() -> None:
    one = harness(6)
    _, body = one.ask("GET", "/w/instances", per_page=2)
    one.result("DELETE", one.path("i04"))
    assert one.listed(cursor=body["result_info"]["cursor"]) == names(3, 2, 1, 0)


def test_a_cursor_goes_both_ways() -> None:
    one = harness(6)
    _, body = one.ask("GET", "/w/instances", per_page=3)
    cursor = body["result_info"]["cursor"]
    assert one.listed(cursor=cursor, direction="desc") == names(2, 1, 0)
    assert one.listed(cursor=cursor, direction="asc") == names(4, 5)
    assert one.listed(cursor=cursor, direction="asc", page=7) == names(4, 5)
    assert one.listed(direction="asc") == names(5, 4, 3, 2, 1, 0)


def test_by_number() -> None:
    one = harness(5)
    info = {"page": 2, "per_page": 2, "count": 2, "total_count": 5, "total_pages": 3}
    _, body = one.ask("GET", "/w/instances", page=2, per_page=2)
    assert [each["id"] for each in body["result"]] == names(2, 1)
    assert {key: each for key, each in body["result_info"].items() if key != "cursor"} == info
    assert one.listed(page=3, per_page=2) == names(0)
    assert one.listed(page=4, per_page=2) == []
    assert one.listed(page=10**15, per_page=100) == []


def test_at_one_instant_they_are_in_the_order_of_their_ids() -> None:
    one = Harness([])
    for name in ("b", "c", "a"):
        one.create(name)
    assert one.listed() == ["a", "b", "c"]
    assert walked(one, per_page=1) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"date_start": iso(START - 180_000)}, (4, 3, 2)),
        ({"date_start": iso(START - 179_999)}, (4, 3)),
        ({"date_end": iso(START - 180_000)}, (2, 1, 0)),
        ({"date_end": iso(START - 180_001)}, (1, 0)),
        ({"date_start": iso(START - 240_000), "date_end": iso(START - 120_000)}, (3, 2, 1)),
        ({"date_start": iso(START), "date_end": iso(START - 120_000)}, ()),
        ({"date_start": at("0s").replace("Z", "+00:00")}, ()),
        ({"date_end": "9999-12-31T23:59:59Z"}, (4, 3, 2, 1, 0)),
    ],
)
def test_between_dates(query: dict[str, Any], found: tuple[int, ...]) -> None:
    one = harness(5)
    _, body = one.ask("GET", "/w/instances", **query)
    assert [each["id"] for each in body["result"]] == names(*found)
    assert body["result_info"]["total_count"] == len(found)
    assert walked(one, per_page=2, **query) == names(*found)


def test_of_one_status_and_between_dates() -> None:
    one = harness(6)
    one.change("restart", "i03")
    dates: dict[str, Any] = {"date_start": iso(START - 300_000), "date_end": iso(START - 60_000)}
    assert one.listed(status="complete", **dates) == names(5, 4, 3, 2, 1)
    assert one.listed(status="running") == []


@pytest.mark.parametrize(
    "query",
    [
        {"per_page": 0},
        {"per_page": 101},
        {"per_page": "x"},
        {"page": 0},
        {"page": 1.5},
        {"status": "unknown"},
        {"direction": "up"},
        {"date_start": "yesterday"},
        {"date_start": "2026-02-30T00:00:00Z"},
        {"date_start": "2026-01-01T00:00:00+02:00"},
        {"cursor": ""},
        {"cursor": "next"},
        {"cursor": b64encode(b"no number/i01").decode()},
        {"cursor": b64encode(b"1\xff").decode()},
        {"cursor": "ä"},
    ],
)
def test_what_no_list_takes(query: dict[str, Any]) -> None:
    assert Harness([]).refused("GET", "/w/instances", **query) == (400, 10002)


def test_a_slash_at_the_end_lists_too() -> None:
    one = harness(2)
    assert one.result("GET", "/w/instances/") == one.result("GET", "/w/instances")


class TestWorkflows:
    """Ten on a page, found by a part of their name."""

    @staticmethod
    def harness() -> Harness:
        names = [f"flow-{number:02}" for number in range(24)]
        return Harness(
            [], workflows=[{"name": name, "created": f"-{n}d"} for n, name in enumerate(names, 1)]
        )

    def test_by_number(self) -> None:
        one = self.harness()
        _, body = one.ask("GET", "")
        info = {"page": 1, "per_page": 10, "count": 10, "total_count": 25, "total_pages": 3}
        assert body["result_info"] == info
        assert [each["name"] for each in body["result"]][:3] == ["w", "flow-00", "flow-01"]
        assert [len(one.result("GET", "", page=page)) for page in (2, 3, 4)] == [10, 5, 0]

    def test_by_a_part_of_the_name(self) -> None:
        one = self.harness()
        _, body = one.ask("GET", "", search="low-0", per_page=3, page=2)
        assert [each["name"] for each in body["result"]] == ["flow-03", "flow-04", "flow-05"]
        assert body["result_info"]["total_count"] == 10
        assert one.result("GET", "", search="nothing") == []

    def test_versions(self) -> None:
        one = Harness([])
        for _ in range(4):
            one.result("PUT", "/w", {"script_name": "s", "class_name": "C"})
        _, body = one.ask("GET", "/w/versions", per_page=2, page=3)
        info = {"page": 3, "per_page": 2, "count": 1, "total_count": 5, "total_pages": 3}
        assert body["result_info"] == info
        assert len(one.result("GET", "/w/versions")) == 5


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, 3), max_size=12),
    st.integers(1, 5),
    st.sampled_from([None, "complete", "running"]),
)
def test_walking_yields_each_once(minutes: list[int], size: int, status: str | None) -> None:
    entries = [
        {"id": f"i{number}", "state": "complete", "since": f"-{age}m"}
        for number, age in enumerate(minutes)
    ]
    one = Harness([{"wait": "w", "event": "go"}], instances=entries)
    query: dict[str, Any] = {} if status is None else {"status": status}
    whole = one.listed(per_page=100, **query)
    assert walked(one, per_page=size, **query) == whole
    assert sorted(whole) == ([] if status == "running" else sorted(each["id"] for each in entries))
