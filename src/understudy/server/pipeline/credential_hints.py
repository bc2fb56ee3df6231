"""How a key travels: which header takes it, and what to say of one that came in another."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from understudy.openapi.operation import Contract
from understudy.server.pipeline.exchange import Exchange
from understudy.server.pipeline.journaling import redacted
from understudy.vendor import Credential, Problem, Vendor, parted

KEY = "KEY"  # stands for the key itself where that is not told
OTHER = "..."  # and for what else stands there, such as the key once more


class CredentialHeaders(NamedTuple):
    """Headers that a client sends for a credential, and the operations that want them so."""

    headers: Mapping[str, str]
    operations: tuple[str, ...]

    @property
    def lines(self) -> Iterator[str]:
        """The headers as they stand in a request."""
        headers, query = parted(self.headers)
        yield from (f"{name}: {value}" for name, value in headers.items())
        yield from (f"?{name}={value}" for name, value in query.items())

    @property
    def of(self) -> str:
        """Whose it is, short: the first operation, and how many more."""
        more = len(self.operations) - 1
        return f"{self.operations[0]}{f' and {more} more' if more else ''}"


def credential_headers(
    vendor: Vendor, contract: Contract, credential: Credential
) -> list[CredentialHeaders]:
    """Every way to send a credential's keys; that of the credential's own key comes first."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {
        tuple(vendor.sign(credential).items()): []
    }
    for operation in contract.operations.values():
        wanted = vendor.signed(credential, operation)
        found.setdefault(tuple(wanted.items()), []).append(operation.id)
    return [
        CredentialHeaders(dict(headers), tuple(names)) for headers, names in found.items() if names
    ]


def key_placement(headers: Mapping[str, str], key: str) -> str:
    """The header that takes a key, and how: `x-api-key`, `authorization: Bearer KEY`; "": none."""
    carrying = [
        name if value == key else f"{name}: {value.replace(key, KEY)}"
        for name, value in headers.items()
        if key in value
    ]
    if not carrying:
        return ""
    rest = [name for name, value in headers.items() if key not in value]
    return f"{' and '.join(carrying)}{''.join(f', beside {name}' for name in rest)}"


def with_key_hint(problem: Problem, exchange: Exchange) -> Problem:
    """A refusal of who asks; where a key that is known came in another way, it says so."""
    if exchange.operation is None or problem.kind not in ("unauthenticated", "answer"):
        return problem
    hint = _misplaced(exchange)
    if not hint or problem.hint:  # whoever refused knows better what is wrong with the key
        return problem
    return Problem(problem.kind, hint, answer=problem.answer, values=problem.values, hint=hint)


def _misplaced(exchange: Exchange) -> str:
    """Which known key came where it is not read, and where it belongs; nothing: none did. Whatever
    a header with such a key is called, from here on it holds none."""
    assert exchange.operation is not None
    hint = ""
    for raw, value in exchange.headers.raw.items():
        name = raw.decode("latin-1")
        for text, found in _known_keys(exchange, value):
            wanted = exchange.vendor.signed(found, exchange.operation)
            if not _is_at(name, value.decode("latin-1"), wanted):
                if wanted and not hint:  # an open operation takes none, wherever it comes
                    came = f"{name}: {_shown(value, text)}"
                    hint = _placement_hint(exchange, found, came, wanted)
                exchange.headers = exchange.headers.but(raw, redacted(value))
    return hint


def _known_keys(exchange: Exchange, value: bytes) -> Iterator[tuple[str, Credential]]:
    """What of a header is a key that somebody has."""
    keys = exchange.world["credentials"]
    for text in _candidate_keys(value):
        found: Credential | None = keys.first("key", text)
        if found is not None:
            yield text, found


def _candidate_keys(value: bytes) -> Iterable[str]:
    """What of a header may be a key: all of it, its last word, each without a session behind, and
    what Basic has encoded."""
    whole = value.strip()
    found = [whole, whole.rpartition(b" ")[2]]
    if whole[:6].lower() == b"basic ":
        with suppress(ValueError):
            found += b64decode(found[1], validate=True).split(b":", 1)
    texts = [text.decode("latin-1") for each in found for text in (each, _without_session(each))]
    return dict.fromkeys(text for text in texts if text)


def _without_session(text: bytes) -> bytes:
    key, tilde, _ = text.rpartition(b"~")
    return key if tilde else text


def _is_at(header: str, value: str, wanted: Mapping[str, str]) -> bool:
    """Whether a header is as a client would send it; schemes have no case."""
    texts = [text for name, text in wanted.items() if name.lower() == header]
    scheme, space, rest = value.strip().partition(" ")
    return any(text in (value.strip(), f"{scheme.capitalize()}{space}{rest}") for text in texts)


def _shown(value: bytes, key: str) -> str:
    """A header's value without the key; what else stands there may be a secret, too."""
    scheme, space, _ = value.strip().decode("latin-1").partition(" ")
    if not space:
        return KEY
    return f"{scheme} {KEY}" if scheme.isalpha() else f"{OTHER} {KEY}"


def _placement_hint(
    exchange: Exchange, found: Credential, came: str, wanted: Mapping[str, str]
) -> str:
    key = f"the key of {found.id!r}"
    if belongs := key_placement(wanted, found.key):
        alone = ", alone" if OTHER in came else ""
        return f"{key} came as {came}; this key belongs in {belongs}{alone}"
    operation = exchange.operation
    assert operation is not None
    return (
        f"{key} came as {came}; {operation.id} wants another one of {found.id!r}, "
        f"in {', '.join(wanted)}: `understudy show {exchange.vendor.name} {operation.id}` tells it"
    )
