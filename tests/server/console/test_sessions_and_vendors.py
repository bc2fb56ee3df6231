"""Sessions and vendors in the console."""

from __future__ import annotations

import json
import shlex

from tests.server.console.browsing import Browser, parsed


def test_every_session_is_listed_with_what_it_holds(browser: Browser) -> None:
    browser.resume()
    answer = browser.ask(f"/sessions?from={browser.session}&after={browser.session[:-1]}")
    row = next(each for each in parsed(answer).rows() if each[0] == browser.session)
    assert row == [
        browser.session,
        "2026-01-05 09:00:00 frozen",
        "1 calls",
        "0 rules",
        "the base world",
    ]


def test_a_session_is_started_forked_reset_and_ended(browser: Browser) -> None:
    start = next(each for each in parsed(browser.ask("/sessions")).all("form"))
    assert browser.submit(start, name="console-made")["name"] == "console-made"
    browser.resume()
    forms = {each.one("button").text: each for each in browser.page("").all("form")}
    assert browser.submit(forms["Fork"], name="console-twin")["requests"] == 1
    assert browser.submit(forms["Reset"])["requests"] == 0
    browser.session = "console-twin"
    ending = browser.page("").one("button", class_="danger")
    assert ending.text == "Delete console-twin"
    forms = {each.one("button").text: each for each in browser.page("").all("form")}
    browser.submit(forms["Delete console-twin"])
    page = browser.page("", status=404)
    assert page.one("h1").text == "No such session"
    browser.session = "default"
    assert browser.page("").all("button", class_="danger") == []


def test_a_snapshot_can_be_taken_and_put_back(browser: Browser) -> None:
    browser.resume()
    page = browser.page("")
    link = page.one("a", download=f"{browser.session}.snapshot.json")
    kept = browser.process.ask("GET", link["href"])
    browser.admin("POST", "/reset")
    form = next(each for each in page.all("form") if each.one("button").text == "Put back")
    browser.submit(form, **json.loads(kept.body))
    assert browser.admin("GET", "")["requests"] in (0, 1)
    assert browser.resume().status == 409


def test_a_vendor_says_how_to_reach_it(browser: Browser) -> None:
    page = browser.page("/vendors/looply")
    base, key, line = [each.text for each in page.all("pre")]
    assert base == f"http://sandbox/~{browser.session}/looply/v2/workflows"
    assert key == "x-api-key: looply-key-northwind"
    words = shlex.split(line)
    target = next(each for each in words if "://" in each).removeprefix("http://sandbox")
    headers = [each.split(": ", 1) for each in words if ": " in each and "{" not in each]
    method = "POST" if "-d" in words else "GET"
    body = words[words.index("-d") + 1].encode() if "-d" in words else b""
    told = browser.process.ask(method, target, [(name, value) for name, value in headers], body)
    assert told.status == 200
    assert len(page.rows()) == 12, "a variant among them"
    assert [row[0].split(" ")[0] for row in browser.page("/vendors/looply?q=resume").rows()] == [
        "resumeWorkflowGo"
    ]


def test_an_operation_has_a_form_with_examples(browser: Browser) -> None:
    page = browser.page("/vendors/looply/resumeWorkflow")
    form = next(each for each in page.all("form") if "data-call" in each.attributes)
    assert form["data-call"] == "POST"
    assert form["data-target"] == (
        f"/~{browser.session}/looply/v2/workflows/resumeWorkflow/{{process_id}}"
    )
    assert json.loads(form["data-signed"]) == {
        "headers": {"x-api-key": "looply-key-northwind"},
        "query": {},
    }
    assert form.one("input", name="process_id")["value"] == "order-1001"
    body = json.loads(form.one("textarea").text)
    assert body == {"payload": {"source": "SAP", "approved": True}}
    assert next(each.text for each in page.all("summary")) == "200 WORKFLOW_RESTARTED documented"
    assert page.all(
        "a",
        href=f"{form['data-then'].removesuffix('calls/')}rules/new?operation=looply.resumeWorkflow&answer=ALREADY_RESTARTED",
    )


def test_an_operation_that_there_is_not_is_told(browser: Browser) -> None:
    page = browser.page("/vendors/looply/resumeWorkflows", status=404)
    assert page.one("h1").text == "No such operation"
    assert "resumeWorkflow" in page.one("ul", class_="plain").text
