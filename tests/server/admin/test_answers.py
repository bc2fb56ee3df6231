"""Every answer of our own contract is reached over HTTP; the list comes from the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.server.admin.admin_client import AdminClient
from understudy import resources
from understudy.openapi.compiler import compile_contract
from understudy.openapi.document import load
from understudy.openapi.operation import Answer, Operation
from understudy.server.admin.story_play import play_of

TOKEN = {"authorization": "Bearer open-sesame"}
CONTRACT = compile_contract("admin", load(resources.spec("admin")), "admin.yaml")
FORCED = {"operation": "resumeWorkflow", "reply": "ALREADY_RESTARTED"}
NAMES = {"vendor": "looply", "collection": "executions", "rule": "r1", "request": "1"}
NAMES |= {"session": "mine", "id": "11111111-aaaa-4bbb-8ccc-000000000001"}
TALE = """
understudy: 1
scenario: The list is read
vendor: looply
steps: [{ call: getOrganizationWorkflows, expect: { status: 200 } }]
"""
STORY = "replay-text"  # the session that plays it
RECORDS = "?vendor=looply&collection=executions"

SNAPSHOT: dict[str, Any] = CONTRACT.operations["getSnapshot"].answers["TAKEN"].example


class Ask(NamedTuple):
    """How an answer differs from the operation's usual call."""

    names: Mapping[str, str] = MappingProxyType({})
    query: str = ""
    body: Any = None


# What an operation needs to succeed, beside the names in its path.
USUAL: dict[str, Ask] = {
    "createSession": Ask(body={"name": "other"}),
    "setClock": Ask(body={"speed": 0}),
    "restoreSnapshot": Ask(body=SNAPSHOT),
    "advanceClock": Ask(body={"by": "1s"}),
    "loadScenario": Ask(body={"name": "looply/lost-answer"}),
    "addRules": Ask(body=FORCED),
    "changeRule": Ask(body={"on": False}),
    "playStory": Ask(body={"text": TALE}),
    "getStory": Ask({"session": STORY}),
    "playNextStep": Ask({"session": STORY}, body={"all": True}),
    "verify": Ask(body={"operation": "resumeWorkflow", "times": 1}),
    "listRecords": Ask(query=RECORDS),
    "makeRecord": Ask(body={"workflow": "approval", "process_id": "order-7"}),
    "changeRecord": Ask(body={"event": "fail"}),
}
MISSING: dict[str, Ask] = {
    "SESSION_NOT_FOUND": Ask({"session": "nobodys"}),
    "VENDOR_NOT_FOUND": Ask({"vendor": "acme"}, "?vendor=acme&collection=executions"),
    "COLLECTION_NOT_FOUND": Ask({"collection": "runs"}, "?vendor=looply&collection=runs"),
    "RECORD_NOT_FOUND": Ask({"id": "x"}, f"{RECORDS}&after=x"),
    "RULE_NOT_FOUND": Ask({"rule": "r9"}, "?after=r9"),
    "REQUEST_NOT_FOUND": Ask({"request": "9"}),
    "STORY_NOT_FOUND": Ask({"session": "mine"}),
}
OTHERS: dict[tuple[str, str], Ask] = {
    ("createSession", "SESSION_EXISTS"): Ask(body={"name": "mine"}),
    ("createSession", "SCENARIO_NOT_FOUND"): Ask(body={"scenario": "none"}),
    ("createSession", "SCENARIO_REFUSED"): Ask(body={"scenario": "understudy: 2"}),
    ("createSession", "CLOCK_REFUSED"): Ask(body={"clock": {"at": "9998-12-31T23:59:59-01:00"}}),
    ("forkSession", "SESSION_EXISTS"): Ask(body={"name": "mine"}),
    ("deleteSession", "DEFAULT_SESSION"): Ask({"session": "default"}),
    ("restoreSnapshot", "SNAPSHOT_REFUSED"): Ask(body=SNAPSHOT | {"seed": 8}),
    ("setClock", "CLOCK_REFUSED"): Ask(body={"at": "1970-01-01T00:00:00Z"}),
    ("advanceClock", "CLOCK_REFUSED"): Ask(body={"to": "1970-01-01T00:00:00Z"}),
    ("loadScenario", "SCENARIO_NOT_FOUND"): Ask(body={"name": "none"}),
    ("loadScenario", "SCENARIO_REFUSED"): Ask(body={"scenario": {"understudy": 2}}),
    ("playStory", "SCENARIO_NOT_FOUND"): Ask(body={"name": "none"}),
    ("playStory", "SCENARIO_REFUSED"): Ask(body={"text": "understudy: 2"}),
    ("addRules", "OPERATION_NOT_FOUND"): Ask(body=FORCED | {"operation": "resume"}),
    ("addRules", "RULE_REFUSED"): Ask(body=FORCED | {"reply": "NONE"}),
    ("makeRecord", "RECORD_REFUSED"): Ask(body={"workflow": "nobodys"}),
    ("changeRecord", "RECORD_REFUSED"): Ask(body={"event": "resume"}),
    ("deleteRule", "MAGIC_RULE"): Ask({"rule": "m-looply-1"}),
    ("changeRule", "MAGIC_RULE"): Ask({"rule": "m-looply-1"}, body={"place": 1}),
    ("listRequests", "OPERATION_NOT_FOUND"): Ask(query="?operation=resume"),
    ("verify", "OPERATION_NOT_FOUND"): Ask(body={"operation": "resume"}),
    ("verify", "NOT_VERIFIED"): Ask(body={"operation": "resumeWorkflow", "times": 0}),
    ("verify", "EXPECTATION_REFUSED"): Ask(
        body={"operation": "resumeWorkflow", "when": {"no": "parameter"}}
    ),
}


def every() -> Iterator[Any]:
    for operation in CONTRACT.operations.values():
        for answer in operation.answers.values():
            yield pytest.param(operation, answer, id=f"{operation.id}.{answer.name}")


@pytest.fixture(scope="module")
def shared() -> AdminClient:
    return opened()


# Answers that need other bounds.
OF_ITS_OWN = {"TOO_MANY_SESSIONS": {"sessions": 1}, "TAKEN": {"snapshot_bytes": 10_000_000}}
OF_ITS_OWN |= {"TOO_MANY_STREAMS": {"streams": 0}}


def opened(**settings: Any) -> AdminClient:
    """A sandbox with a token and small bounds for bodies and snapshots."""
    bounds = {"body_bytes": 1024, "snapshot_bytes": 1024}
    return AdminClient(admin_token="open-sesame", **(bounds | settings))


def prepare(admin: AdminClient) -> None:
    """Starts over: the session `mine` has a rule and a request."""
    for name in ("mine", "other", "session-1"):
        admin.sandbox.sessions.pop(name, None)
    admin.ask("POST", "/sessions", {"name": "mine"}, headers=TOKEN)
    admin.ask("POST", "/sessions/mine/rules", FORCED | {"skip": 9}, headers=TOKEN)
    admin.resume(session="mine")


def path_of(operation: Operation, names: Mapping[str, str], query: str) -> str:
    path = operation.path.removeprefix("/__admin")
    for name, value in {**NAMES, **names}.items():
        path = path.replace(f"{{{name}}}", value)
    known = [each for each in parse_qsl(query[1:]) if each[0] in operation.query_parameters]
    return f"{path}?{urlencode(known)}" if known else path


class Sent(NamedTuple):
    """A call as it is sent."""

    method: str
    path: str
    body: Any
    raw: bytes | None
    headers: dict[str, str]


def sent(operation: Operation, name: str) -> Sent:
    """The operation's call, changed so that it brings that answer about."""
    usual = USUAL.get(operation.id, Ask())
    ask = OTHERS.get((operation.id, name)) or MISSING.get(name) or usual
    body = ask.body if ask.body is not None else usual.body
    path = path_of(operation, ask.names, ask.query or usual.query)
    usually = Sent(operation.method, path, body, None, TOKEN)
    match name:
        case "UNAUTHORIZED":
            return usually._replace(headers={"authorization": "Bearer another"})
        case "TOO_MANY_STREAMS":
            return usually._replace(headers=TOKEN | {"accept": "text/event-stream"})
        case "FORBIDDEN":
            return usually._replace(headers=TOKEN | {"origin": "https://site.example"})
        case "METHOD_NOT_ALLOWED":
            return usually._replace(method="TRACE")
        case "PAYLOAD_TOO_LARGE":
            return usually._replace(body=None, raw=b"x" * 1025)
        case "UNSUPPORTED_MEDIA_TYPE":
            headers = TOKEN | {"content-type": "text/plain"}
            return usually._replace(body=None, raw=b"x: 1", headers=headers)
        case "MALFORMED_BODY":
            return usually._replace(body=None, raw=b"{")
        case "BAD_REQUEST":
            return _wrong(operation, usually)
        case _:
            return usually


def _wrong(operation: Operation, usually: Sent) -> Sent:
    """Names that are no UTF-8, a parameter that there is not, a body of another kind."""
    path = path_of(operation, dict.fromkeys(NAMES, "%FF"), "") + "?nobody-has-it=1"
    body: list[Any] | None = None if operation.body is None else []
    return usually._replace(path=path, body=body)


@pytest.mark.parametrize(("operation", "answer"), list(every()))
def test_an_answer_is_reached(shared: AdminClient, operation: Operation, answer: Answer) -> None:
    own = OF_ITS_OWN.get(answer.name)
    admin = shared if own is None else opened(**own)
    prepare(admin)
    if operation.id in ("getStory", "playNextStep"):
        admin.sandbox.sessions.pop(STORY, None)
        admin.ask("POST", "/stories", {"text": TALE}, headers=TOKEN)
    if answer.name == "STORY_REFUSED":
        play = play_of(admin.sandbox.sessions[STORY])
        assert play is not None
        play.is_busy = True
    call = sent(operation, answer.name)
    told = admin.ask(call.method, call.path, call.body, raw=call.raw, headers=call.headers)
    assert (told.status, told.answer) == (answer.status, answer.name)
