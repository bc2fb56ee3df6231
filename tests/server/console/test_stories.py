"""Stories in the console: listed, played, and a session kept as one."""

from __future__ import annotations

import json
from pathlib import Path

from tests.server.admin.test_stories import TALE
from tests.server.console.browsing import Browser


def test_a_story_is_begun_from_the_list_and_played(browser: Browser) -> None:
    page = browser.page("/stories")
    row = next(each for each in page.all("tr") if "looply/lost-answer" in each.text)
    forms = {each.text: each for each in row.all("form")}
    assert forms["Play"]["data-then"] == "/__admin/console/sessions/{session}/story"
    begun = browser.submit(forms["Step by step"])
    browser.session = begun["session"]
    page = browser.page("/story")
    steps = page.one("ol", class_="steps").all("li")
    assert steps[0]["class"] == "coming"
    deeds = {each.text: each for each in page.all("form")}
    browser.submit(deeds["Next step"])
    first = browser.page("/story").one("li", id="step-1")
    assert first["class"] == "passed"
    assert [each.text for each in first.all("pre")] == [
        "the answer to be lost",
        "connection lost (reset)",
    ]
    browser.submit(deeds["Play the rest"])
    page = browser.page("/story")
    assert page.all("span")[-1].text != ""
    assert "as expected" in page.one("div", class_="buttons played").text


def test_a_failing_step_stands_first_with_what_came(browser: Browser) -> None:
    form = next(each for each in browser.page("/stories").all("form") if each.all("textarea"))
    browser.session = browser.submit(form, text=TALE, all=True)["session"]
    page = browser.page("/story")
    assert page.one("p", class_="hint").text == "Step 3 went otherwise."
    failed = page.one("li", id="step-3")
    assert failed["class"] == "failed"
    assert failed.one("li", class_="problem").text == "status: expected 200, got 409"
    call = failed.one("p", class_="path").one("a")["href"]
    page = browser.page(call.partition(browser.session)[2])
    assert page.one("h1").text == "409 ALREADY_RESTARTED"


def test_a_session_is_kept_as_a_story(browser: Browser) -> None:
    assert "Nothing was asked in it yet" in browser.page("/stories").text
    browser.resume()
    page = browser.page("/stories?save=yes")
    text = "".join(
        str(each) for each in page.one("section", aria_labelledby="keep").one("pre").inside
    )
    answer = browser.ask(f"/sessions/{browser.session}/story.yaml")
    assert answer.body.decode().strip() == text.strip()
    headers = dict(answer.headers)
    assert headers["content-disposition"] == f'attachment; filename="{browser.session}.yaml"'
    content = json.dumps({"text": text, "all": True}).encode()
    told = browser.process.ask(
        "POST", "/__admin/stories", (("content-type", "application/json"),), content
    )
    assert json.loads(told.body)["verdict"] == "passed"


def test_a_session_without_a_story_says_so(browser: Browser) -> None:
    assert browser.page("/story", status=404).one("h1").text == "No story"


def test_a_story_the_sandbox_was_started_with_is_played_by_its_file(tmp_path: Path) -> None:
    file = tmp_path / "tale.yaml"
    entry = "{ name: first, workflow: approval, process_id: po-7, state: AWAITING_RESPONSE }"
    world = f"world: {{ looply: {{ executions: [{entry}] }} }}"
    file.write_text(f"{TALE}{world}\n")
    browser = Browser(scenarios=(str(file),))
    group = browser.page("/stories").one("details", id="of-yours")
    assert group.one("summary").text == "Started with 1"
    play = next(each for each in group.all("form") if each.text == "Play")
    browser.session = browser.submit(play)["session"]
    page = browser.page("/story")
    assert page.one("h1").text == "An order is resumed twice"
    anew = next(each for each in page.all("form") if each.text == "Play it anew")
    assert browser.submit(anew)["verdict"] == "playing"
    browser.process.close()
