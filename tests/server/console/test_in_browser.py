"""The console as a person meets it, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.server.admin.test_stories import TALE
from tests.server.console.chromium import PATIENCE, Seat, launched, serve, start
from understudy.server.wire.thread_server import ThreadServer

WAITING = "11111111-aaaa-4bbb-8ccc-000000000001"
RECORD = f"/records/looply/executions/{WAITING}"
VIEWS = (
    "/calls",
    "/calls?status=503",
    "/calls/1",
    "/calls/2",
    "/sequence",
    "/records",
    "/records/looply/executions",
    RECORD,
    "/clock",
    "/rules",
    "/rules/new?operation=looply.resumeWorkflow",
    "/coverage",
    "/vendors",
    "/vendors/looply",
    "/vendors/looply/resumeWorkflow",
    "/stories",
    "",
    "/nowhere",
)
OF_LOOKS = {  # what axe finds otherwise in another light or on a smaller screen
    "runOnly": ["color-contrast", "scrollable-region-focusable", "link-in-text-block"]
}
Scheme = Literal["light", "dark"]
expect.set_options(timeout=PATIENCE)
_numbers = count(1)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadServer]:
    with serve() as one:
        yield one


@pytest.fixture(scope="module")
def one_seat(chromium: Browser, server: ThreadServer) -> Iterator[Seat]:
    """A seat for whoever only looks: two calls were made."""
    start(server, name="looked-at", clock={"at": "2026-01-05T09:00:00Z"})
    context = chromium.new_context()
    one = Seat(context, server, "looked-at")
    one.resume("order-9")
    one.resume()
    yield one
    context.close()
    assert one.hosts == {server.url.removeprefix("http://")}


@pytest.fixture
def seat(chromium: Browser, server: ThreadServer) -> Iterator[Seat]:
    session = f"browser-{next(_numbers)}"
    start(server, name=session, clock={"at": "2026-01-05T09:00:00Z"})
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    one = Seat(context, server, session)
    yield one
    context.close()
    assert one.wrong == []
    assert one.hosts == {server.url.removeprefix("http://")}


def test_a_call_is_seen_as_it_comes_and_says_why(seat: Seat) -> None:
    page = seat.open("/calls")
    expect(page.get_by_role("heading", name="Nothing was called yet")).to_be_visible()
    seat.resume("order-9")
    page.get_by_role("link", name="looply.resumeWorkflow").click()
    expect(page.get_by_text("org-northwind has no execution of 'order-9'")).to_be_visible()
    page.get_by_role("button", name="Make it exist").click()
    expect(page.get_by_text("It exists now: ask again.")).to_be_visible()
    assert seat.resume("order-9") == 200
    page.go_back()
    expect(page.locator("#calls tbody tr")).to_have_count(2)


def test_an_answer_is_forced_and_seen(seat: Seat) -> None:
    page = seat.open("/rules")
    page.get_by_role("link", name="New rule").click()
    page.locator("[name=operation]").select_option("looply.resumeWorkflow")
    page.locator("[name=answer]").select_option("ALREADY_RESTARTED")
    expect(page.locator("pre")).to_contain_text("reply: ALREADY_RESTARTED")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.locator("#rule-r1")).to_contain_text("answers ALREADY_RESTARTED")
    assert seat.resume() == 409
    expect(page.locator("#rule-r1 .number").last).to_have_text("1 acted")
    page.get_by_role("button", name="Off").click()
    expect(page.get_by_role("button", name="On", exact=True)).to_be_visible()
    assert seat.resume() == 200


def test_a_transition_is_lit_and_a_week_passes(seat: Seat) -> None:
    seat.resume()
    page = seat.open(RECORD)
    expect(page.locator(".box.lit")).to_have_text("IN_PROGRESS")
    page.get_by_role("button", name="wait", exact=True).click()
    expect(page.locator(".box.lit")).to_have_text("AWAITING_RESPONSE")
    assert seat.resume() == 200
    expect(page.locator(".box.lit")).to_have_text("COMPLETED")
    seat.open("/clock")
    page.get_by_role("button", name="+1 w").click()
    expect(page.locator("#did")).to_contain_text("What happened in 7d")
    expect(page.locator("#did a").first).to_be_visible()
    expect(page.locator("#clock")).to_contain_text("2026-01-12 09:00:00")


def test_a_record_is_made_changed_and_deleted(seat: Seat) -> None:
    page = seat.open("/records/looply/executions")
    page.get_by_text("New one").click()
    form = page.locator("#new form")
    form.get_by_label("workflow needed").fill("approval")
    form.locator("[name=process_id]").fill("po-<b>7</b>")
    form.get_by_label("state").select_option("AWAITING_RESPONSE")
    form.get_by_role("button", name="Make it").click()
    expect(page.locator("#held")).to_contain_text('process_id "po-<b>7</b>"')
    page.get_by_text("Change its fields").click()
    page.locator("#change [name=process_id]").fill("po-8")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator("#held")).to_contain_text('process_id "po-8"')
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Delete this record").click()
    expect(page.get_by_role("heading", name="executions")).to_be_visible()
    expect(page.get_by_text("po-8")).to_have_count(0)


def test_what_is_refused_is_told_where_it_was_asked(seat: Seat) -> None:
    page = seat.open(RECORD)
    page.get_by_text("Change its fields").click()
    page.locator("#change [name=process_id]").fill("x" * 60)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("alert")).to_contain_text("process_id")


def test_an_operation_is_called_from_its_form(seat: Seat) -> None:
    page = seat.open("/vendors/looply/resumeWorkflow")
    page.get_by_label("process_id").fill("order-9")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("404 EXECUTION_NOT_FOUND")


def test_a_session_is_forked_and_ended(seat: Seat) -> None:
    seat.resume()
    page = seat.open("")
    page.get_by_label("Name").fill(f"{seat.session}-twin")
    page.get_by_role("button", name="Fork").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{seat.session}-twin")
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name=f"Delete {seat.session}-twin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")
    expect(page.locator(f"#session-{seat.session}-twin")).to_have_count(0)


def test_a_story_is_played_to_its_failing_step(seat: Seat) -> None:
    page = seat.open("/stories")
    page.get_by_label("YAML").fill(TALE)
    page.get_by_role("button", name="Begin it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("An order is resumed twice")
    page.get_by_role("button", name="Next step").click()
    expect(page.locator("#step-1")).to_contain_text("as expected")
    page.get_by_role("button", name="Play the rest").click()
    expect(page.locator("#step-3")).to_contain_text("status: expected 200, got 409")
    page.locator("#step-3").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("409 ALREADY_RESTARTED")


def test_the_token_is_asked_for_once(chromium: Browser) -> None:
    with serve(admin_token="sesame", clock="frozen") as guarded:
        context = chromium.new_context()
        seat = Seat(context, guarded, "default")
        page = seat.open("/clock")
        page.get_by_label("Admin token").fill("sesamo")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_have_text("That is not the token of this sandbox.")
        page.get_by_label("Admin token").fill("sesame")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="+1 h").click()
        expect(page.locator("#clock")).to_contain_text("01:00:00")
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_label("Admin token")).to_be_visible()
        context.close()


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_use_every_view(one_seat: Seat, view: str) -> None:
    page = one_seat.open(view)
    _open_all(page)
    wrong = _violations(page, "light", 1280, {}) + _violations(page, "dark", 400, OF_LOOKS)
    assert wrong == []
    assert one_seat.wrong == []


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 400)])
def test_a_call_is_well_seen_in_every_light(one_seat: Seat, scheme: Scheme, width: int) -> None:
    page = one_seat.open("/calls/1")
    assert _violations(page, scheme, width, OF_LOOKS) == []


def _violations(page: Page, scheme: Scheme, width: int, options: dict[str, Any]) -> list[Any]:
    """What axe finds, and whether something is wider than the window."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    wrong: list[Any] = [
        (scheme, width, each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in found["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append((scheme, width, "it is wider than the window", []))
    return wrong


def _open_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")


def test_the_keyboard_alone_reaches_everything(seat: Seat) -> None:
    seat.resume("order-9")
    wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary"
    for view in ("/calls", "/calls/1", "/clock"):
        page = seat.open(view)
        page.evaluate(
            "(wanted) => document.querySelectorAll(wanted).forEach((each, n) => "
            "{ if (each.checkVisibility()) each.dataset.stop = n; })",
            wanted,
        )
        stops = set(
            page.evaluate(
                "[...document.querySelectorAll('[data-stop]')].map((each) => each.dataset.stop)"
            )
        )
        page.evaluate(
            "window.reached = []; document.addEventListener('focusin', (event) => "
            "window.reached.push(event.target.dataset.stop))"
        )
        for _ in range(len(stops) + 5):
            page.keyboard.press("Tab")
        reached = set(page.evaluate("window.reached"))
        assert stops - reached == set()
    page.evaluate("document.activeElement.blur()")
    seat.open("/calls")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
