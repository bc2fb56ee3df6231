"""One request of a journal as the step of a scenario that sends it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import DecodeError, json

from understudy.openapi.operation import Contract, Match, Operation
from understudy.openapi.percent_encoding import percent_decode
from understudy.openapi.request import split_query
from understudy.scenarios.rules.rule import Rule
from understudy.scenarios.stories.requests import build_request
from understudy.simulation.journal import Entry

# What a client's library sends by itself: no story is about it.
TRANSPORT = frozenset(
    (
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "connection",
        "content-length",
        "host",
        "origin",
        "referer",
        "te",
        "transfer-encoding",
        "user-agent",
        "via",
        "x-understudy-session",
    )
)
SECRETS = frozenset(("authorization", "cookie", "proxy-authorization"))
REDACTED = "***"  # what stands in a journal for a word of a credential
NO_BODY: Any = object()


class Unwritable(Exception):
    """A request that no step can send: why."""


def call_of(entry: Entry, contracts: Callable[[str], Contract], secret: str) -> dict[str, Any]:
    """The step's `call`, `as` and `with`; Unwritable for what the grammar cannot say.

    `secret` is what stands for a credential that nobody has.
    """
    nothing = Unwritable(f"no operation is {entry.method} {entry.path or '/'}")
    if entry.operation is None:
        raise nothing
    contract = contracts(entry.vendor)
    found = contract.find(entry.method, entry.path)
    if not isinstance(found, Match):
        raise nothing
    operation = found.operation
    arguments = {**dict(_path(operation, found)), **dict(_query(entry.query)), **_body(entry.body)}
    caller, headers = _sender(entry, contract, secret)
    headers |= _media(operation, entry, arguments)
    if headers:
        arguments["headers"] = headers
    _check(contract, operation, entry, arguments)
    step: dict[str, Any] = {"call": f"{entry.vendor}.{operation.id}", "as": caller}
    return {**step, "with": arguments} if arguments else step


def expectation(entry: Entry, rule: Rule | None) -> dict[str, Any]:
    """What the step expects: what was answered, as far as it arrived."""
    fault = None if rule is None else rule.fault
    cut = fault is not None and fault.truncate is not None and fault.truncate < len(entry.reply)
    if entry.lost or cut:
        return {"lost": True}
    expected: dict[str, Any] = {"status": entry.status}
    if fault is None or not fault.malformed:
        body = decoded(entry.reply)
        if body is not NO_BODY and not _ours(body):
            expected["body"] = body
    return expected


def decoded(content: bytes) -> Any:
    """A body as JSON, or NO_BODY."""
    try:
        return json.decode(content) if content else NO_BODY
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return NO_BODY


def _path(operation: Operation, found: Match) -> Iterator[tuple[str, str]]:
    for parameter, raw in zip(operation.path_parameters, found.values, strict=True):
        text = None if raw is None else percent_decode(raw)
        if text is None:
            raise Unwritable("its path is no UTF-8")
        yield f"path.{parameter.name}", text


def _query(query: str) -> Iterator[tuple[str, Any]]:
    texts: dict[str, list[str]] = {}
    for name, value in split_query(query):
        if name is None or value is None:
            raise Unwritable("its query is no UTF-8")
        texts.setdefault(f"query.{name}", []).append(value)
    for name, values in texts.items():
        yield name, values[0] if len(values) == 1 else values


def _body(content: bytes) -> dict[str, Any]:
    if not content:
        return {}
    value = decoded(content)
    if value is not NO_BODY:
        return {"body": value}
    try:
        return {"raw": content.decode()}
    except UnicodeDecodeError:
        raise Unwritable("its body is no UTF-8") from None


def _sender(entry: Entry, contract: Contract, secret: str) -> tuple[str, dict[str, Any]]:
    """The credential it was sent with, and the headers beside those of a credential."""
    keys = {scheme.header.lower() for scheme in contract.schemes.values()} | SECRETS
    told = {name.decode("latin-1").lower(): value for name, value in entry.headers.items()}
    given = [name for name in told if name in keys]
    headers = {
        name: value.decode("latin-1").strip()
        for name, value in told.items()
        if name not in keys and name not in TRANSPORT and name != "content-type"
    }
    if entry.caller is not None:
        return entry.caller, headers
    for name in given:
        headers[name] = told[name].decode("latin-1").replace(REDACTED, secret)
    return "nobody", headers


def _media(operation: Operation, entry: Entry, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The content type, where a step would send another by itself."""
    came = entry.headers.get(b"content-type")
    usual = "application/json" if operation.body is None else operation.body.media_types[0]
    written = "body" in arguments or ("raw" in arguments and operation.body is not None)
    if came is None:
        return {"content-type": None} if written else {}
    text = came.decode("latin-1").strip()
    return {} if written and text == usual else {"content-type": text}


def _check(
    contract: Contract, operation: Operation, entry: Entry, arguments: Mapping[str, Any]
) -> None:
    """Holds what the step would send against what came."""
    try:
        made = build_request(contract, operation, arguments, {}, {})
    except Exception as error:  # an encoder's own refusal of a text that no schema allows
        raise Unwritable(f"it cannot be written: {error}") from None
    path, _, query = made.path.partition("?")
    again = contract.find(made.method, path)
    same = isinstance(again, Match) and again.operation is operation
    if not same or sorted(_pairs(query)) != sorted(_pairs(entry.query)):
        raise Unwritable("its parameters cannot be written as they were sent")


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in split_query(query)]


def _ours(value: Any) -> bool:
    """Whether a key of a body would be read as an operator."""
    if isinstance(value, Mapping):
        return any(key.startswith("$") or _ours(each) for key, each in value.items())
    return isinstance(value, list) and any(_ours(each) for each in value)
