"""The call to paste for a vendor: its usual first one, or one that the served world can answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from understudy.errors import UnderstudyError
from understudy.openapi.operation import Contract, Match, Operation
from understudy.openapi.request import read
from understudy.scenarios.stories.requests import StepRequest, build_request
from understudy.simulation.world import World
from understudy.vendor import Call, Credential, Problem, Request, Vendor

TRIED = 200  # calls that are tried where the usual one is refused
OF_EACH = 3  # records of a collection whose ids are tried


def first_request(
    contract: Contract, vendor: Vendor, world: World, credential: Credential | None
) -> StepRequest:
    """The vendor's first call where its world can answer that; else the first that it can."""
    name, given = vendor.first_call
    usual = _built(contract, vendor, contract.operations[name], given, credential)
    if usual is not None and _works(contract, vendor, world, usual):
        return usual
    others = islice(_others(contract, vendor, world, credential), TRIED)
    found = next((each for each in others if _works(contract, vendor, world, each)), None)
    if found is None:
        found = usual or build_request(contract, contract.operations[name], given, {}, {})
    return found


def _others(
    contract: Contract, vendor: Vendor, world: World, credential: Credential | None
) -> Iterator[StepRequest]:
    """Calls that need no body, those with the fewest names in their path first."""
    known = list(_known(world, credential))
    reads = [each for each in contract.operations.values() if each.method == "GET"]
    for operation in sorted(reads, key=lambda each: len(each.path_parameters)):
        names = [each.name for each in operation.parameters if each.required]
        for values in product(known, repeat=len(names)):
            given = dict(zip(names, values, strict=True))
            made = _built(contract, vendor, operation, given, credential)
            if made is not None:
                yield made


def _known(world: World, credential: Credential | None) -> Iterator[str]:
    """What may stand in a path: whose key it is, and the ids of a few records."""
    if credential is not None:
        yield credential.tenant
    for name, collection in world.collections.items():
        if name != "credentials":
            yield from (each.id for each in islice(collection.walk(), OF_EACH))


def _built(
    contract: Contract,
    vendor: Vendor,
    operation: Operation,
    given: Mapping[str, Any],
    credential: Credential | None,
) -> StepRequest | None:
    headers = {} if credential is None else vendor.signed(credential, operation)
    try:
        return build_request(contract, operation, given, headers, {})
    except UnderstudyError:
        return None


def _works(contract: Contract, vendor: Vendor, world: World, made: StepRequest) -> bool:
    """Whether a twin of the world answers it and does not refuse."""
    path, _, query = made.path.partition("?")
    found, twin = contract.find(made.method, path), world.fork()
    if not isinstance(found, Match):
        return False
    call = Call(made.method, path, query, dict(made.headers), made.body, twin.identifiers)
    operation = found.operation
    try:
        caller = vendor.authenticate(call, operation, twin)
        asked = read(operation, found.values, query, call.headers, call.body)
        if asked.violations:
            return False
        request = Request(call, operation, asked.values, asked.body, caller)
        request.named = vendor.named(request, twin)
        return vendor.handlers[operation.handled_by](request, twin).status < 400
    except Problem:
        return False
