"""Calls in the console: the list, one with why, and the lanes."""

from __future__ import annotations

import json

from tests.server.console.browsing import Browser


def test_calls_are_listed_newest_first_with_what_they_were_answered(browser: Browser) -> None:
    browser.resume("order-9")
    browser.resume()
    second, first = browser.page("/calls").rows()
    assert second[1] == ("looply.resumeWorkflowPOST /v2/workflows/resumeWorkflow/order-1001")
    assert second[2] == "200 WORKFLOW_RESTARTED"
    assert first[2:] == ["404 EXECUTION_NOT_FOUND", "org-northwind has no execution of 'order-9'"]


def test_a_filter_stands_in_the_address(browser: Browser) -> None:
    browser.resume("order-9")
    browser.resume()
    page = browser.page("/calls?vendor=looply&operation=resumeWorkflow&status=404")
    assert [row[2] for row in page.rows()] == ["404 EXECUTION_NOT_FOUND"]
    assert page.one("input", name="status")["value"] == "404"
    chosen = [each.text for each in page.all("option") if "selected" in each.attributes]
    assert chosen == ["looply", "resumeWorkflow"]
    nothing = browser.page("/calls?status=503")
    assert nothing.one("h2").text == "No such call"


def test_a_filter_that_is_none_is_told(browser: Browser) -> None:
    page = browser.page("/calls?status=many", status=400)
    assert page.one("h1").text == "The request is not allowed"
    assert 'status must be a whole number; got "many"' in page.one("main").text


def test_an_empty_list_leads_to_the_vendors(browser: Browser) -> None:
    empty = browser.page("/calls")
    assert empty.one("h2").text == "Nothing was called yet"
    assert empty.one("a", class_="button quiet")["href"].endswith("/vendors/looply")


def test_the_list_is_paged(browser: Browser) -> None:
    for _ in range(51):
        browser.resume("order-9")
    page = browser.page("/calls")
    assert len(page.rows()) == 50
    older = page.one("a", rel="next")["href"]
    assert older.endswith("/calls?after=2")
    assert len(browser.page("/calls?after=2").rows()) == 1


def test_one_call_says_why_and_what_would_help(browser: Browser) -> None:
    browser.resume("order-9")
    page = browser.page("/calls/1")
    assert page.one("h1").text == "404 EXECUTION_NOT_FOUND"
    assert page.one("p", class_="lead").text == "org-northwind has no execution of 'order-9'"
    assert "order-1001" in page.one("main").text
    (exist,) = [form for form in page.all("form") if form.text == "Make it exist"]
    browser.submit(exist)
    assert browser.resume("order-9").status == 200


def test_what_a_violation_points_at_is_marked(browser: Browser) -> None:
    browser.call("POST", "/resumeWorkflow/order-1001", {"payload": {"sourc": "SAP"}})
    page = browser.page("/calls/1")
    assert [each.text for each in page.all("mark")] == ["payload { 1 }", 'sourc "SAP"']
    assert [each.text for each in page.all("span", class_="note")] == [
        '/payload lacks source; it must be "SAP" or "TEAMS"',
        "`payload/sourc` is not read; did you mean `source`?",
    ]


def test_what_a_rule_asked_for_is_marked(browser: Browser) -> None:
    when = {"process_id": "order-1001", "body": {"payload": {"source": "SAP"}}}
    browser.admin(
        "POST", "/rules", {"operation": "looply.resumeWorkflow", "when": when, "reply": 500}, 201
    )
    browser.resume()
    page = browser.page("/calls/1")
    assert [each.text for each in page.all("mark")] == ['source "SAP"', "order-1001"]
    assert page.one("span", class_="note").text == "the rule asks for it"


def test_what_a_call_changed_of_its_record_is_shown(browser: Browser) -> None:
    browser.resume()
    page = browser.page("/calls/1")
    assert ["state", "AWAITING_RESPONSE", "IN_PROGRESS"] in page.rows()
    history = [each.text for each in page.one("ol", class_="history").all("li")]
    assert history[-1] == "2026-01-05 09:00:00 resume IN_PROGRESS"
    every = next(each for each in page.all("a") if each.text == "All calls of this record")
    (row,) = browser.page(every["href"].partition(browser.session)[2]).rows()
    assert row[2] == "200 WORKFLOW_RESTARTED"


def test_the_same_answer_can_be_had_next_time(browser: Browser) -> None:
    browser.resume("order-9")
    page = browser.page("/calls/1")
    (form,) = [each for each in page.all("form") if "Answer so next time" in each.text]
    fields = {each["name"]: each.attributes.get("value", "") for each in form.all("input")}
    assert fields["operation"] == "looply.resumeWorkflow"
    assert json.loads(fields["when"]) == {"process_id": "order-9"}
    browser.submit(
        form,
        operation=fields["operation"],
        when={"process_id": "order-1001"},
        reply="EXECUTION_NOT_FOUND",
        times=1,
    )
    assert [browser.resume().status for _ in range(2)] == [404, 200]


def test_a_call_that_never_came_says_what_there_is(browser: Browser) -> None:
    browser.resume()
    page = browser.page("/calls/9", status=404)
    assert page.one("p", class_="lead").text.endswith("has no request 9")
    assert "Its journal holds 1 to 1" in page.one("main").text


def test_calls_stand_in_lanes_with_what_they_did(browser: Browser) -> None:
    browser.resume("order-9")
    browser.resume()
    lanes = browser.page("/sequence").one("ol", class_="lanes").all("li")
    assert [each.all("span", class_="touch") != [] for each in lanes] == [False, False, True]
    assert lanes[2].one("span", class_="touch").text == (
        "11111111-aaaa-4bbb-8ccc-000000000001 AWAITING_RESPONSE → IN_PROGRESS"
    )


def test_a_look_at_the_console_is_no_call(browser: Browser) -> None:
    for path in ("/calls", "/sequence", "/vendors", "/vendors/looply", ""):
        browser.page(path)
    assert browser.admin("GET", "/requests")["requests"] == []
