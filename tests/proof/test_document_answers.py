"""Every answer that small documents of our own declare is reached over HTTP.

Together they have what documents are made of: JSON, forms, files, text, XML, Swagger 2.0, each kind
of security, ranges of statuses, discriminators, paging, documents below records, actions, RPC.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from understudy.checks import answer_recipes
from understudy.checks.document_calls import DocumentSandbox
from understudy.checks.example_calls import ExampleCall
from understudy.modeled.magic import magic_inputs
from understudy.modeled.sources import load
from understudy.openapi.operation import Answer, Operation

from .test_answers import merged

FOLDER = Path(__file__).parent / "documents"
DOCUMENTS = {path.stem: load(str(path))[0] for path in sorted(FOLDER.glob("*.yaml"))}
# Operations without a place for a magic input.
NOTHING_TO_SAY = (
    "calls.get_greeting",
    "shop.getSettings",
    "shop.token",
)


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, DocumentSandbox]]:
    opened = {name: DocumentSandbox(made) for name, made in DOCUMENTS.items()}
    yield opened
    for each in opened.values():
        each.close()


def operations() -> list[Any]:
    return [
        pytest.param(name, operation, id=f"{name}.{operation.id}")
        for name, made in DOCUMENTS.items()
        for operation in made.contract.operations.values()
    ]


def every() -> list[Any]:
    """Each answer as a case of its own."""
    return [
        pytest.param(name, operation, answer, id=f"{name}.{operation.id}.{answer.name}")
        for name, made in DOCUMENTS.items()
        for operation in made.contract.operations.values()
        for answer in operation.answers.values()
    ]


@pytest.mark.parametrize(("name", "operation", "answer"), every())
def test_a_forced_answer_is_the_documents_own(
    sandboxes: dict[str, DocumentSandbox], name: str, operation: Operation, answer: Answer
) -> None:
    sandbox = sandboxes[name]
    prefer = f"code={answer.status}, example={answer.name}"
    reply, entry = sandbox.ask(sandbox.valid(operation.id), prefer=prefer)
    assert (reply.status, entry.answer, entry.by) == (answer.status, answer.name, "rule")
    assert dict(reply.headers).get("content-type", "").split(";")[0] == (answer.media_type or "")


@pytest.mark.parametrize(("name", "operation"), operations())
def test_each_answer_happens_by_itself(
    sandboxes: dict[str, DocumentSandbox], name: str, operation: Operation
) -> None:
    ways = answer_recipes.found(sandboxes[name], operation.id)
    undeclared = {""}
    assert ways.keys() - undeclared == operation.answers.keys()
    first = next(iter(operation.answers))
    assert ways[first] == answer_recipes.EXAMPLE


@pytest.mark.parametrize(("name", "operation"), operations())
def test_no_way_of_calling_breaks_the_document(
    sandboxes: dict[str, DocumentSandbox], name: str, operation: Operation
) -> None:
    sandbox = sandboxes[name]
    for way in answer_recipes.mistakes(sandbox, operation.id):
        sandbox.reset()
        for step in way.steps:
            assert isinstance(step, ExampleCall)
            _, entry = sandbox.ask(step)
            assert (entry.by in ("behaviour", "refusal"), entry.because) == (True, entry.because)
            assert entry.status < 500, f"{way.words}: {entry.because}"


@pytest.mark.parametrize(("name", "operation"), operations())
def test_a_magic_input_causes_each_answer(
    sandboxes: dict[str, DocumentSandbox], name: str, operation: Operation
) -> None:
    sandbox = sandboxes[name]
    rules = magic_inputs(DOCUMENTS[name].api, operation)
    if f"{name}.{operation.id}" in NOTHING_TO_SAY:
        assert rules == []
        return
    assert [each["reply"] for each in rules] == [*operation.answers]
    for rule in rules:
        when = dict(rule["when"])
        call = sandbox.valid(operation.id)
        call = replace(call, body=merged(call.body, when.pop("body", call.body)))
        _, entry = sandbox.ask(call.with_headers(**when.pop("headers", {})).with_values(**when))
        assert (entry.answer, entry.by) == (rule["reply"], "rule"), rule
