"""Records in the console: collections, a list, one with its states and a form."""

from __future__ import annotations

from tests.server.console.browsing import Browser

WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"
PLACE = f"/records/looply/executions/{WAITING}"


def test_collections_are_listed_by_vendor(browser: Browser) -> None:
    page = browser.page("/records")
    assert [each.text for each in page.all("h2")] == ["looply"]
    counts = [each.text for each in page.one("ul", class_="counts").all("li")]
    assert "executions 85" in counts


def test_a_list_has_the_vendors_own_key_the_state_and_what_comes_next(browser: Browser) -> None:
    browser.resume()
    page = browser.page("/records/looply/executions")
    heads = [each.text for each in page.one("thead").all("th")]
    assert heads == ["Id", "process_id", "name", "State", "Next", "Created"]
    row = next(each for each in page.rows() if each[0] == WAITING)
    assert row[1:5] == ["process_id order-1001", "name waiting", "IN_PROGRESS", "done in 5 min"]
    assert page.one("a", rel="next")["href"].partition("?")[2].startswith("after=")


def test_one_record_shows_its_states_history_and_calls(browser: Browser) -> None:
    browser.resume()
    page = browser.page(PLACE)
    lit = [each.text for each in page.all("g", class_="box lit")]
    assert lit == ["IN_PROGRESS"]
    deeds = [each.text for each in page.one("section", id="state").all("form")]
    assert deeds == ["step", "retry", "wait", "complete", "fail", "terminate"]
    history = [each.text for each in page.one("div", id="lived").all("li")]
    assert history[-1] == "2026-01-05 09:00:00 resume IN_PROGRESS"
    calls = [each.text for each in page.one("div", id="named").all("li")]
    assert calls == ["09:00:00 200 resumeWorkflow WORKFLOW_RESTARTED"]
    assert "amount 1250" in page.one("div", id="held").text


def test_the_form_of_a_record_has_the_fields_of_a_world_file(browser: Browser) -> None:
    form = next(
        each for each in browser.page(PLACE).all("form") if "data-changed" in each.attributes
    )
    assert form["data-path"] == f"/__admin/sessions/{browser.session}{PLACE}"
    fields = {each["name"]: each.attributes.get("value") for each in form.all("input")}
    assert fields["process_id"] == "order-1001"
    assert fields["version"] == "2"
    states = [each.text for each in form.one("select", name="state").all("option")]
    assert "AWAITING_RESPONSE" in states
    assert form.one("textarea", name="input").text.startswith('{ "process_id": "order-1001"')


def test_a_collection_has_a_form_for_a_new_one(browser: Browser) -> None:
    form = browser.page("/records/looply/executions").one("details", id="new").one("form")
    assert form["data-method"] == "POST"
    assert "required" in form.one("input", name="workflow").attributes


def test_what_is_not_there_is_told(browser: Browser) -> None:
    page = browser.page("/records/looply/executions/nope", status=404)
    assert page.one("h1").text == "No such record"
    assert WAITING in page.one("ul", class_="plain").text
    page = browser.page("/records/looply/runs", status=404)
    assert "executions" in page.one("ul", class_="plain").text


def test_an_id_with_a_slash_has_a_page() -> None:
    browser = Browser(vendors=("cloudflare",))
    page = browser.page("/records/cloudflare/instances")
    link = next(each["href"] for each in page.all("a", class_="id") if "%2F" in each["href"])
    assert browser.page(link.partition("/sessions/default")[2]).all("svg") != []
    browser.process.close()
