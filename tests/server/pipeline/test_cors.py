"""Pages of other origins: a browser's questions are answered, and nobody else notices."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import httpx
import pytest

from tests.server.looply_sandbox import KEY, PAYLOAD, LooplySandbox
from understudy.client import create_app
from understudy.errors import InputError
from understudy.openapi.operation import Match, Miss
from understudy.server.inprocess import Answered
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import FROZEN, Settings

LIST = "/looply/v2/workflows/getOrganizationWorkflows?limit=1"
RESUME = "/looply/v2/workflows/resumeWorkflow/order-1001"
NAMES = ("Access-Control-Request-Method", "Access-Control-Request-Headers", "Origin")
LOCAL = (
    "http://localhost:5173",
    "https://localhost",
    "http://127.0.0.1:3000",
    "http://[::1]:8080",
    "http://app.localhost:8000",
)
FOREIGN = (
    "https://app.example",
    "http://localhost.example",
    "http://127.0.0.1.example",
    "http://localhost:5173/path",
    "null",
    "nonsense",
    "http://localhost:5173, http://localhost:5174",
)


def headers_of(answer: Answered) -> Mapping[str, str]:
    return {name: value for name, value in answer.headers if name != "x-understudy-request"}


def asked(
    looply: LooplySandbox, method: str, target: str, origin: str, *more: tuple[str, str]
) -> Answered:
    return looply.process.ask(method, target, (("origin", origin), *more))


def preflight(looply: LooplySandbox, target: str, origin: str) -> Answered:
    """What a browser asks before a POST with a key and JSON."""
    wanted = ("access-control-request-headers", "content-type,x-api-key")
    return asked(
        looply, "OPTIONS", target, origin, ("access-control-request-method", "POST"), wanted
    )


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox() as looply:
        yield looply


@pytest.mark.parametrize("origin", LOCAL)
@pytest.mark.parametrize("target", [RESUME, f"/~mine{RESUME}", "/nowhere", "/looply/nowhere"])
def test_a_browsers_question_is_answered_by_the_sandbox(
    origin: str, target: str, looply: LooplySandbox
) -> None:
    answer = preflight(looply, target, origin)
    said = headers_of(answer)
    assert (answer.status, answer.body) == (204, b"")
    assert said["access-control-allow-origin"] == origin
    assert said["access-control-allow-headers"] == "content-type,x-api-key"
    assert {"POST", "DELETE"} <= set(said["access-control-allow-methods"].split(", "))
    assert said["x-understudy"].startswith("operation=-, by=sandbox, ")
    assert dict(looply.sandbox.sessions) == {}


@pytest.mark.parametrize("origin", LOCAL)
def test_a_page_of_this_machine_may_read_the_answers(origin: str, looply: LooplySandbox) -> None:
    plain = looply.process.ask("GET", LIST, (KEY,))
    answer = asked(looply, "GET", LIST, origin, KEY)
    told, before = headers_of(answer), headers_of(plain)
    assert (answer.status, answer.body) == (200, plain.body)
    assert told["access-control-allow-origin"] == origin
    assert told["vary"] == "Origin"
    shown = told["access-control-expose-headers"].split(", ")
    assert {"x-understudy", "x-understudy-request", "date"} <= set(shown)
    assert {name: told[name] for name in before} == before


@pytest.mark.parametrize("target", ["/nowhere", "/~a:b/looply", f"{LIST}&{'x' * 9000}"])
def test_it_may_read_what_the_sandbox_itself_refuses(target: str, looply: LooplySandbox) -> None:
    answer = asked(looply, "GET", target, LOCAL[0])
    assert answer.status in (400, 404, 414)
    assert headers_of(answer)["access-control-allow-origin"] == LOCAL[0]


def test_it_may_read_an_answer_that_came_late(looply: LooplySandbox) -> None:
    looply.rule("getOrganizationWorkflows", fault={"latency": "10ms"}, times=1)
    answer = asked(looply, "GET", LIST, LOCAL[0], KEY)
    assert headers_of(answer)["access-control-allow-origin"] == LOCAL[0]


def test_the_journal_keeps_the_answer_as_the_vendor_gives_it(looply: LooplySandbox) -> None:
    asked(looply, "GET", LIST, LOCAL[0], KEY)
    assert "access-control" not in json.dumps(looply.why()["reply"]).lower()


def test_an_answer_that_says_who_may_read_it_stays(looply: LooplySandbox) -> None:
    reply = {"status": 200, "headers": {"access-control-allow-origin": "*"}, "body": []}
    looply.rule("getOrganizationWorkflows", reply=reply | {"undocumented": True})
    told = headers_of(asked(looply, "GET", LIST, LOCAL[0], KEY))
    assert told["access-control-allow-origin"] == "*"
    assert "vary" not in told


def test_what_an_answer_says_of_cookies_is_not_said_twice(looply: LooplySandbox) -> None:
    reply = {"status": 200, "headers": {"Access-Control-Allow-Credentials": "true"}, "body": []}
    looply.rule("getOrganizationWorkflows", reply=reply | {"undocumented": True})
    answer = asked(looply, "GET", LIST, LOCAL[0], KEY)
    assert [value for name, value in answer.headers if name.endswith("-credentials")] == ["true"]
    assert headers_of(answer)["access-control-allow-origin"] == LOCAL[0]


@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_from_elsewhere_are_refused_in_words(origin: str, looply: LooplySandbox) -> None:
    answer = preflight(looply, RESUME, origin)
    told = json.loads(answer.body)
    assert (answer.status, told["title"]) == (403, "No page of that origin")
    assert "access-control-allow-origin" not in headers_of(answer)
    if origin == FOREIGN[0]:
        assert told["fix"] == "Start it with `understudy serve --cors https://app.example`"
    plain = looply.process.ask("GET", LIST, (KEY,))
    assert headers_of(asked(looply, "GET", LIST, origin, KEY)) == headers_of(plain)


def test_the_log_says_once_what_a_browser_keeps_to_itself(
    looply: LooplySandbox, caplog: pytest.LogCaptureFixture
) -> None:
    for origin in (*FOREIGN, *FOREIGN, f"http://{'x' * 100}"):
        preflight(looply, RESUME, origin)
    for number in range(30):
        preflight(looply, RESUME, f"http://{number}.example")
    told = [each.getMessage() for each in caplog.records]
    line = "a page of {0} was refused; serve --cors {0} lets it in"
    assert told[0] == line.format("https://app.example")
    assert told[3:5] == [line.format("null"), line.format("http://0.example")]
    assert len(told) == 20


def test_origins_that_are_named_may_ask_beside_those_of_this_machine() -> None:
    with LooplySandbox(cors=("https://app.example", "null")) as looply:
        found = [
            preflight(looply, RESUME, origin).status
            for origin in ("https://app.example", "null", LOCAL[0], "https://app.example:8443")
        ]
    assert found == [204, 204, 204, 403]


def test_any_origin_may_be_let_in() -> None:
    with LooplySandbox(cors=("*",)) as looply:
        found = [preflight(looply, RESUME, origin).status for origin in FOREIGN[:3]]
        told = headers_of(asked(looply, "GET", LIST, FOREIGN[0], KEY))
    assert found == [204, 204, 204]
    assert told["access-control-allow-origin"] == FOREIGN[0]


def test_it_can_be_switched_off() -> None:
    with LooplySandbox(cors=("off",)) as looply:
        plain = looply.process.ask("GET", LIST, (KEY,))
        assert headers_of(asked(looply, "GET", LIST, LOCAL[0], KEY)) == headers_of(plain)
        assert (preflight(looply, RESUME, LOCAL[0]).status, looply.why()["method"]) == (
            405,
            "OPTIONS",
        )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("off", "*"), "cors: off and an origin exclude each other. Say one of them"),
        (("https://app.example/",), "cors: 'https://app.example/' is no origin. Write it like"),
        (("app.example",), "cors: 'app.example' is no origin. Write it like"),
        (tuple("abcdefgh"), "cors: 'a' is no origin. Write it like"),
    ],
)
def test_what_is_no_origin_is_refused(said: tuple[str, ...], told: str) -> None:
    with pytest.raises(InputError) as refused:
        create_app(Settings(cors=said))
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize("missing", [("origin",), ("access-control-request-method",)])
def test_another_options_is_the_vendors(missing: tuple[str, ...], looply: LooplySandbox) -> None:
    sent = {"origin": LOCAL[0], "access-control-request-method": "POST"}
    headers = [(name, value) for name, value in sent.items() if name not in missing]
    answer = looply.process.ask("OPTIONS", RESUME, headers)
    assert (answer.status, headers_of(answer)["allow"]) == (405, "POST")
    assert looply.why()["operation"] is None


def test_a_vendor_that_has_options_is_asked_itself(
    looply: LooplySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = looply.sandbox.contract("looply")

    class Asking(NamedTuple):
        before: str

        def find(self, method: str, last: str, query: str = "") -> Match | Miss:
            meant = "GET" if method == "OPTIONS" else method
            found: Match | Miss = contract.find(meant, f"{self.before}/{last}")
            return found

    monkeypatch.setitem(looply.sandbox._contracts, "looply", replace(contract, below=Asking))
    answer = asked(
        looply, "OPTIONS", LIST, LOCAL[0], KEY, ("access-control-request-method", "OPTIONS")
    )
    assert (answer.status, looply.why()["operation"]) == (200, "getOrganizationWorkflows")


def test_over_the_network_a_page_asks_and_posts() -> None:
    with ThreadServer(create_app(Settings(vendors=("looply",), clock=FROZEN))) as server:
        page = {"Origin": LOCAL[0]}
        wanted = {NAMES[0]: "POST", NAMES[1]: "content-type, x-api-key, x-understudy-session"}
        with httpx.Client(base_url=server.url, trust_env=False) as browser:
            before = browser.options(RESUME, headers=page | wanted)
            done = browser.post(RESUME, headers=page | dict([KEY]), json=PAYLOAD)
            requests = browser.get("/__admin/sessions/default/requests", headers=page)
    assert (before.status_code, before.content) == (204, b"")
    assert before.headers["access-control-allow-headers"] == wanted[NAMES[1]]
    assert (done.status_code, done.headers["access-control-allow-origin"]) == (200, LOCAL[0])
    assert [each["method"] for each in requests.json()["requests"]] == ["POST"]


@pytest.mark.parametrize("asked_for", ["x\x01y", "a b", "", "a,,b"])
def test_nothing_that_a_browser_would_not_say_comes_back(
    asked_for: str, looply: LooplySandbox
) -> None:
    wanted = ("access-control-request-headers", asked_for)
    answer = asked(
        looply, "OPTIONS", RESUME, LOCAL[0], ("access-control-request-method", "PUT"), wanted
    )
    assert answer.status == 204
    assert "access-control-allow-headers" not in headers_of(answer)


CROSS = ("sec-fetch-site", "cross-site")


@pytest.mark.parametrize("sent", [("origin", "https://app.example"), ("origin", "null"), CROSS])
def test_a_page_of_another_site_begins_no_session(
    looply: LooplySandbox, sent: tuple[str, str]
) -> None:
    for number in range(3):
        answer = looply.process.ask("GET", f"/~e{number}{LIST}", (KEY, sent))
        told = json.loads(answer.body)
        assert (answer.status, told["title"]) == (400, "Session refused")
        assert told["fix"].startswith("Begin it first: POST /__admin/sessions")
    header = ("x-understudy-session", "mine")
    assert looply.process.ask("GET", LIST, (KEY, sent, header)).status == 400
    behind = (KEY[0], f"{KEY[1]}~mine")
    assert looply.process.ask("GET", LIST, (behind, sent)).status == 400
    assert looply.sandbox.sessions.keys() <= {"default"}
    looply.sandbox.create("mine")
    assert looply.process.ask("GET", LIST, (KEY, sent, header)).status == 200, "it is there"


@pytest.mark.parametrize(
    "sent",
    [
        (("origin", "http://localhost:5173"),),
        (("origin", "http://localhost:5173"), CROSS),
        (("sec-fetch-site", "same-site"),),
        (("sec-fetch-site", "none"),),
        (),
    ],
)
def test_pages_of_this_machine_and_programs_begin_sessions(
    looply: LooplySandbox, sent: tuple[tuple[str, str], ...]
) -> None:
    assert looply.process.ask("GET", f"/~mine{LIST}", (KEY, *sent)).status == 200
    assert "mine" in looply.sandbox.sessions


@pytest.mark.parametrize("cors", ["*", "https://app.example"])
def test_pages_that_were_let_in_begin_sessions(cors: str) -> None:
    with LooplySandbox(cors=(cors,)) as looply:
        sent = ("origin", "https://app.example")
        assert looply.process.ask("GET", f"/~mine{LIST}", (KEY, sent, CROSS)).status == 200
