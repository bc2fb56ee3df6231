"""The public door: a sandbox in process, valid calls from its contract, answers held against it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema

from understudy import resources
from understudy.checks import contract as documents
from understudy.openapi.compiler import compile_contract
from understudy.openapi.document import load as load_document
from understudy.openapi.operation import Contract, Operation
from understudy.server.app import create_app
from understudy.server.inprocess import InProcess
from understudy.settings import FROZEN, Settings
from understudy.simulation.journal import Entry

BODY_BYTES = 64 * 1024  # small, so that a body too large is quickly made


@dataclass(frozen=True)
class Wish:
    """A call before it is sent, and what is wrong with it on purpose."""

    operation: str
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any = None
    raw: bytes | None = None  # sent instead of the body
    method: str | None = None  # instead of the operation's
    caller: str | None = "default"  # a credential of the world; None: nobody

    def given(self, **values: Any) -> Wish:
        """The same call with other parameters; None leaves one out, a body is replaced."""
        wish = self
        for name, value in values.items():
            if name == "body":
                wish = replace(wish, body=value)
            elif name in self.path:
                wish = replace(wish, path={**wish.path, name: value})
            elif name in self.headers:
                headers = {**wish.headers, name: value}
                wish = replace(wish, headers={k: v for k, v in headers.items() if v is not None})
            else:
                query = {**wish.query, name: value}
                wish = replace(wish, query={k: v for k, v in query.items() if v is not None})
        return wish


@dataclass(frozen=True)
class Told:
    """What came back: the status, the answer's name, and everything that breaks the contract."""

    status: int
    answer: str
    by: str
    headers: Mapping[str, str]
    body: Any
    wrong: list[str] = field(default_factory=list)


class Door:
    """One vendor behind HTTP, in a sandbox that nobody else uses."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        settings = Settings(
            vendors=(vendor,), clock=FROZEN, verify_replies=True, body_bytes=BODY_BYTES
        )
        self.app = create_app(settings)
        self.client = InProcess(self.app)

    def __enter__(self) -> Door:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @cached_property
    def contract(self) -> Contract:
        contract: Contract = self.app.sandbox.contract(self.vendor)
        return contract

    @property
    def document(self) -> Mapping[str, Any]:
        return self.contract.document

    @cached_property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """Every operation of the document, by operationId."""
        return {
            operation["operationId"]: {**operation, "parameters": self._parameters(operation, item)}
            for _, _, operation, item in documents.operations(self.document)
        }

    def _parameters(self, operation: Mapping[str, Any], item: Mapping[str, Any]) -> list[Any]:
        every = (*item.get("parameters", ()), *operation.get("parameters", ()))
        return [documents.followed(each, self.document) for each in every]

    def reset(self) -> None:
        """Begins again from the base world."""
        self.app.sandbox.session("default").reset()

    def advance(self, by: int) -> None:
        self.app.sandbox.session("default").advance(by)

    def valid(self, operation: str) -> Wish:
        """The operation's call with the examples of what it requires, as the first credential.

        An optional header with an example is sent, too: some are required with some credentials.
        """
        declared = self.declared[operation]
        places: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        for parameter in declared["parameters"]:
            value, needed = next(documents.examples_of(parameter), None), parameter.get("required")
            assert value is not None or not needed, f"{operation}: give {parameter['name']} one"
            if needed or (parameter["in"] == "header" and value is not None):
                places[parameter["in"]][parameter["name"]] = value
        return Wish(
            operation, places["path"], places["query"], places["header"], self._body(declared)
        )

    def _body(self, declared: Mapping[str, Any]) -> Any:
        body = documents.followed(declared.get("requestBody", {}), self.document)
        for content in body.get("content", {}).values():
            return next(documents.examples_of(content), None)
        return None

    def send(self, wish: Wish, **headers: str) -> Told:
        """Sends it, and holds what comes back against the operation it means."""
        operation = self.contract.operations[wish.operation]
        sent = {**wish.headers, **self._credential(wish.caller, operation), **headers}
        content = wish.raw or b""
        if wish.raw is None and wish.body is not None:
            content = json.dumps(wish.body).encode()
        if content:
            sent.setdefault("content-type", "application/json")
        reply = self.client.ask(
            wish.method or operation.method, self.url(wish), sent.items(), content
        )
        received = dict(reply.headers)
        entry = self._entry(received["x-understudy-request"])
        told = Told(
            reply.status,
            entry.answer or _only(operation, reply.status),
            entry.by,
            received,
            _decoded(reply.body, received.get("content-type", "")),
        )
        return replace(told, wrong=list(self._broken(operation, told)))

    def url(self, wish: Wish) -> str:
        path = self.contract.operations[wish.operation].path
        for name, value in wish.path.items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        query = urlencode(wish.query, doseq=True)
        return f"/{self.vendor}{path}" + (f"?{query}" if query else "")

    def _credential(self, name: str | None, operation: Operation) -> Mapping[str, str]:
        if name is None:
            return {}
        sandbox = self.app.sandbox
        credential = sandbox.session("default").world(self.vendor)["credentials"].get(name)
        assert credential is not None, f"{self.vendor} has no credential {name!r}"
        signed: Mapping[str, str] = sandbox.vendors[self.vendor].signed(credential, operation)
        return signed

    def _entry(self, request: str) -> Entry:
        session, _, number = request.rpartition(".")
        entry: Entry | None = self.app.sandbox.session(session).journal.get(int(number))
        assert entry is not None
        return entry

    def _broken(self, operation: Operation, told: Told) -> Any:
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

    def _headers(self, operation: str, told: Told) -> Any:
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
