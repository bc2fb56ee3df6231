"""The bare root in a browser: it leads to the console, and counts as no call."""

from __future__ import annotations

import json
from typing import Any

import pytest

from understudy.client import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.settings import FROZEN, Settings

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def ask(accept: str = BROWSER, target: str = "/", method: str = "GET", **settings: Any) -> Answered:
    with InProcess(create_app(Settings(clock=FROZEN, **settings))) as process:
        return process.ask(method, target, (("accept", accept), ("host", "localhost:4010")))


@pytest.mark.parametrize(
    ("target", "onward"),
    [
        ("/", "/__admin/console"),
        ("/~shop/", "/__admin/console/sessions/shop/calls"),
        ("/~shop", "/__admin/console/sessions/shop/calls"),
    ],
)
def test_a_browser_is_led_to_the_console(target: str, onward: str) -> None:
    answer = ask(target=target)
    assert (answer.status, dict(answer.headers)["location"]) == (303, onward)
    assert dict(answer.headers)["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/robots.txt"])
def test_what_a_browser_asks_for_is_no_call_of_the_session(path: str) -> None:
    with InProcess(create_app(Settings(vendors=("looply",), clock=FROZEN))) as process:
        process.ask("GET", "/__admin/sessions/default")
        answer = process.ask("GET", path, (("accept", BROWSER),))
        told = json.loads(process.ask("GET", "/__admin/sessions/default/requests").body)
        coverage = json.loads(process.ask("GET", "/__admin/sessions/default/coverage").body)
    assert answer.status in (303, 404)
    assert told["requests"] == []
    assert coverage["mistakes"] == []


def test_a_program_at_the_root_is_told_that_it_runs() -> None:
    told = json.loads(ask("*/*").body)
    assert told["title"] == "Nothing is served at the root"
    assert told["detail"] == "Understudy is running; each API that it serves is below its own name"
    assert "/looply, " in told["fix"]


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
