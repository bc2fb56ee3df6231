"""A world that no answer of its contract could tell is refused with the line."""

from __future__ import annotations

import pytest

from understudy.errors import ScenarioError
from understudy.scenarios import loader
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions import world_check
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.world_check import WorldCheck
from understudy.settings import FROZEN, Settings
from understudy.vendors import VENDORS


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(Settings(clock=FROZEN, magic=False), VENDORS)


def scenario(sandbox: Sandbox, vendor: str, world: str) -> Scenario:
    text = f"understudy: 1\nvendor: {vendor}\nworld:\n  {vendor}:\n{world}"
    return loader.load_text(text, "w.yaml", VENDORS, sandbox.contract)


@pytest.mark.parametrize(
    ("vendor", "world", "told"),
    [
        ("cloudflare", "    accounts:\n      - { id: a1 }\n      - { id: a1 }",
         "w.yaml:7: a second 'a1' among the accounts"),
        ("cloudflare", "    accounts:\n      - { id: a1, name: a }\n      - { id: a2, name: a }",
         "w.yaml:7: a second 'a'"),
        ("cloudflare",
         "    workflows:\n      - name: w\n        versions:\n          - {}\n"
         "          - created: -1h\n            graph: { version: 1 }",
         "w.yaml:10: no 200 of getVersionGraph can tell it"),
    ],
)  # fmt: skip
def test_what_no_answer_can_hold_is_refused_with_its_line(
    sandbox: Sandbox, vendor: str, world: str, told: str
) -> None:
    session = sandbox.create("mine", sandbox.origin([scenario(sandbox, vendor, world)]))
    try:
        with pytest.raises(ScenarioError) as refused:
            session.world(vendor)
    finally:
        sandbox.sessions.pop("mine")
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    ("vendor", "kinds"),
    [
        ("looply", {"executions", "installations", "workflows"}),
        ("refold", {"executions"}),
        ("cloudflare", {"accounts", "instances", "triggers", "versions", "workflows"}),
        ("interactly", {"runs"}),
        ("hydracore", {"instances", "workflows"}),
    ],
)
def test_each_kind_that_an_operation_tells_of_is_looked_at(
    sandbox: Sandbox, vendor: str, kinds: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world_check, "TRIES", 10_000)
    world = sandbox.session("default").world(vendor)
    check = WorldCheck(sandbox.vendors[vendor], sandbox.contract(vendor), world)
    assert check.answered_kinds({name: frozenset() for name in world.kinds}) == kinds


def test_a_scenario_is_held_once_and_a_base_world_never(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = WorldCheck._answer

    def noted(self: WorldCheck, operation, kind, record):  # type: ignore[no-untyped-def]  # only counts
        asked.append(record.id)
        return answer(self, operation, kind, record)

    monkeypatch.setattr(world_check.WorldCheck, "_answer", noted)
    world = "    executions:\n      - { workflow: approval, name: mine }"
    origin = sandbox.origin([scenario(sandbox, "looply", world)])
    counts = []
    for _ in range(2):
        session = sandbox.create("twice", origin)
        made = session.world("looply")["executions"].first("name", "mine")
        counts.append(len(asked))
        sandbox.sessions.pop("twice")
    assert made is not None
    assert set(asked) == {made.id}
    assert counts[0] == counts[1]
