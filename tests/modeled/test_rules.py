"""Rules and stories of a document: written as those of any vendor, fired by its records' fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modeled.application import Client
from tests.modeled.documents import ORDERS
from understudy.errors import ScenarioError

ADA = {"customer": "ada", "total": 3, "created_at": "2026-01-01T00:00:00Z", "id": "x"}
RULE = """
understudy: 1
scenario: Paid orders stay
vendor: orders
world:
  orders:
    orders:
      - { id: ord_paid, status: paid }
      - { id: ord_open, status: created }
rules:
  - name: a paid one is not removed
    operation: removeOrder
    when: { record: { status: paid } }
    reply: { status: 409, body: { message: it is paid }, undocumented: true }
"""


def scenario(client: Client, folder: Path, text: str) -> None:
    file = folder / "told.yaml"
    file.write_text(text)
    sandbox = client.app.sandbox
    sandbox.session("default").load(sandbox.scenario(str(file)))


def test_a_rule_is_fired_by_a_field_of_the_record(tmp_path: Path) -> None:
    client = Client(ORDERS, verify_replies=False)
    scenario(client, tmp_path, RULE)
    assert client.delete("/orders/ord_paid").body == {"message": "it is paid"}
    assert client.delete("/orders/ord_open").status == 204
    assert client.get("/orders/ord_paid").status == 200


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("status: paid }\n", "statsu: paid }\n", "statsu"),
        ("removeOrder", "removeOrders", "removeOrder"),
        ("record: { status: paid }", "record: { statsu: paid }", "statsu"),
    ],
)
def test_a_slip_is_told_with_what_there_is(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(Client(ORDERS), tmp_path, RULE.replace(old, new))
    assert told in str(caught.value)
    assert "told.yaml" in str(caught.value)


def test_a_preferred_answer_is_given() -> None:
    client = Client(ORDERS)
    assert client.get("/orders/nope", prefer="code=200").status == 200
