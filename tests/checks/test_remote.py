"""A check of a sandbox that somebody else serves gets a session of its own there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from tests.foreign_server import foreign_server
from understudy.checks import conformance, targets
from understudy.client import create_app
from understudy.errors import InputError
from understudy.server.wire.thread_server import ThreadServer
from understudy.settings import Settings
from understudy.vendors import VENDORS


@contextmanager
def sandbox(**statuses: int) -> Iterator[tuple[str, list[str]]]:
    """A server with these statuses by method, its address, and what it was asked."""
    asked: list[str] = []

    def answer(method: str, path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        asked.append(f"{method} {path}")
        return statuses[method], json.dumps({"name": "s-1"}).encode()

    with foreign_server(answer) as origin:
        yield origin, asked


def test_a_session_is_made_and_taken_away() -> None:
    with sandbox(GET=200, POST=201, DELETE=204) as (url, asked):
        with targets.session(f"{url}/", "looply") as base:
            assert base == f"{url}/~s-1"
        assert asked == [
            "GET /__admin/health",
            "POST /__admin/sessions",
            "DELETE /__admin/sessions/s-1",
        ]


def test_the_session_goes_even_when_the_check_breaks() -> None:
    with sandbox(GET=200, POST=201, DELETE=204) as (url, asked):
        with pytest.raises(ZeroDivisionError), targets.session(url, "looply"):
            raise ZeroDivisionError
        assert asked[-1] == "DELETE /__admin/sessions/s-1"


def test_without_the_token_the_first_call_makes_the_session() -> None:
    with (
        sandbox(GET=200, POST=401, DELETE=401) as (url, _),
        targets.session(url, "looply") as base,
    ):
        assert base == f"{url}/~check-looply"


def test_a_session_that_is_named_is_used_as_it_is() -> None:
    with sandbox(GET=200) as (url, asked):
        with targets.session(f"{url}/~mine", "looply") as base:
            assert base == f"{url}/~mine"
        assert asked == ["GET /__admin/health"]


def test_the_admin_api_has_no_session() -> None:
    with sandbox(GET=200) as (url, _), targets.session(url, "admin") as base:
        assert base == url


@pytest.mark.parametrize(
    ("token", "told"), [(None, "it wants an admin token"), ("no", "it wants another admin token")]
)
def test_a_token_that_is_wanted_is_told(token: str | None, told: str) -> None:
    app = create_app(Settings(vendors=("looply",), admin_token="sesame"))
    with (
        ThreadServer(app) as server,
        pytest.raises(InputError) as caught,
        targets.session(server.url, "admin", token),
    ):
        pass
    assert str(caught.value) == (f"{server.url}: {told}. Say --admin-token, as it was started with")


def test_a_vendor_that_is_not_served_there_is_told() -> None:
    with ThreadServer(create_app(Settings(vendors=("looply", "refold")))) as server:
        with pytest.raises(InputError) as caught, targets.session(server.url, "hydracore"):
            pass
        assert targets.served(server.url) == ("looply", "refold")
    assert str(caught.value) == f"{server.url}: no hydracore is served there. It has looply, refold"


def test_a_sandbox_that_runs_is_true_to_the_admin_contract(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "northwind.example")
    monkeypatch.delenv("NO_PROXY", raising=False)
    app = create_app(Settings(vendors=("looply",), admin_token="sesame"))
    with ThreadServer(app) as server:
        report = conformance.run(VENDORS, ["admin"], url=server.url, token="sesame", max_examples=1)
    assert os.environ["no_proxy"] == "northwind.example"
    assert "NO_PROXY" not in os.environ
    assert report.clean
    [outcome] = report.vendors
    assert [each for each in outcome.operations if each.allowances] == []


def test_what_is_no_sandbox_is_told() -> None:
    with (
        sandbox(GET=404) as (url, _),
        pytest.raises(InputError, match="/__admin/health says 404") as caught,
        targets.session(url, "looply"),
    ):
        pass
    assert caught.value.fix == "Start one with: understudy serve"


def test_nobody_there_is_told() -> None:
    with sandbox(GET=200) as (url, _):
        pass
    with (
        pytest.raises(InputError, match=f"no sandbox answers at {url}"),
        targets.session(url, "looply"),
    ):
        pass
