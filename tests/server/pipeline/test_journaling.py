"""What is kept of a call: no key of it, and nothing of the session once that is gone."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from msgspec import Struct

from tests.server.looply_sandbox import KEY, LooplySandbox
from understudy.server.sessions.session import Session
from understudy.simulation.world import World

SECRET = KEY[1]
LIST = "/looply/v2/workflows/getOrganizationWorkflows"
WORKFLOWS = "/cloudflare/client/v4/accounts/6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01/workflows"
TOKEN = ("authorization", "Bearer cf-token-northwind")


@pytest.fixture
def looply() -> Iterator[LooplySandbox]:
    with LooplySandbox(vendors=("looply", "cloudflare")) as made:
        yield made


def texts(thing: Any, seen: set[int]) -> Iterator[str]:
    """Every text that can be reached from a thing, however deep."""
    if id(thing) in seen or thing is None or isinstance(thing, int | float | type):
        return
    seen.add(id(thing))
    if isinstance(thing, bytes | str):
        yield thing if isinstance(thing, str) else thing.decode("latin-1")
    elif isinstance(thing, dict):
        yield from texts([*thing, *thing.values()], seen)
    elif isinstance(thing, list | tuple | set):
        for each in thing:
            yield from texts(each, seen)
    elif isinstance(thing, partial):
        yield from texts([*thing.args, thing.keywords], seen)
    elif isinstance(thing, Struct):
        told = [getattr(thing, name, None) for name in thing.__struct_fields__]
        yield from texts(told, seen)
    else:
        named = [getattr(thing, name, None) for name in getattr(type(thing), "__slots__", ())]
        yield from texts([*named, getattr(thing, "__dict__", None)], seen)


def kept(looply: LooplySandbox) -> list[str]:
    """All that the entries of the default session's journal hold."""
    return list(texts([*looply.sandbox.sessions["default"].journal], set()))


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        (LIST, [KEY]),
        (f"{LIST}?limit=0", [KEY]),
        (f"{LIST}?apiKey={SECRET}", []),
        (f"{LIST}?%6Bey={SECRET}", [KEY]),
        (f"{LIST}?auth[accessToken]={SECRET}", [KEY]),
        ("/looply/nowhere", [("authorization", f"Bearer {SECRET}")]),
        (LIST, [("x-key", SECRET)]),
        (LIST, [("x-anything", SECRET), ("x-other", f"Bearer {SECRET}~default")]),
    ],
)
def test_no_key_is_kept(looply: LooplySandbox, target: str, headers: list[tuple[str, str]]) -> None:
    looply.process.ask("GET", target, headers)
    assert [each for each in kept(looply) if SECRET in each] == []
    told = looply.why()
    told.pop("curl")  # has the caller's key from the world, not from the call
    assert SECRET not in json.dumps(told)


def test_of_what_came_in_the_wrong_header_its_kind_is_kept(looply: LooplySandbox) -> None:
    looply.process.ask("GET", LIST, [("x-anything", f"Bearer {SECRET}")])
    told = looply.why()
    assert told["request"]["headers"]["x-anything"] == "Bearer ***"
    assert told["because"] == (
        "the key of 'default' came as x-anything: Bearer KEY; this key belongs in x-api-key"
    )


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("GET", WORKFLOWS, None),
        ("GET", f"{WORKFLOWS}/first/instances/nobody", None),
        ("PUT", f"{WORKFLOWS}/reminder", {"schedules": [{"cron": "61 * * * *"}]}),
    ],
)
def test_what_a_fork_remembers_keeps_no_deleted_session_alive(
    looply: LooplySandbox, method: str, target: str, body: Any
) -> None:
    told = None if body is None else {"script_name": "s", "class_name": "C", **body}
    content = b"" if told is None else json.dumps(told).encode()
    looply.process.ask("POST", "/__admin/sessions", (), b'{"name": "mine"}')
    headers = (TOKEN, ("content-type", "application/json"))
    looply.process.ask(method, f"/~mine{target}", headers, content)
    looply.process.ask("POST", "/__admin/sessions/mine/fork", (), b'{"name": "twin"}')
    session = looply.sandbox.sessions["mine"]
    gone = {id(session), id(session.world("cloudflare"))}
    del session
    assert looply.process.ask("DELETE", "/__admin/sessions/mine").status == 204
    gc.collect()
    assert [each for each in gc.get_objects() if id(each) in gone and is_of_a_session(each)] == []
    assert len(looply.sandbox.sessions["twin"].journal) == 1


def is_of_a_session(thing: object) -> bool:
    return isinstance(thing, Session | World)
