"""The clock in the console."""

from __future__ import annotations

import json

import pytest

from tests.server.console.browsing import Browser
from understudy.server.console.lengths import roughly

WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"


def test_the_clock_says_what_falls_due_in_order(browser: Browser) -> None:
    browser.resume()
    page = browser.page("/clock")
    assert page.one("p", class_="now").text == "2026-01-05 09:00:00 frozen"
    line = [each.text for each in page.one("ol", class_="line").all("li")]
    assert f"in 5 min 2026-01-05 09:05:00 done looply executions {WAITING}" in line
    moments = [each.one("time")["datetime"] for each in page.one("ol", class_="line").all("li")]
    assert moments == sorted(moments)


def test_its_buttons_move_it_on(browser: Browser) -> None:
    browser.resume()
    forms = {each.text: each for each in browser.page("/clock").all("form", class_="inline")}
    assert list(forms) == ["+1 min", "+1 h", "+1 d", "+1 w", "To next", "Until idle", "Let it run"]
    assert browser.submit(forms["+1 min"])["now"] == "2026-01-05T09:01:00.000Z"
    told = browser.submit(forms["+1 h"])
    assert told["now"] == "2026-01-05T10:01:00.000Z"
    assert WAITING in [each["id"] for each in told["records"]]
    assert json.loads(forms["Until idle"]["data-body"]) == {"idle": True}
    assert browser.submit(forms["Let it run"])["speed"] == 1
    freeze = browser.page("/clock").all("form", class_="inline")[-1]
    assert freeze.text == "Freeze"
    assert browser.submit(freeze)["frozen"] is True


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (-5, "a moment"),
        (999, "a moment"),
        (8_730, "8 s"),
        (278_730, "4 min 38 s"),
        (3_600_000, "1 h"),
        (172_799_000, "1 d 23 h"),
        (86_400_000 + 5_000, "1 d"),
    ],
)
def test_a_length_is_said_by_its_two_largest_units(length: int, said: str) -> None:
    assert roughly(length) == said
