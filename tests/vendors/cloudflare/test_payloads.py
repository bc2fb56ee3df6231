"""Params and events have at most 1 MiB."""

from __future__ import annotations

from typing import Any

from tests.vendors.cloudflare.harness import Harness

MIB = 1_048_576
FITS, TOO_LONG = "x" * (MIB - 2), "x" * (MIB - 1)  # two quotes stand around them
WAIT: list[dict[str, Any]] = [{"wait": "go"}]


def test_params() -> None:
    one = Harness(WAIT)
    assert one.create("fits", params=FITS)["status"] == "queued"
    for params in (TOO_LONG, [TOO_LONG]):
        body = {"instance_id": "i", "params": params}
        assert one.refused("POST", "/w/instances", body) == (413, 10002)
    assert one.listed() == ["fits"]


def test_of_a_batch_all_or_none() -> None:
    one = Harness(WAIT)
    both = [{"instance_id": "a", "params": 1}, {"instance_id": "b", "params": TOO_LONG}]
    assert one.refused("POST", "/w/instances/batch", both) == (413, 10002)
    assert one.listed() == []
    many = [{"instance_id": name, "params": FITS} for name in ("a", "b", "c")]
    assert len(one.result("POST", "/w/instances/batch", many)) == 3


def test_events() -> None:
    one = Harness(WAIT)
    one.create()
    path = f"{one.path('i')}/events/go"
    assert one.refused("POST", path, {"text": TOO_LONG}) == (413, 10002)
    assert one.by_the_types().status() == "waiting"
    one.send("go", {"text": "x" * (MIB - 20)})
    assert one.status() == "complete"
