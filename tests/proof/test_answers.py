"""Every answer of every contract is reached over HTTP and held against the contract.

The list comes from the contracts: an answer that nobody can get, fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml

from understudy import resources
from understudy.checks import answer_recipes
from understudy.openapi.operation import Answer, Operation
from understudy.vendors import VENDORS

from .contract_client import ContractClient, ExampleCall, Response, contract_of, names

ONLY_FORCED = {429, *range(500, 600)}  # what no client's doing brings about


@pytest.fixture(scope="module")
def doors() -> Iterator[dict[str, ContractClient]]:
    opened = {vendor.name: ContractClient(vendor.name) for vendor in VENDORS}
    yield opened
    for client in opened.values():
        client.client.close()


def every(*, documented: bool = False, natural: bool = False) -> list[Any]:
    """Each answer as a case of its own."""
    found = []
    for vendor in VENDORS:
        for operation in contract_of(vendor.name).operations.values():
            for answer in operation.answers.values():
                if documented and answer.provenance.kind != "documented":
                    continue
                if natural and answer.status in ONLY_FORCED:
                    continue
                name = f"{vendor.name}.{operation.id}.{answer.name}"
                found.append(pytest.param(vendor.name, operation, answer, id=name))
    return found


@pytest.mark.parametrize(("vendor", "operation", "answer"), every())
def test_a_forced_answer_is_the_contracts_own(
    doors: dict[str, ContractClient], vendor: str, operation: Operation, answer: Answer
) -> None:
    prefer = f"code={answer.status}, example={answer.name}"
    told = doors[vendor].send(doors[vendor].valid(operation.id), prefer=prefer)
    assert (told.status, told.answer, told.wrong) == (answer.status, answer.name, [])
    assert told.by == "rule"
    assert told.headers["preference-applied"] == prefer
    assert names(told.body) == names(answer.example)


def magic() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every shipped magic rule with its vendor."""
    for vendor in VENDORS:
        file = resources.scenario(f"{vendor.name}/magic")
        if file is not None:
            for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
                yield vendor.name, rule


MAGIC = list(magic())


def asked(client: ContractClient, rule: dict[str, Any]) -> ExampleCall:
    """The valid call with the rule's magic input in it."""
    when = dict(rule["when"])
    call = client.valid(rule["operation"])
    body = when.pop("body", None)
    if body is not None:
        call = replace(call, body=merged(call.body, body))
    headers = when.pop("headers", {})
    if headers:
        call = replace(call, caller=None, headers={**call.headers, **headers})
    return call.with_values(**when)


def merged(value: Any, over: Any) -> Any:
    if isinstance(value, dict) and isinstance(over, dict):
        return {**value, **{name: merged(value.get(name), each) for name, each in over.items()}}
    return over


@pytest.mark.parametrize(
    ("vendor", "rule"), [pytest.param(*each, id=f"{each[0]}: {each[1]['name']}") for each in MAGIC]
)
def test_a_magic_input_always_causes_its_answer(
    doors: dict[str, ContractClient], vendor: str, rule: dict[str, Any]
) -> None:
    client = doors[vendor]
    answer = client.contract.operations[rule["operation"]].answers[rule["reply"]]
    for _ in range(2):
        told = client.send(asked(client, rule))
        assert (told.status, told.answer, told.wrong) == (answer.status, answer.name, [])
        assert told.by == "rule"


@pytest.mark.parametrize(("vendor", "operation", "answer"), every(documented=True))
def test_a_documented_answer_has_its_magic_input(
    vendor: str, operation: Operation, answer: Answer
) -> None:
    shipped = {(each, rule["operation"], rule["reply"]) for each, rule in MAGIC}
    assert (vendor, operation.handled_by, answer.name) in shipped


class Reached:
    """Which answers came by themselves, and how."""

    def __init__(self, client: ContractClient) -> None:
        self.client = client
        self.by: dict[tuple[str, str], str] = {}
        self.wrong: list[str] = []
        written = answer_recipes.recipes(client.vendor)
        self.recipes, self.never = written.steps, written.never

    def everything(self) -> Reached:
        for operation in self.client.contract.operations:
            for way in (
                *answer_recipes.mistakes(self.client, operation),
                *answer_recipes.own(self.client, operation),
            ):
                self.note(way, self.play(way))
        return self

    def play(self, way: answer_recipes.Way) -> Response:
        self.client.reset()
        told: Response | None = None
        for step in way.steps:
            if isinstance(step, ExampleCall):
                told = self.client.send(step)
                self.wrong += [f"{step.operation} {told.status}: {each}" for each in told.wrong]
            else:
                self.client.advance(step)
        assert told is not None, "a recipe holds a call"
        return told

    def note(self, way: answer_recipes.Way, told: Response) -> None:
        if way.answer and told.answer != way.answer:
            name = f"{way.operation}.{way.answer}"
            self.wrong.append(f"{name}: got {told.status} {told.answer}")
        if told.by in ("behaviour", "refusal"):
            self.by.setdefault((way.operation, told.answer), way.words)


@pytest.fixture(scope="module")
def reached(doors: dict[str, ContractClient]) -> dict[str, Reached]:
    return {name: Reached(client).everything() for name, client in doors.items()}


@pytest.mark.parametrize(("vendor", "operation", "answer"), every(natural=True))
def test_an_answer_happens_by_itself(
    reached: dict[str, Reached], vendor: str, operation: Operation, answer: Answer
) -> None:
    seen, name = reached[vendor], f"{operation.id}.{answer.name}"
    if name in seen.never:
        assert (operation.id, answer.name) not in seen.by, f"{name} happens, so it can"
    else:
        assert (operation.id, answer.name) in seen.by, f"add a recipe for {name}"


@pytest.mark.parametrize("vendor", [vendor.name for vendor in VENDORS])
def test_each_operation_is_told_the_ways_that_were_taken(
    reached: dict[str, Reached], vendor: str
) -> None:
    stage = ContractClient(vendor)
    told = {
        (operation, answer): words
        for operation in stage.contract.operations
        for answer, words in answer_recipes.found(stage, operation).items()
    }
    stage.close()
    assert told == reached[vendor].by


@pytest.mark.parametrize("vendor", [vendor.name for vendor in VENDORS])
def test_whatever_came_by_itself_keeps_the_contract(
    reached: dict[str, Reached], vendor: str
) -> None:
    assert reached[vendor].wrong == []


@pytest.mark.parametrize("vendor", [vendor.name for vendor in VENDORS])
def test_no_recipe_is_left_over(reached: dict[str, Reached], vendor: str) -> None:
    known = {
        f"{operation.id}.{name}"
        for operation in reached[vendor].client.contract.operations.values()
        for name in operation.answers
    }
    assert set(reached[vendor].recipes) | set(reached[vendor].never) <= known
