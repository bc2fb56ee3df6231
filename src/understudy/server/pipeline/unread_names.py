"""What a call carries and nothing reads: the names that were probably meant, in a hint or, for who
wants it strict, in a refusal of the sandbox's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import islice

from understudy.openapi.operation import Operation, Unread
from understudy.server.pipeline.exchange import Exchange
from understudy.server.sessions.names import SESSION_HEADER
from understudy.server.wire.response import SANDBOX
from understudy.server.wire.response import problem as refusal
from understudy.simulation.journal import UnreadName
from understudy.vendor import Problem, Reply

NAMED = 5  # names in one hint
LENGTH = 60  # characters of a name that are told
LOOKED_AT = 1_000  # headers that are remembered as near to none
ALIKE, SHORT, SHORT_ALIKE = 0.7, 5, 0.8  # how near two names are; the shorter, the nearer
HEADERS_ALIKE = 0.8  # a client sends many that are its own
FIX = "Write it as it is read, or leave it out; without --strict-names the call is answered"
OURS = (SESSION_HEADER.decode(), "prefer")  # headers that the sandbox itself reads

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
# What clients, proxies and gateways send to anybody.
_USUAL = """
    accept accept-charset accept-encoding accept-language cache-control connection
    content-encoding content-length content-type cookie date expect forwarded from host if-match
    if-modified-since if-none-match keep-alive origin pragma priority range referer te traceparent
    tracestate transfer-encoding upgrade user-agent via x-forwarded-for x-forwarded-host
    x-forwarded-port x-forwarded-proto x-real-ip x-request-id
"""


class NamesOf:
    """The names that one operation reads, and what was meant by others that calls carried."""

    __slots__ = ("_declared", "_known", "_near_none", "_operation")

    def __init__(self, operation: Operation, credentials: Iterable[bytes]) -> None:
        own = {name.decode("latin-1") for name in credentials}
        self._operation = operation
        self._declared = frozenset([*operation.header_parameters, *OURS])
        self._near_none = {*_USUAL.split(), *self._declared, *own}
        self._known: dict[Unread, UnreadName] = {}  # where no header of the call could be meant

    def meant(self, unread: Unread, headers: Mapping[str, str]) -> UnreadName:
        """A name that nothing reads, with the one that was probably meant; clients repeat theirs,
        so it is found out once."""
        known = self._known.get(unread)
        if known is None:
            known = _named(unread, self._operation, headers)
            if not self._operation.header_parameters and len(self._known) < LOOKED_AT:
                self._known[unread] = known
        return known

    def reads_all(self, headers: Mapping[str, str]) -> bool:
        """Whether there is nothing to say of any header."""
        return headers.keys() <= self._near_none

    def unread_headers(self, headers: Mapping[str, str]) -> Iterator[UnreadName]:
        """The headers that nothing reads and that are near to one that is not given."""
        fine = self._near_none
        for name in headers:
            if name not in fine and (near := self._near(name)):
                meant = next((each for each in near if each not in headers), "")
                if meant:
                    yield UnreadName("header", name, meant, "header")

    def _near(self, name: str) -> list[str]:
        found = [each for each in self._declared if _headers_alike(name, each)]
        if not found and len(self._near_none) < LOOKED_AT:
            self._near_none.add(name)
        return sorted(found, key=lambda each: -_likeness(name, each))


class UnreadNames:
    """What is known of the names of each operation, computed once."""

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self._names: dict[tuple[str, str], NamesOf] = {}

    def note(self, exchange: Exchange, unread: list[Unread]) -> None:
        """Notes what nothing reads of a call, with what was probably meant."""
        operation = exchange.operation
        assert operation is not None
        key = (exchange.vendor.name, operation.id)
        names = self._names.get(key)
        if names is None:
            names = self._names[key] = NamesOf(operation, exchange.secrets)
        headers = exchange.call.headers
        if not unread and names.reads_all(headers):
            return
        found = [names.meant(each, headers) for each in unread]
        exchange.unread = (*found, *names.unread_headers(headers))
        if self.strict and exchange.unread:
            raise Problem("unread_name", "; ".join(sentences(exchange.unread)))


def unread_refusal(exchange: Exchange, problem: Problem) -> Reply:
    """The sandbox's own refusal of a call that carries what nothing reads: wanted strict."""
    exchange.by = SANDBOX
    told = {"where": exchange.unread[0].place, "unread": [each.message for each in exchange.unread]}
    reply = refusal(400, "A name that nothing reads", problem.because, fix=FIX, **told)
    reply.undocumented = True
    return reply


def unread_hint(unread: Iterable[UnreadName]) -> str:
    """What was probably meant by the names that are near a known one; nothing: none is."""
    return "; ".join(sentences(each for each in unread if each.meant))


def sentences(unread: Iterable[UnreadName]) -> Iterator[str]:
    """A sentence for each name, but not for any number of them."""
    names = list(unread)
    yield from (each.message for each in names[:NAMED])
    if len(names) > NAMED:
        yield f"and {len(names) - NAMED} more"


def _named(unread: Unread, operation: Operation, headers: Mapping[str, str]) -> UnreadName:
    """The name with the one it is near, of its own place or else, the same name, of another."""
    name, location = unread.name, unread.location
    told = f"{unread.at}/{name}"[1:] if unread.at else name
    if not name:
        return UnreadName("body", "")
    if meant := nearest(name, unread.known):
        return UnreadName(location, told[:LENGTH], meant, location)
    other: tuple[tuple[str, Iterable[str]], ...] = (
        ("query", operation.query_parameters if location == "body" else ()),
        ("header", (each for each in operation.header_parameters if each not in headers)),
    )
    for place, names in other:
        if meant := next((each for each in names if _plain(each) == _plain(name)), ""):
            return UnreadName(location, told[:LENGTH], meant, place)
    return UnreadName(location, told[:LENGTH])


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; "": none is near."""
    rated = [(_likeness(name[:LENGTH], each), each) for each in known]
    best = max(rated, default=(0.0, ""), key=lambda each: each[0])
    least = ALIKE if len(name) >= SHORT else SHORT_ALIKE
    return best[1] if best[0] >= least else ""


def _likeness(name: str, known: str) -> float:
    """2: the same but for how words are joined; above 1: one has the other's words and more."""
    one, other = _plain(name), _plain(known)
    if one == other:
        return 2.0
    mine, theirs = _words(name), _words(known)
    if mine and theirs and (mine < theirs or theirs < mine):
        return 1 + 1 / (1 + abs(len(mine) - len(theirs)))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _headers_alike(name: str, known: str) -> bool:
    likeness = _likeness(name[:LENGTH], known)
    if 1 < likeness < 2:  # that both have an `id` says nothing
        return len((_words(name) & _words(known)) - {"x"}) > 1
    return likeness >= HEADERS_ALIKE


def _plain(name: str) -> str:
    return "".join(_WORD.findall(name)).lower()


def _words(name: str) -> set[str]:
    words = _WORD.findall(_HUMP.sub("_", name[: 2 * LENGTH]))
    return {each.lower() for each in islice(words, NAMED * 2)}
