"""Real clients that others' generators make for a document: create, read, list to the end, update
and delete, by base URL alone."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from understudy.client import serve

HERE = Path(__file__).parent
DOCUMENT = HERE / "orders.yaml"
MODULES = ("openapi-client-axios", "openapi-fetch")
PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with serve(documents={"orders": str(DOCUMENT)}, clock="frozen") as listening:
        yield listening


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The client that openapi-python-client writes."""
    from openapi_python_client import generate
    from openapi_python_client.config import Config, ConfigFile, MetaType

    folder = tmp_path_factory.mktemp("generated")
    config = Config.from_sources(
        ConfigFile(post_hooks=[]),
        MetaType.NONE,
        DOCUMENT,
        file_encoding="utf-8",
        overwrite=True,
        output_path=folder / "orders_client",
    )
    assert generate(config=config) == []
    sys.path.insert(0, str(folder))
    yield importlib.import_module("orders_client")
    sys.path.remove(str(folder))


def test_openapi_python_client(server: Any, generated: ModuleType) -> None:
    models = importlib.import_module("orders_client.models")
    base, key = f"{server.url}/~python/orders/v1", "orders-default-key"
    with generated.AuthenticatedClient(base_url=base, token=key) as client:

        def call(name: str, *arguments: Any, **options: Any) -> Any:
            module = importlib.import_module(f"orders_client.api.default.{name}")
            return module.sync_detailed(*arguments, client=client, **options)

        made = call("create_order", body=models.NewOrder(item="tea", quantity=2))
        assert (made.status_code, made.parsed.item, made.parsed.quantity) == (201, "tea", 2)
        id = made.parsed.id
        assert call("get_order", id).parsed == made.parsed
        page = call("list_orders", limit=2).parsed
        seen = [each.id for each in page.data]
        while page.has_more:
            page = call("list_orders", limit=2, cursor=page.next_cursor).parsed
            seen += [each.id for each in page.data]
        assert (len(seen), seen[-1]) == (4, id)
        changed = call("change_order", id, body=models.ChangeOrderBody(quantity=3)).parsed
        assert changed == call("get_order", id).parsed
        assert (changed.item, changed.quantity) == ("tea", 3)
        assert call("delete_order", id).status_code == 204
        gone = call("get_order", id)
        assert (gone.status_code, gone.parsed.message) == (404, f"orders has no {id}")


def test_clients_that_read_the_document_in_node(server: Any) -> None:
    node = os.environ.get("UNDERSTUDY_NODE")
    modules = Path(node).parents[2] if node else HERE
    if node is None or not all((modules / each).is_dir() for each in MODULES):
        pytest.skip(f"UNDERSTUDY_NODE names no Node that {' and '.join(MODULES)} lie beside")
    environment = {**os.environ, "ORIGIN": server.url, "MODULES": str(modules)}
    command = [node, "--test", str(HERE / "documents.test.mjs")]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "pass 2" in ran.stdout
