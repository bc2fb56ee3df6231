"""A scenario's records held against the answers that tell of them: a world's own contract check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, product
from typing import Any
from urllib.parse import quote, urlencode

from understudy.errors import InputError
from understudy.openapi.operation import Contract, Match, Operation, Violation
from understudy.openapi.request import decode_json, read
from understudy.server.wire.response import encode
from understudy.server.wire.turns import finish
from understudy.simulation.collection import Record
from understudy.simulation.world import World
from understudy.slices import InSlices
from understudy.vendor import Call, Problem, Reply, Request, Vendor
from understudy.yaml import escape

RECORDS = 200  # new records of one kind that are held
TRIES = 1_000  # calls that are made to find answers: 100 ms
AT_A_STRETCH = 50  # answers that are held between two pauses: about 5 ms
KEYS = 3  # credentials that are tried, those of the record's tenant first
WAYS = 6  # ways to name a record that are tried
MISSES = 3  # records in a row of which an operation tells nothing, until it is given up
OWNERS = ("tenant", "organization", "account")  # whose a record is

Known = Mapping[str, frozenset[str]]  # ids by kind


def ids(world: World) -> Known:
    """What there is, to tell later what is new."""
    return {name: frozenset(each.id for each in world[name]) for name in world.kinds}


class WorldCheck:
    """Holds the new records of a world against what its vendor's operations answer of them."""

    def __init__(self, vendor: Vendor, contract: Contract, world: World) -> None:
        self.vendor = vendor
        self.contract = contract
        self.world = world.fork()  # a look leaves no trace
        self._credentials = list(self.world["credentials"])
        self._left = TRIES
        self._best: dict[tuple[str, str], int] = {}  # the way that found the record before

    def check(self, before: Known, section: Mapping[str, Any]) -> None:
        """InputError for what no answer of the contract holds, at a stretch."""
        finish(self.checking(before, section))

    def checking(self, before: Known, section: Mapping[str, Any]) -> InSlices[None]:
        """InputError, with the pointer in the section, for what no answer of the contract holds."""
        for number, (operation, kind, record, reply) in enumerate(self._answers(before), 1):
            if number % AT_A_STRETCH == 0:
                yield None
            check = operation.schemas.get(reply.status)
            wrong = check(decode_json(encode(reply))) if check is not None else []
            if wrong:
                what = f"no {reply.status} of {operation.id} can tell it: {wrong[0].message}"
                place = _place(wrong[0], decode_json(encode(reply)), record, kind, section)
                raise InputError(what, where=place, fix="Write what the vendor's answer may say")

    def _answers(self, before: Known) -> Iterator[tuple[Operation, str, Record, Reply]]:
        """What the operations tell of the new records, as far as is looked for."""
        for operation in self._looks():
            for kind in self._about(operation):
                fresh = (each for each in self.world[kind] if each.id not in before[kind])
                missed = 0
                for record in islice(fresh, RECORDS):
                    reply = self._answer(operation, kind, record)
                    missed = missed + 1 if reply is None else 0
                    if missed == MISSES or self._left <= 0:
                        break
                    if reply is not None:
                        yield operation, kind, record, reply

    def answered_kinds(self, before: Known) -> set[str]:
        """The kinds whose new records an answer was found for."""
        return {kind for _, kind, _, _ in self._answers(before)}

    def _looks(self) -> Iterator[Operation]:
        """The operations that tell of one record."""
        for operation in self.contract.operations.values():
            own = operation.handled_by == operation.id and operation.id in self.vendor.handlers
            if operation.method == "GET" and own:
                yield operation

    def _about(self, operation: Operation) -> Iterable[str]:
        about = self.vendor.about
        return self.world.kinds if about is None else about.get(operation.id, ())

    def _answer(self, operation: Operation, kind: str, record: Record) -> Reply | None:
        """What the vendor answers of a record; None where nothing here may ask for it."""
        ways = list(islice(self._ways(operation, kind, record), WAYS))
        key = (operation.id, kind)
        best = self._best.get(key, 0)
        for number in sorted(range(len(ways)), key=lambda each: each != best):
            reply = self._told_to_someone(operation, kind, record, *ways[number])
            if reply is not None:
                self._best[key] = number
                return reply
        return None

    def _told_to_someone(
        self, operation: Operation, kind: str, record: Record, path: str, query: str
    ) -> Reply | None:
        for credential in sorted(self._credentials, key=partial(_farther, record))[:KEYS]:
            self._left -= 1
            said = self.vendor.signed(credential, operation)
            headers = {name.lower(): value for name, value in said.items()}
            call = Call("GET", path, query, headers, b"")
            reply = self._asked(operation, call, kind, record)
            if reply is not None:
                return reply
        return None

    def _ways(self, operation: Operation, kind: str, record: Record) -> Iterator[tuple[str, str]]:
        """The paths and queries that may name a record."""
        inside = [each.name for each in operation.path_parameters]
        beside = [name for name in operation.query_parameters if self._own(name, kind, record)]
        values = [self._values(name, kind, record) for name in inside]
        values += [self._own(name, kind, record) for name in beside]
        for chosen in product(*values):
            path = operation.path
            for name, value in zip(inside, chosen, strict=False):
                path = path.replace("{" + name + "}", quote(value, safe=""))
            yield path, urlencode(list(zip(beside, chosen[len(inside) :], strict=True)))

    def _asked(self, operation: Operation, call: Call, kind: str, record: Record) -> Reply | None:
        found = self.contract.find(call.method, call.path)
        if not isinstance(found, Match) or found.operation is not operation:
            return None
        asked = read(operation, found.values, call.query, call.headers, call.body)
        if asked.violations:
            return None
        try:
            caller = self.vendor.authenticate(call, operation, self.world)
            request = Request(call, operation, asked.values, asked.body, caller)
            request.named = named = self.vendor.named(request, self.world)
            if named is None or named[0] != kind or named[1].id != record.id:
                return None
            reply = self.vendor.handlers[operation.id](request, self.world)
        except Problem:
            return None
        return reply if reply.status < 300 and reply.raw is None else None

    def _values(self, parameter: str, kind: str, record: Record) -> list[str]:
        """What a path parameter may be for a record: of its own fields, and its parents'."""
        base, _, part = parameter.rpartition("_")
        found: list[object] = []
        for name, each in self._line(kind.removesuffix("s"), record):
            if name == base:
                found += [getattr(each, part, None), each.id]
            found += [getattr(each, parameter, None), getattr(each, base, None) if base else None]
        return _texts([*found, record.id])

    def _line(self, name: str, record: Record) -> Iterator[tuple[str, Record]]:
        """A record and those above it, each with what those below call it."""
        yield name, record
        for kind in self.world.kinds:
            single = kind.removesuffix("s")
            handle = getattr(record, single, None)
            above = self.world[kind].get(handle) if isinstance(handle, str) else None
            if above is not None and above is not record:
                yield from self._line(single, above)

    def _own(self, parameter: str, kind: str, record: Record) -> list[str]:
        """What a query parameter may be: a field of the record's, or its id by the kind's name."""
        mine = parameter.endswith(f"{kind.removesuffix('s')}_id")
        return _texts([getattr(record, parameter, None), record.id if mine else None])


def _farther(record: Record, credential: Record) -> bool:
    """Whether a credential is of another tenant than a record, so that those of its own come
    first."""
    own = {getattr(record, each, None) for each in OWNERS} - {None, ""}
    return bool(own) and getattr(credential, "tenant", None) not in own


def _texts(found: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(each for each in found if isinstance(each, str) and each))


def _place(
    wrong: Violation, body: Any, record: Record, kind: str, section: Mapping[str, Any]
) -> str:
    """Where the section says what the answer cannot tell: by the value, else by the record."""
    told = list(_values_on(wrong.pointer, body))
    for key, value in reversed(told):
        for pointer, name, said in _fields(section, ""):
            if name == key and said == value:
                return f"{pointer}{wrong.pointer.partition(f'/{escape(key)}')[2]}"
    for collection, entries in section.items():
        for number, entry in enumerate(entries):
            if record.id == entry.get("id") or getattr(record, "name", "") == entry.get("name", ()):
                return f"/{collection}/{number}"
    return f"/{kind}" if kind in section else ""


def _values_on(pointer: str, body: Any) -> Iterator[tuple[str, Any]]:
    """Each key on the way to a pointer, with what stands there."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        try:
            body = body[int(key)] if isinstance(body, Sequence) else body[key]
        except (LookupError, TypeError, ValueError):
            return
        if not key.isdigit():
            yield key, body


def _fields(value: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    """Every field that a section says: its pointer, its key, its value."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            place = f"{pointer}/{escape(key)}"
            yield place, key, each
            yield from _fields(each, place)
    elif isinstance(value, list | tuple):
        for number, each in enumerate(value):
            yield from _fields(each, f"{pointer}/{number}")
