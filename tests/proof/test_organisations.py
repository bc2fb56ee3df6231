"""What belongs to one organisation is not another's, whichever operation is asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from understudy.checks.conformance import identities
from understudy.vendors import VENDORS

from .contract_client import ContractClient, contract_of

OPERATIONS = [
    pytest.param(vendor.name, operation, id=f"{vendor.name}.{operation}")
    for vendor in VENDORS
    for operation in contract_of(vendor.name).operations
]


@pytest.fixture(scope="module")
def doors() -> Iterator[dict[str, ContractClient]]:
    opened = {vendor.name: ContractClient(vendor.name) for vendor in VENDORS}
    yield opened
    for client in opened.values():
        client.client.close()


@pytest.mark.parametrize(("vendor", "operation"), OPERATIONS)
def test_the_same_call_as_another_organisation_is_told_something_else(
    doors: dict[str, ContractClient], vendor: str, operation: str
) -> None:
    client = doors[vendor]
    own, other = identities(client.app.sandbox.vendors[vendor])
    wish = client.valid(operation)
    client.reset()
    mine = client.send(replace(wish, caller=own))
    client.reset()
    theirs = client.send(replace(wish, caller=other))
    assert (mine.wrong, theirs.wrong) == ([], [])
    assert 200 <= mine.status < 300
    assert (theirs.status, theirs.body) != (mine.status, mine.body)
