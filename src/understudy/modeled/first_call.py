"""The call of a document to try first: one that works as it is pasted, a list before others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from understudy.errors import ContractError
from understudy.modeled.plan import Api
from understudy.openapi.operation import Operation
from understudy.openapi.sample import sample

ORDER = ("list", "singleton", "view", "sample", "create")  # the roles, best first
LOOKED_AT = 10  # operations that are compiled to find one that needs nothing


class _Candidate(NamedTuple):
    rank: tuple[int, int, int, int]
    operation: Operation


def first_call(api: Api) -> tuple[str, Mapping[str, Any]]:
    """An operation, and what it requires."""
    ranked = sorted(_candidates(api), key=lambda each: each.rank)
    chosen: tuple[str, Mapping[str, Any]] | None = None
    for _, operation in ranked[:LOOKED_AT]:
        if operation.broken is not None:
            continue
        required = _required(api, operation)
        if not required and operation.method == "GET":
            return operation.id, {}
        chosen = chosen or (operation.id, required)
    return chosen or (next(iter(api.contract.operations), ""), {})


def _candidates(api: Api) -> Iterator[_Candidate]:
    for number, operation in enumerate(api.contract.operations.values()):
        role = api.behaviour(operation).role
        place = ORDER.index(role) if role in ORDER else len(ORDER)
        told = (operation.path.count("{"), operation.method != "GET", place, number)
        yield _Candidate(told, operation)


def _required(api: Api, operation: Operation) -> dict[str, Any]:
    """What a call of an operation has to say: its required parameters, and a body."""
    told = {
        each.name: _sampled(api, each.schema)
        for each in operation.parameters
        if each.required or each.location == "path"
    }
    body = operation.body
    if body is not None:
        told["body"] = _sampled(api, body.schema)
    return told


def _sampled(api: Api, schema: Any) -> Any:
    try:
        return sample(schema, api.schemas.registry, 0, without="readOnly")
    except (ContractError, RecursionError):
        return None
