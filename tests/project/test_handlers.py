"""Functions by operationId beside a project: used, refused, and what they get wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.folders import project_in
from understudy.client import Sandbox
from understudy.errors import InputError

HEAD = "from understudy.vendor import Reply, refusal\n\n\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def sandbox_with(folder: Path, source: str) -> Sandbox:
    file = project_in(folder)
    (folder / "handlers.py").write_text(HEAD + source, encoding="utf-8")
    return Sandbox(project=file)


def test_a_function_answers_the_operation_that_it_is_called_after(tmp_path: Path) -> None:
    source = (
        "from beside import WORD\n\n\n"
        "def createOrder(request, world):\n"
        "    return Reply(201, {'id': 'x1', 'item': WORD + request.body['item']})\n"
    )
    (tmp_path / "beside.py").write_text("WORD = 'green '\n", encoding="utf-8")
    with sandbox_with(tmp_path, source) as sandbox, sandbox.orders.client() as client:
        reply = client.post("/orders", json={"item": "tea"})
        assert (reply.status_code, reply.json()) == (201, {"id": "x1", "item": "green tea"})
        client.get("/orders/ord1")
        assert client.get("/orders/ord1").json()["item"] == "tea"


def test_what_fails_is_told_with_its_line_and_changes_nothing(tmp_path: Path) -> None:
    source = (
        "def createOrder(request, world):\n"
        "    world.remove('orders', 'ord1')\n"
        "    if request.body['item'] == 'nothing':\n"
        "        return None\n"
        "    return request.body['size']\n"
    )
    with sandbox_with(tmp_path, source) as sandbox, sandbox.orders.client() as client:
        before = sandbox.orders.records("orders")
        reply = client.post("/orders", json={"item": "tea"})
        assert (reply.status_code, reply.json()["detail"]) == (
            500,
            "handlers.py:8: `createOrder` failed: KeyError: 'size'",
        )
        reply = client.post("/orders", json={"item": "nothing"})
        assert reply.json()["detail"] == (
            "handlers.py:4: `createOrder` returned nothing, not a Reply"
        )
        assert sandbox.orders.records("orders") == before


def test_its_own_refusal_changes_nothing_either(tmp_path: Path) -> None:
    source = (
        "def getOrder(request, world):\n"
        "    world.remove('orders', 'ord1')\n"
        "    raise refusal('SERVICE_UNAVAILABLE', 'it is Sunday')\n"
    )
    with sandbox_with(tmp_path, source) as sandbox, sandbox.orders.client() as client:
        before = sandbox.orders.records("orders")
        client.get("/orders/ord1")  # a rule of the project answers the first
        assert client.get("/orders/ord1").status_code == 503
        assert sandbox.why("latest")["because"] == "it is Sunday"
        assert sandbox.orders.records("orders") == before


MISTAKES = {
    "def creatOrder(request, world): ...": "handlers.py:4: no operation is called `creatOrder`. "
    "Did you mean `createOrder`? There are createOrder, getOrder; a name for itself begins with _",
    "def getOrder(request): ...": "handlers.py:4: `getOrder` takes request, and is called with a "
    "request and a world. Write def getOrder(request, world): ... return Reply(200, {...})",
    "async def getOrder(request, world): ...": "handlers.py:4: `getOrder` is async, and nothing "
    "may wait while a request is answered. "
    "Write def getOrder(request, world): ... return Reply(200, {...})",
    "import no_such_module": "handlers.py:4: it cannot be imported: ModuleNotFoundError: "
    "No module named 'no_such_module'. Mend it",
    "def getOrder(request, world)\n    ...": "handlers.py:4: this is no Python: expected ':'. "
    "Mend it",
}


@pytest.mark.parametrize("source", MISTAKES)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, source: str) -> None:
    with pytest.raises(InputError) as caught:
        sandbox_with(tmp_path, f"{source}\n")
    assert str(caught.value) == MISTAKES[source]


def test_two_documents_with_one_operation_are_told(tmp_path: Path) -> None:
    text = "understudy: 1\nserve: { one: ./orders.yaml, two: ./orders.yaml }\n"
    file = project_in(tmp_path, text)
    (tmp_path / "handlers.py").write_text("def getOrder(request, world): ...\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Sandbox(project=file)
    assert str(caught.value) == (
        "handlers.py:1: one and two have an operation `getOrder`. "
        "Give one of them another operationId"
    )
