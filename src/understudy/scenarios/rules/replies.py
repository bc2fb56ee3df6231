"""What a rule replies, held against what its operation defines and what HTTP can carry."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from understudy.openapi.operation import Answer, Contract, Operation, Violation
from understudy.scenarios.language.captures import captures, filled
from understudy.scenarios.language.source import Source
from understudy.scenarios.rules.call_fields import RawCall
from understudy.scenarios.rules.request_values import Reads, header_values, reads_of, with_values
from understudy.vendor import Request
from understudy.yaml import escape

HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")  # a token of RFC 9110
CARRIED = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")  # Latin-1 without controls: one line of a head
OURS = ("content-length", "date", "transfer-encoding", "x-understudy", "x-understudy-request")
BODILESS = (204, 304)
ANYWHERE = (404, 405, 429, 500, 503)  # what every vendor says, of unknown paths the first


class Forced(Struct, frozen=True):
    """What a rule replies: an answer of the contract by name, or a status with what is beside.

    `answer` None: for every operation, the first of that status; `written`: the body counts as it
    is, also when it is empty.
    """

    status: int
    answer: str | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    written: bool = False
    undocumented: bool = False
    reads: Reads = field(default_factory=dict)  # what it takes of the request

    def to(self, call: RawCall | Request) -> Forced:
        """The reply to a call, with the call's values."""
        headers = dict(header_values(self.headers, self.reads, call))
        return replace(self, body=with_values(self.body, self.reads, call), headers=headers)


def forced(
    operation: Operation | None,
    value: Any,
    source: Source,
    pointer: str,
    statuses: Callable[[], Collection[int]],
    contract: Contract | None = None,
    *,
    gate: bool = False,
) -> Forced:
    """The reply a rule wants; ScenarioError with what is defined for one that is not.

    `statuses` are those of all operations, for a rule that is for all.
    """
    if isinstance(value, str):
        answer = _named(operation, value, source, pointer)
        return Forced(answer.status, answer.name)
    given = value if isinstance(value, Mapping) else {"status": value}
    status, written = int(given["status"]), "body" in given
    _carried(status, given, source, pointer)
    undocumented = bool(given.get("undocumented", False))
    answer_name = None
    said = {key: given[key] for key in ("body", "headers") if key in given}
    reads = reads_of(contract, operation, said, source, pointer, gate=gate)
    if operation is None and not undocumented and status not in ANYWHERE:
        _defined_somewhere(status, statuses(), source, pointer)
    if operation is not None and not undocumented:
        answer_name = _first(operation, status, source, pointer).name
        if written:
            _hold(operation, status, given["body"], source, f"{pointer}/body")
    return Forced(
        status,
        None if written else answer_name,
        given.get("body") if reads else filled(given.get("body"), _nothing, literal=True),
        given.get("headers", {}),
        written or undocumented,
        undocumented,
        reads,
    )


def _carried(status: int, given: Mapping[str, Any], source: Source, pointer: str) -> None:
    """Refuses what would break the connection for whoever reads it."""
    if status < 200:
        fix = "Say the final status, from 200 on"
        raise source.refuse(f"{status} only announces an answer", f"{pointer}/status", fix)
    if status in BODILESS and given.get("body") is not None:
        what = f"HTTP has no body with {status}"
        raise source.refuse(what, f"{pointer}/body", "Remove it, or say another status")
    for name, value in given.get("headers", {}).items():
        place = f"{pointer}/headers/{escape(name)}"
        if HEADER.fullmatch(name) is None:
            fix = "Write letters, digits and dashes, such as Retry-After"
            raise source.refuse(f"{name!r} is no name of a header", place, fix)
        if name.lower() in OURS:
            fix = "Remove it; a body of another length is `fault: {truncate: BYTES}`"
            raise source.refuse(f"`{name}` is said by the sandbox", place, fix)
        if CARRIED.fullmatch(value) is None:
            fix = "Write one line of Latin-1"
            raise source.refuse(f"no header can carry {value!r}", place, fix)


def defined(operation: Operation) -> str:
    """The answers of an operation, by status."""
    by_status: dict[int, list[str]] = {}
    for answer in operation.answers.values():
        by_status.setdefault(answer.status, []).append(answer.name)
    return ", ".join(f"{status} {' '.join(names)}" for status, names in sorted(by_status.items()))


def _named(operation: Operation | None, name: str, source: Source, pointer: str) -> Answer:
    if operation is None:
        raise source.refuse(
            f"`{name}` is the answer of one operation, and this rule is for all",
            pointer,
            "Say a status",
        )
    answer = operation.answers.get(name)
    if answer is None:
        close = get_close_matches(name.upper(), operation.answers, 1)
        hint = f"Did you mean {close[0]}? It has" if close else "It has"
        raise source.refuse(
            f"{operation.id} has no answer {name}", pointer, f"{hint} {defined(operation)}"
        )
    return answer


def _first(operation: Operation, status: int, source: Source, pointer: str) -> Answer:
    known = operation.by_status(status)
    if not known:
        raise source.refuse(
            f"{operation.id} does not define {status}",
            pointer,
            f"It has {defined(operation)}; or say {{status, body, undocumented: true}}",
        )
    return known[0]


def _defined_somewhere(status: int, there: Collection[int], source: Source, pointer: str) -> None:
    """Refuses for all operations what none of them defines."""
    if status not in there:
        raise source.refuse(
            f"no operation defines {status}",
            pointer,
            f"They define {', '.join(map(str, sorted(there)))}; "
            "or say {status, body, undocumented: true}",
        )


def _hold(operation: Operation, status: int, body: Any, source: Source, pointer: str) -> None:
    check = operation.schemas.get(status)
    open_places = [place for place, _ in captures(body)]
    found = check(filled(body, _itself, literal=True)) if check is not None else []
    wrong = [each for each in found if not _hangs_on(each, open_places)]
    if wrong:
        raise source.refuse(
            f"this is no body of {operation.id}'s {status}: {wrong[0].message}",
            f"{pointer}{wrong[0].pointer}",
            "Mend it, or say undocumented: true",
        )


def _hangs_on(wrong: Violation, places: Collection[str]) -> bool:
    """Whether it may be right once the request's values are filled in."""
    return any(
        place == wrong.pointer
        or (place.startswith(f"{wrong.pointer}/") and wrong.keyword in ("anyOf", "oneOf"))
        for place in places
    )


def _itself(names: tuple[str, ...]) -> str:
    return f"${{{'.'.join(names)}}}"


def _nothing(names: tuple[str, ...]) -> Any:
    raise AssertionError("it has no captures")
