"""A user's document as it is checked: served in process, what it leaves open filled in and told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from understudy.checks.allowances import METHODS
from understudy.checks.document_calls import CALLED, DocumentSandbox
from understudy.checks.outcome import Allowance, Finding
from understudy.modeled.assembly import Modeled
from understudy.openapi.media_types import essence, is_xml
from understudy.openapi.operation import Operation

PROBLEM = "application/problem+json"
UNDECLARED = "undeclared"  # what the sandbox answers and the document does not say
SHOWN = 3  # records whose ids the checker is given
NO_LINKS = "the document declares no links, and none can be told from its names"
SENT = "who sends {} is not refused: it is passed over"
REFUSABLE = re.compile(r"in body - ([^\s:/]+): Value is not allowed")
XML_IS_TEXT = "a body in XML is read as text, and nothing is held against it"
NO_EXAMPLES = "the document gives no examples"


class CheckedDocument:
    """A document that is ready to be checked, and what had to be allowed for it."""

    def __init__(self, made: Modeled) -> None:
        self.made = made
        self.document: dict[str, Any] = deepcopy(dict(made.contract.document))
        self.document.pop("servers", None)
        self.excused: dict[str, tuple[Allowance, ...]] = {}
        self._hidden: dict[str, frozenset[str]] = {}
        self._examples = DocumentSandbox(made)
        operations = list(made.contract.operations.values())
        for operation in operations:
            self._operation(operation)
        self._examples.close()
        unserved = [each for each in operations if each.broken is not None]
        self.whole = (
            *(Allowance("not served", f"{each.id}: {each.broken}") for each in unserved),
            Allowance("stateful", NO_LINKS),
            Allowance("examples", NO_EXAMPLES),
        )

    def _operation(self, operation: Operation) -> None:
        path, method = self.made.api.path(operation), operation.method.lower()
        item = self.document["paths"][path]
        if operation.broken is not None:
            del item[method]
            return
        if "$ref" in item:
            item = self.document["paths"][path] = deepcopy(self._followed(item))
        raw = item[method] = {**item[method], "operationId": operation.id}
        for name in [each for each in METHODS if each in item and not isinstance(item[each], dict)]:
            del item[name]
        raw["responses"], left_out = self._responses(operation, raw)
        raw["parameters"] = [*self._parameters(operation, raw, item)]
        _read_texts(raw)
        self._naming(operation, raw)
        allowed = [_undeclared(left_out)] if left_out else []
        if hidden := self._read_only(operation):
            self._hidden[operation.id] = hidden
            allowed.append(Allowance("readOnly", SENT.format(", ".join(sorted(hidden)))))
        if _drop_xml(raw):
            allowed.append(Allowance("XML", XML_IS_TEXT))
        if self.made.api.behaviour(operation).role == "event":
            allowed += _guarded(operation)
        listing = self.made.api.plan(operation).listing
        kinds = _of_its_kind(operation, by_cursor=listing.page == "cursor")
        self.excused[operation.id] = (*allowed, *kinds)

    def _naming(self, operation: Operation, raw: dict[str, Any]) -> None:
        """Gives a body that names a record the id of a record that is there, as an example."""
        body, said = raw.get("requestBody"), self.made.api.behaviour(operation)
        if said.role not in CALLED or not isinstance(body, Mapping) or not said.by:
            return
        value = self._examples.valid(operation.id).body
        content = {kind: {**media, "example": value} for kind, media in body["content"].items()}
        raw["requestBody"] = {**body, "content": content}

    def passes(self, operation: str, finding: Finding) -> bool:
        """Whether a finding is one that was allowed: OpenAPI lets a readOnly field be sent."""
        if finding.check != "negative_data_rejection":
            return False
        found = REFUSABLE.findall(finding.message)
        return bool(found) and self._hidden.get(operation, frozenset()).issuperset(found)

    def _read_only(self, operation: Operation) -> frozenset[str]:
        """The readOnly fields of an operation's body."""
        if operation.body is None:
            return frozenset()
        schemas = self.made.api.schemas
        fields = schemas.properties(schemas.node(operation.body.schema, "body"))
        return frozenset(n for n, each in fields.items() if each.schema.get("readOnly") is True)

    def _responses(
        self, operation: Operation, raw: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """What is declared, and beside it the refusals that every sandbox has."""
        said = dict(raw.get("responses", {}))
        left_out = [str(each) for each in _refusals(operation) if not operation.by_status(each)]
        told = {"description": "The sandbox's own refusal", "content": {PROBLEM: {"schema": {}}}}
        return said | dict.fromkeys(left_out, told), left_out

    def _parameters(
        self, operation: Operation, raw: Mapping[str, Any], item: Mapping[str, Any]
    ) -> Iterator[Mapping[str, Any]]:
        """All parameters; those of the path with ids of records that are there."""
        call = self._examples.valid(operation.id)
        for said in _own_first(
            [self._followed(each) for each in raw.get("parameters", ())],
            [self._followed(each) for each in item.get("parameters", ())],
        ):
            value = call.path.get(said.get("name", "")) if said.get("in") == "path" else None
            plain = {key: each for key, each in said.items() if key not in ("example", "examples")}
            yield said if value is None else {**plain, "example": value}

    def _followed(self, value: Any) -> Any:
        schemas = self.made.api.schemas
        return {**schemas.follow(value, "")[0]} if "$ref" in value else value


def _own_first(
    own: Sequence[Mapping[str, Any]], shared: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The parameters of an operation, and those of its path that it does not say again."""
    yield from own
    said = {(each.get("name"), each.get("in")) for each in own}
    yield from (each for each in shared if (each.get("name"), each.get("in")) not in said)


def _refusals(operation: Operation) -> Iterator[int]:
    """The statuses that a sandbox may refuse a call of the operation with."""
    yield from (400, 404, 405, 406)
    if not operation.by_status(400):
        yield 422
    if operation.security:
        yield 401
    if operation.body is not None:
        yield from (409, 413, 415)
    if any(name in operation.header_parameters for name in ("if-match", "if-none-match")):
        yield 412


def _read_texts(raw: dict[str, Any]) -> None:
    """A text that must be there has a byte at least: one without any is no body."""
    body = raw.get("requestBody")
    if not isinstance(body, Mapping) or body.get("required") is not True:
        return
    content = dict(body.get("content", {}))
    for kind, media in content.items():
        schema = media.get("schema") if isinstance(media, Mapping) else None
        if kind.startswith("text/") and isinstance(schema, Mapping) and "$ref" not in schema:
            content[kind] = {**media, "schema": {"minLength": 1, **schema}}
    raw["requestBody"] = {**body, "content": content}


def _undeclared(statuses: Sequence[str]) -> Allowance:
    because = "the document does not say them; the sandbox answers problem+json"
    return Allowance(UNDECLARED, because, tuple(statuses))


def _guarded(operation: Operation) -> Iterator[Allowance]:
    """What a checker cannot know: that a record, or another, does not let an event happen."""
    statuses = sorted({each.status for each in operation.answers.values()})
    told = tuple(str(each) for each in statuses if 402 <= each < 500)
    if told:
        yield Allowance("positive_data_acceptance", "a guard may not let it happen", told)


def _drop_xml(raw: dict[str, Any]) -> bool:
    """Takes XML out of what a body may be where there is another type; whether there was any."""
    body = raw.get("requestBody")
    content = body.get("content") if isinstance(body, Mapping) else None
    kept = {kind: media for kind, media in (content or {}).items() if not is_xml(essence(kind))}
    if not kept or content is None or len(kept) == len(content):
        return False
    raw["requestBody"] = {**raw["requestBody"], "content": kept}
    return True


def _of_its_kind(operation: Operation, *, by_cursor: bool) -> Iterator[Allowance]:
    """What a checker cannot know: that a record is not there any more, or has changed, which
    cursors were handed out, and that an operation only sends elsewhere."""
    if by_cursor:
        because = "a cursor that nobody was given is refused"
        yield Allowance("positive_data_acceptance", because, ("400", "422"))
    statuses = [each.status for each in operation.answers.values()]
    if statuses and not any(200 <= each < 300 for each in statuses):
        yield Allowance("accepted", "the document declares no success")
    conditional = [each for each in ("if-match",) if each in operation.header_parameters]
    if conditional:
        because = "a record has another version than the header names"
        yield Allowance("positive_data_acceptance", because, ("412",))
