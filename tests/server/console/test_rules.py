"""Rules in the console: listed, switched, put elsewhere, and made by picking."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.server.console.browsing import Browser, Element
from understudy.server.console.rules import in_words


def _add(browser: Browser, **rule: Any) -> None:
    browser.admin("POST", "/rules", {"operation": "looply.resumeWorkflow", **rule}, 201)


def _deeds(page: Element, rule: str) -> dict[str, Element]:
    return {each.text: each for each in page.one("tr", id=f"rule-{rule}").all("form")}


def test_rules_are_listed_in_the_order_they_are_asked(browser: Browser) -> None:
    _add(browser, reply="ALREADY_RESTARTED", times=1)
    _add(browser, when={"process_id": "order-9"}, fault={"lose": "answer"})
    browser.resume()
    assert [row[:4] for row in browser.page("/rules").rows()] == [
        ["looply.resumeWorkflowprocess_id: order-9", "loses the answer", "0 matched", "0 acted"],
        ["looply.resumeWorkflow", "answers ALREADY_RESTARTED, once spent", "1 matched", "1 acted"],
    ]


def test_a_rule_is_switched_off_put_up_and_deleted(browser: Browser) -> None:
    _add(browser, reply=500)
    _add(browser, reply="FORBIDDEN")
    page = browser.page("/rules")
    browser.submit(_deeds(page, "r2")["Off"])
    assert browser.resume().status == 500
    browser.submit(_deeds(page, "r1")["Up"])
    rows = browser.page("/rules").all("tr")
    assert [each["id"] for each in rows if "id" in each.attributes] == ["rule-r1", "rule-r2"]
    browser.submit(_deeds(browser.page("/rules"), "r2")["On"])
    browser.submit(_deeds(browser.page("/rules"), "r1")["Delete"])
    assert browser.resume().status == 403


def test_without_rules_there_are_presets(browser: Browser) -> None:
    page = browser.page("/rules")
    assert page.one("h2", id="magic").text == "Magic inputs"
    presets = {each.text: each["href"] for each in page.all("a", class_="button quiet")}
    assert list(presets)[:4] == ["Slow", "Lose the next answer", "503", "Quota"]
    magic = browser.admin("GET", "/rules?source=magic")["rules"]
    assert len(browser.page("/rules?magic=yes").rows()) == len(magic) > 50
    for name in list(presets)[:4]:
        made = browser.page(presets[name].partition(browser.session)[2])
        (add,) = [each for each in made.all("form") if each.text == "Add the rule"]
        browser.submit(add)
    listed = browser.admin("GET", "/rules?source=admin")["rules"]
    assert [each["rule"] for each in listed][::-1] == [
        {"operation": "*", "fault": {"latency": "2s"}},
        {"operation": "looply.triggerWorkflow", "times": 1, "fault": {"lose": "answer"}},
        {"operation": "*", "reply": 503},
        {"operation": "*", "fault": {"limit": {"requests": 5, "per": "1m"}}},
    ]


def test_a_rule_is_made_by_picking_an_answer(browser: Browser) -> None:
    picked = "operation=looply.resumeWorkflow&answer=ALREADY_RESTARTED&times=2"
    page = browser.page(f"/rules/new?{picked}&when.process_id=order-1001")
    rule = {
        "operation": "looply.resumeWorkflow",
        "when": {"process_id": "order-1001"},
        "times": 2,
        "reply": "ALREADY_RESTARTED",
    }
    written = "".join(str(each) for each in page.one("pre").inside)
    assert yaml.safe_load(written) == [rule]
    assert "ALREADY_RESTARTED" in page.one("div", class_="json").text
    (add,) = [each for each in page.all("form") if each.text == "Add the rule"]
    assert json.loads(add["data-body"]) == rule
    browser.submit(add)
    assert [browser.resume().status for _ in range(3)] == [409, 409, 200]


@pytest.mark.parametrize(
    ("picked", "fault"),
    [
        ("do=slow&latency=20ms", {"latency": "20ms"}),
        ("do=lose-request", {"lose": "request"}),
        ("do=hang", {"hang": True}),
        ("do=malformed", {"malformed": True}),
        ("do=truncate&bytes=5", {"truncate": 5}),
        ("do=truncate&bytes=many", {"truncate": 20}),
        ("do=quota&requests=2&per=1h", {"limit": {"requests": 2, "per": "1h"}}),
    ],
)
def test_a_rule_is_made_by_picking_a_fault(browser: Browser, picked: str, fault: Any) -> None:
    page = browser.page(f"/rules/new?operation=looply.resumeWorkflow&{picked}")
    (add,) = [each for each in page.all("form") if each.text == "Add the rule"]
    made = json.loads(add["data-body"])
    assert made == {"operation": "looply.resumeWorkflow", "fault": fault}
    assert browser.submit(add)["rules"][0]["rule"] == made


def test_one_rule_says_what_came_nearest(browser: Browser) -> None:
    _add(browser, when={"process_id": "order-1"}, reply=500)
    browser.resume()
    page = browser.page("/rules/r1")
    assert "order-1001" in page.one("section", aria_labelledby="near").text
    assert page.one("pre").text.startswith("operation: looply.resumeWorkflow")
    assert browser.page("/rules/r9", status=404).one("h1").text == "No such rule"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"reply": {"status": 418, "body": {}}}, "answers 418 with a body of its own"),
        ({"then": {"event": "complete"}, "skip": 2}, "lets complete happen, after 2 calls"),
        ({"fault": {"latency": {"min": "1s", "max": "2s"}}, "every": 3}, "waits a while, every 3"),
        ({"fault": {"content_type": "text/html", "hang": True}}, "content_type, never answers"),
        ({}, "does nothing"),
    ],
)
def test_a_rule_is_said_in_words(rule: Any, told: str) -> None:
    assert in_words(rule).startswith(told)
