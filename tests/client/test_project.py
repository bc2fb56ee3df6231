"""A sandbox in this process, and a server in a thread, as the project file says."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.project.folders import project_in
from understudy.client import InputError, Sandbox, serve

NOTHING_ELSE = "understudy: 1\nserve: { orders: ./orders.yaml, looply: }\n"


@pytest.fixture(autouse=True)
def _found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNDERSTUDY_NO_PROJECT")
    monkeypatch.chdir(tmp_path)


def test_the_project_of_the_folder_is_served(tmp_path: Path) -> None:
    project_in(tmp_path)
    with Sandbox() as sandbox, sandbox.orders.client() as client:
        assert sandbox.names == ("orders",)
        assert client.get("/orders/ord1").status_code == 503
        assert client.get("/orders/ord1").json() == {"id": "ord1", "item": "tea"}
        session = sandbox.ask("GET", "")
    assert (session["seed"], session["clock"]["now"]) == (5, "2026-03-01T10:00:00.000Z")


def test_what_is_said_wins(tmp_path: Path) -> None:
    project_in(tmp_path)
    with Sandbox(seed=7, clock="2026-04-01T00:00:00Z") as sandbox:
        session = sandbox.ask("GET", "")
    assert (session["seed"], session["clock"]["now"]) == (7, "2026-04-01T00:00:00.000Z")
    with serve(seed=8, clock="frozen") as server:
        told = httpx.get(f"{server.url}/__admin/sessions").json()["sessions"][0]
    assert (told["seed"], told["clock"]["now"]) == (8, "2026-01-01T00:00:00.000Z")


def test_vendors_are_chosen_among_those_of_the_project_or_served_beside(tmp_path: Path) -> None:
    project_in(tmp_path, NOTHING_ELSE)
    with Sandbox(vendors=["looply"]) as sandbox:
        assert sandbox.names == ("looply",)
    with Sandbox(vendors=["orders", "refold"]) as sandbox:
        assert sandbox.names == ("orders", "refold")


def test_documents_stand_beside_those_of_the_project_or_in_their_place(tmp_path: Path) -> None:
    project_in(tmp_path, NOTHING_ELSE)
    other = tmp_path / "other.yaml"
    other.write_text("openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: {}\n")
    with Sandbox(documents={"other": other}) as sandbox:
        assert sandbox.names == ("orders", "other", "looply")
    with Sandbox(documents={"orders": other}) as sandbox:
        assert sandbox.names == ("orders", "looply")
        with sandbox.orders.client() as client:
            assert client.get("/orders/ord1").status_code == 404
    with Sandbox(documents=["orders.yaml"]) as sandbox:  # the same file, by its name there
        assert sandbox.names == ("orders", "looply")


def test_no_project_is_said_by_false(tmp_path: Path) -> None:
    project_in(tmp_path)
    with Sandbox(project=False) as sandbox:
        assert "looply" in sandbox.names
        assert "orders" not in sandbox.names


def test_a_project_is_for_a_sandbox_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a project is for a sandbox of its own. Say it where"):
        Sandbox("http://127.0.0.1:9", project=project_in(tmp_path))


def test_a_broken_one_is_one_clear_error(tmp_path: Path) -> None:
    project_in(tmp_path, "understudy: 1\nserv: {}\n")
    with pytest.raises(InputError, match=r"^understudy.yaml:2:1: `serv` is no key of a project"):
        Sandbox()


def test_a_mistake_in_its_world_has_its_column(tmp_path: Path) -> None:
    text = f"{NOTHING_ELSE}world:\n  orders:\n    orders:\n      - {{ itme: tea }}\n"
    project_in(tmp_path, text)
    with pytest.raises(InputError) as caught:
        Sandbox()
    assert str(caught.value).startswith("understudy.yaml:6:11: ")


def test_a_snapshot_goes_on_where_there_is_no_project(tmp_path: Path) -> None:
    project_in(tmp_path, NOTHING_ELSE)
    with Sandbox() as sandbox, sandbox.orders.client() as client:
        made = client.post("/orders", json={"item": "tea"}).json()
        snapshot = sandbox.snapshot()
    documents = {"orders": "orders.yaml"}
    with Sandbox(project=False, documents=documents, vendors=["looply"]) as other:
        other.restore(snapshot)
        with other.orders.client() as client:
            assert client.get(f"/orders/{made['id']}").json() == made
            other.reset()
            assert client.get(f"/orders/{made['id']}").status_code == 404


def test_a_story_knows_the_names_of_the_projects_world(tmp_path: Path) -> None:
    project_in(tmp_path)
    story = (
        "understudy: 1\nrules:\n"
        '  - { operation: getOrder, when: { id: "${first.id}" }, reply: { status: 418, '
        "undocumented: true } }\n"
    )
    with Sandbox(scenario=story) as sandbox, sandbox.orders.client() as client:
        assert client.get("/orders/ord1").status_code == 418
