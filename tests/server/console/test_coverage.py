"""Coverage in the console: a grid of answers, and the transitions on the drawing."""

from __future__ import annotations

from tests.server.console.browsing import Browser


def test_each_answer_says_how_it_was_reached(browser: Browser) -> None:
    forced = {"operation": "looply.resumeWorkflow", "times": 1, "reply": 500}
    browser.admin("POST", "/rules", forced, 201)
    browser.resume()
    browser.resume()
    page = browser.page("/coverage")
    assert "of 12 transitions, 2 calls" in page.one("h2", id="vendor-1").text
    row = next(each for each in page.all("li") if each.text.startswith("resumeWorkflow"))
    cells = {each.text: each["class"] for each in row.all("span") if "title" in each.attributes}
    assert cells["200 WORKFLOW_RESTARTED 1 natural"] == "cell natural"
    assert [each for each, kind in cells.items() if kind == "cell forced"] == [
        "500 WORKFLOW_RESTART_FAILED 1 forced"
    ]
    assert cells["409 ALREADY_RESTARTED never"] == "cell never"
    moves = [each for each in page.all("path") if each["class"] == "move lit"]
    told = [each.one("title").text for each in moves]
    assert told == ["resume: AWAITING_RESPONSE to IN_PROGRESS"]


def test_nothing_exercised_leads_to_all_there_is(browser: Browser) -> None:
    page = browser.page("/coverage")
    assert page.one("h2").text == "Nothing was exercised yet"
    chosen = browser.page("/coverage?vendor=looply")
    assert chosen.one("h2", id="vendor-1").text.startswith("looply 0 of ")


def test_what_the_client_got_wrong_leads_to_its_call(browser: Browser) -> None:
    browser.call("POST", "/resumeWorkflow/order-1001", {"payload": {"sourc": "SAP"}})
    mistakes = browser.page("/coverage").one("section", aria_labelledby="mistakes")
    assert "did you mean `source`?" in mistakes.text
    assert mistakes.all("a")[0]["href"].endswith("/calls/1")
