"""Files, shipped names, texts and JSON; and what a scenario is made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from tests.scenarios.shop_vendor import SHOP, contract, scenario
from understudy.errors import InputError, ScenarioError
from understudy.resources import HOME
from understudy.scenarios import loader
from understudy.scenarios.loader import UnknownScenario
from understudy.scenarios.stories.model import Advance, CallStep, ClockSetting, Until, Variable
from understudy.simulation.clock import instant

STORY = "understudy: 1\nscenario: A story\nvendor: shop\nseed: 7\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a shipped story and a base world."""
    shipped = tmp_path / "scenarios" / "shop"
    shipped.mkdir(parents=True)
    (shipped / "story.yaml").write_text(STORY)
    (shipped / "base.yaml").write_text(
        "understudy: 1\nworld:\n  shop:\n    orders:\n"
        "      - { name: waiting, id: o-7, state: OPEN, total: 3 }\n"
        "    credentials: [{ name: default, key: k-1 }, { name: other, key: k-2 }]\n"
    )
    monkeypatch.setenv(HOME, str(tmp_path))
    return tmp_path


def test_a_file_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("\ufeff" + STORY)
    made = loader.load(str(file), (SHOP,), contract)
    assert (made.title, made.vendor, made.seed, made.file) == ("A story", "shop", 7, str(file))


def test_without_a_title_a_scenario_is_called_like_its_file(tmp_path: Path) -> None:
    file = tmp_path / "two-orders.yaml"
    file.write_text("understudy: 1\n")
    assert loader.load(file, (SHOP,), contract).title == "two-orders"


def test_a_shipped_story_is_loaded_by_its_name(home: Path) -> None:
    assert loader.load("shop/story", (SHOP,), contract).file == "shop/story.yaml"
    assert loader.load_shipped("shop/story", (SHOP,), contract).title == "A story"


def test_an_unknown_name_is_answered_with_what_there_is(home: Path) -> None:
    with pytest.raises(UnknownScenario) as refused:
        loader.load("shop/stroy", (SHOP,), contract)
    assert str(refused.value) == (
        "there is no file and no shipped scenario `shop/stroy`. "
        "Did you mean `shop/story`? There are shop/base, shop/story"
    )


def test_a_shipped_name_never_reads_another_file(home: Path) -> None:
    (home / "secret.yaml").write_text(STORY)
    for name in ("../secret", str(home / "secret"), "shop/../../secret"):
        with pytest.raises(UnknownScenario):
            loader.load_shipped(name, (SHOP,), contract)


def test_bytes_that_are_no_utf8_are_told_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes(b"understudy: 1\nscenario: caf\xe9\n")
    with pytest.raises(ScenarioError) as refused:
        loader.load(file, (SHOP,), contract)
    assert str(refused.value) == f"{file}:2: a byte that is no UTF-8. Save the file as UTF-8"


def test_a_clock() -> None:
    made = scenario('clock: { at: "2026-01-05T09:00:00Z", speed: 0, each_call: 30s }')
    assert made.clock == ClockSetting(instant("2026-01-05T09:00:00Z"), 0, 30_000)
    assert scenario("seed: 1").clock is None


def test_an_unquoted_instant_is_one_too() -> None:
    made = scenario("clock: { at: 2026-01-05T09:00:00Z }")
    assert made.clock is not None
    assert made.clock.at == instant("2026-01-05T09:00:00Z")


def test_a_world_is_kept_as_it_was_said() -> None:
    made = scenario(
        "world:\n  shop:\n    base: none\n    orders:\n"
        "      - { name: first, id: 007, state: DONE, since: -10m, takes: 0, note: [007, on] }"
    )
    assert made.world == {
        "shop": {
            "base": "none",
            "orders": [
                {
                    "name": "first",
                    "id": "007",
                    "state": "DONE",
                    "since": "-10m",
                    "takes": 0,
                    "note": [7, "on"],
                }
            ],
        }
    }


def test_blame_finds_the_line_of_an_entry() -> None:
    made = scenario("world:\n  shop:\n    orders:\n      - { state: OPEN }\n      - state: DONE")
    error = InputError("that cannot be", where="/orders/1/state", fix="Say OPEN")
    assert str(made.blame(error, "/world/shop")) == "s.yaml:7: that cannot be. Say OPEN"


def test_steps() -> None:
    made = scenario(
        """\
steps:
  - name: placed
    call: placeOrder
    as: nobody
    with: { order_id: a, body: {} }
    until: { advance: 1m, at_most: 3 }
    save: { id: $.id }
    needs: [clock]
  - advance: { by: 6m }
  - advance: { to: 2026-01-05T09:00:00Z }
  - advance: next
  - advance: idle
finally:
  - { call: readOrder, with: { order_id: "${id}" } }
"""
    )
    call, *advances = made.steps
    assert isinstance(call, CallStep)
    assert (call.name, call.where, call.caller) == ("placed", "s.yaml:4", "nobody")
    assert (call.operation.id, call.until) == ("placeOrder", Until(60_000, 3))
    assert (call.save, call.needs) == ({"id": "$.id"}, frozenset(["clock"]))
    assert [(each.how, each.value) for each in advances if isinstance(each, Advance)] == [
        ("by", "6m"),
        ("to", "2026-01-05T09:00:00Z"),
        ("next", ""),
        ("idle", ""),
    ]
    assert [step.name for step in made.last] == ["readOrder"]


def test_verifications() -> None:
    made = scenario(
        "verify:\n  - { operation: placeOrder, when: { order_id: a }, times: 2 }\n"
        "  - { operation: listOrders }"
    )
    exact, some = made.verify
    assert (exact.target, exact.expected, exact.source["operation"]) == (
        "shop.placeOrder",
        "2",
        "shop.placeOrder",
    )
    assert [exact.holds(count) for count in (1, 2, 3)] == [False, True, False]
    assert (some.expected, some.holds(0), some.holds(5)) == ("at least 1", False, True)


def test_variables_and_needs() -> None:
    made = scenario(
        "needs: [world]\nvariables: { key: { env: KEY, default: k }, other: { env: OTHER } }"
    )
    assert made.needs == {"world"}
    assert made.variables == {"key": Variable("KEY", "k"), "other": Variable("OTHER")}


def test_names_of_the_base_world_are_known(home: Path) -> None:
    made = scenario(
        "rules:\n  - { operation: placeOrder, when: { order_id: '${waiting.id}', "
        "body: { total: '${waiting.total}' } }, reply: 409 }\n"
        "steps:\n  - { call: readOrder, as: other, with: { order_id: '${waiting.id}' } }"
    )
    assert made.rules[0].source["when"] == {"order_id": "o-7", "body": {"total": 3}}
    assert made.named_entries["waiting"].entry["id"] == "o-7"


def test_names_of_a_world_without_base_are_its_own(home: Path) -> None:
    with pytest.raises(ScenarioError, match=r"`\$\{waiting.id\}` names nothing"):
        scenario(
            "world: { shop: { base: none } }\n"
            "steps:\n  - { call: readOrder, with: { order_id: '${waiting.id}' } }"
        )


def test_a_vendor_may_be_left_out_where_only_one_has_the_operation() -> None:
    made = loader.load_text(
        "understudy: 1\nrules: [{ operation: placeOrder, reply: 409 }]", "s", (SHOP,), contract
    )
    assert made.rules[0].target == "shop.placeOrder"
    with pytest.raises(ScenarioError) as refused:
        loader.load_rules({"operation": "placeOder", "reply": 409}, (SHOP,), contract)
    assert str(refused.value) == (
        "/operation: no vendor has an operation `placeOder`. Did you mean `shop.placeOrder`?"
    )


def test_several_vendors_with_one_operation_must_be_told_apart() -> None:
    again = structs.replace(SHOP, name="again")
    with pytest.raises(ScenarioError) as refused:
        loader.load_rules(
            {"operation": "placeOrder", "reply": 409},
            (SHOP, again),
            lambda name: replace(contract(), name=name),
        )
    assert str(refused.value) == (
        "/operation: several vendors have `placeOrder`. Say shop.placeOrder or again.placeOrder"
    )


def test_rules_and_verifications_of_an_admin_request() -> None:
    rules = loader.load_rules(
        [
            {"name": "x", "operation": "shop.placeOrder", "reply": "SOLD_OUT"},
            {"operation": "placeOrder", "fault": {"lose": "answer"}},
        ],
        (SHOP,),
        contract,
    )
    assert [rule.name for rule in rules] == ["x", "placeOrder: lose answer"]
    (verification,) = loader.load_verifications(
        {"operation": "shop.placeOrder", "when": {"dry_run": True}}, (SHOP,), contract
    )
    assert [each.label for each in verification.conditions] == ["dry_run"]
    with pytest.raises(ScenarioError) as refused:
        loader.load_rules([{"operation": "placeOrder", "reply": "GONE"}], (SHOP,), contract)
    assert refused.value.where == "/0/reply"
