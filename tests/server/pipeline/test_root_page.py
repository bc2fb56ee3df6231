"""The bare root in a browser: a page that loads nothing and runs nothing, and counts as no call."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from understudy.client import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.settings import FROZEN, Settings

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
VOID = ("meta", "link")


class Page(HTMLParser):
    """A page's tags, its links and its text; refuses what is not closed."""

    def __init__(self, answer: Answered) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.refers: list[str] = []
        self.cells: list[str] = []
        self._open: list[str] = []
        self.feed(answer.body.decode())
        self.close()
        assert self._open == []
        self.text = "".join(self.cells)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open += [] if tag in VOID else [tag]
        said = {name: value or "" for name, value in attrs}
        self.links += [said["href"]] if tag == "a" else []
        self.refers += [v for n, v in said.items() if tag != "a" and n in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.cells.append(data)


def ask(
    accept: str = BROWSER,
    target: str = "/",
    method: str = "GET",
    host: str = "localhost:4010",
    **settings: Any,
) -> Answered:
    with InProcess(create_app(Settings(clock=FROZEN, **settings))) as process:
        return process.ask(method, target, (("accept", accept), ("host", host)))


def test_a_browser_is_shown_where_everything_is() -> None:
    answer = ask()
    page = Page(answer)
    assert answer.status == 200
    assert dict(answer.headers)["content-type"] == "text/html; charset=utf-8"
    assert "Understudy is running" in page.text
    for vendor in (
        "looply/v2/workflows",
        "refold",
        "cloudflare/client/v4",
        "interactly",
        "hydracore",
    ):
        assert f"http://localhost:4010/{vendor}" in page.text
    assert "understudy env looply --url http://localhost:4010\n" in page.text
    assert "understudy why default.latest" in page.text


def test_what_it_links_to_answers() -> None:
    with InProcess(create_app(Settings(vendors=("looply",), clock=FROZEN))) as process:
        headers = (("accept", BROWSER), ("host", "127.0.0.1:4010"))
        page = Page(process.ask("GET", "/", headers))
        assert len(page.links) == 7
        for link in page.links:
            path = link.removeprefix("http://127.0.0.1:4010")
            assert (path, process.ask("GET", path).status) == (path, 200)
        assert "understudy env looply\n" in page.text, "the usual address needs no --url"


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/robots.txt"])
def test_what_a_browser_asks_for_is_no_call_of_the_session(path: str) -> None:
    with InProcess(create_app(Settings(vendors=("looply",), clock=FROZEN))) as process:
        process.ask("GET", "/__admin/sessions/default")
        answer = process.ask("GET", path, (("accept", BROWSER),))
        told = json.loads(process.ask("GET", "/__admin/sessions/default/requests").body)
        coverage = json.loads(process.ask("GET", "/__admin/sessions/default/coverage").body)
    assert answer.status in (200, 404)
    assert told["requests"] == []
    assert coverage["mistakes"] == []


def test_a_program_at_the_root_is_told_that_it_runs() -> None:
    told = json.loads(ask("*/*").body)
    assert told["title"] == "Nothing is served at the root"
    assert told["detail"] == "Understudy is running; each API that it serves is below its own name"
    assert "/looply, " in told["fix"]


def test_it_loads_nothing_and_runs_nothing() -> None:
    answer = ask()
    page = Page(answer)
    assert page.refers == ["data:,"]
    assert not {"script", "img", "iframe", "form", "object"} & set(page.tags)
    policy = dict(answer.headers)["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@pytest.mark.parametrize(
    ("accept", "target", "method"),
    [
        ("*/*", "/", "GET"),
        ("", "/", "GET"),
        ("application/json, text/html", "/", "GET"),
        ("text/html;q=0.5, application/problem+json", "/", "GET"),
        (BROWSER, "/", "POST"),
        (BROWSER, "/", "HEAD"),
        (BROWSER, "/nowhere", "GET"),
        (BROWSER, "/__admin/nowhere", "GET"),
    ],
)
def test_everybody_else_gets_json(accept: str, target: str, method: str) -> None:
    answer = ask(accept, target, method)
    assert answer.status == 404
    assert dict(answer.headers)["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ['x"><script>alert(1)</script>', "x/y", "a b", ""])
def test_a_host_that_is_none_is_not_repeated(host: str) -> None:
    page = Page(ask(host=host))
    assert "script" not in page.tags
    assert "http://127.0.0.1:4010/looply/v2/workflows" in page.text


def test_a_session_of_its_own_stands_in_its_urls() -> None:
    for page in (Page(ask(target="/~shop/")), Page(ask(target="/~shop"))):
        assert "http://localhost:4010/~shop/looply/v2/workflows" in page.text
        assert "understudy env looply --session shop " in page.text
        assert len(page.links) == 3, "the session has not begun"
    with InProcess(create_app(Settings(clock=FROZEN))) as process:
        process.ask("GET", "/~shop/looply/v2/workflows/getOrganizationWorkflows")
        page = Page(process.ask("GET", "/~shop/", (("accept", BROWSER),)))
    assert page.links[-1].endswith("/__admin/sessions/shop/coverage")
    strict = Page(ask(require_session=True, admin_token="sesame"))
    assert "http://localhost:4010/~mine/looply/v2/workflows" in strict.text
    assert "It wants the token" in strict.text
    assert "sesame" not in strict.text
