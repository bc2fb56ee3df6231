"""Calls a vendor in process: valid calls from its contract, answers held against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import jsonschema

from understudy import resources
from understudy.checks import allowances as documents
from understudy.checks.example_calls import ExampleCall, ExampleSandbox
from understudy.openapi.compiler import compile_contract
from understudy.openapi.document import load as load_document
from understudy.openapi.operation import Contract, Operation
from understudy.vendors import VENDORS

__all__ = ["ContractClient", "ExampleCall", "Response", "contract_of", "names"]


@dataclass(frozen=True)
class Response:
    """What came back: the status, the answer's name, and everything that breaks the contract."""

    status: int
    answer: str
    by: str
    headers: Mapping[str, str]
    body: Any
    wrong: list[str] = field(default_factory=list)


class ContractClient(ExampleSandbox):
    """One vendor behind HTTP, in a sandbox that nobody else uses."""

    def __init__(self, vendor: str) -> None:
        super().__init__(next(each for each in VENDORS if each.name == vendor))

    def __enter__(self) -> ContractClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def document(self) -> Mapping[str, Any]:
        return self.contract.document

    def send(self, call: ExampleCall, **headers: str) -> Response:
        """Sends it, and holds what comes back against the operation it means."""
        operation = self.contract.operations[call.operation]
        reply, entry = self.ask(call, **headers)
        received = dict(reply.headers)
        told = Response(
            reply.status,
            entry.answer or _only(operation, reply.status),
            entry.by,
            received,
            _decoded(reply.body, received.get("content-type", "")),
        )
        return replace(told, wrong=list(self._broken(operation, told)))

    def _broken(self, operation: Operation, told: Response) -> Any:
        declared = operation.by_status(told.status)
        if not declared:
            yield f"{told.status} is not declared"
            return
        if told.answer not in {each.name for each in declared}:
            yield f"{told.answer!r} is none of {[each.name for each in declared]}"
        media = told.headers.get("content-type", "").partition(";")[0] or None
        if media != declared[0].media_type:
            yield f"content-type {media}, not {declared[0].media_type}"
        if told.body is not None:
            for each in operation.schemas[told.status](told.body):
                yield f"{each.pointer} {each.message}"
        yield from self._headers(operation.id, told)

    def _headers(self, operation: str, told: Response) -> Any:
        response = documents.followed(
            self.declared[operation]["responses"][str(told.status)], self.document
        )
        for name, declared in response.get("headers", {}).items():
            header = documents.followed(declared, self.document)
            value = told.headers.get(name.lower())
            if value is None:
                if header.get("required"):
                    yield f"header {name} is missing"
            elif header["schema"].get("type", "string") == "string":
                for error in jsonschema.Draft202012Validator(header["schema"]).iter_errors(value):
                    yield f"header {name}: {error.message}"


def _decoded(body: bytes, content_type: str) -> Any:
    """The body as JSON, or as the text it is; None: no body."""
    if not body:
        return None
    return body.decode() if content_type.startswith("text/") else json.loads(body)


def _only(operation: Operation, status: int) -> str:
    """The answer's name where no operation was reached (405): the first of that status."""
    found = operation.by_status(status)
    return found[0].name if found else ""


def names(value: Any, at: str = "") -> set[str]:
    """Every key of a body with its place; the entries of a list count as one."""
    if isinstance(value, dict):
        return {
            name
            for key, each in value.items()
            for name in {f"{at}/{key}"} | names(each, f"{at}/{key}")
        }
    if isinstance(value, list):
        return {name for each in value for name in names(each, f"{at}/-")}
    return set()


def contract_of(vendor: str) -> Contract:
    """The vendor's contract, compiled without a server."""
    path = resources.spec(vendor)
    return compile_contract(vendor, load_document(path), str(path))
