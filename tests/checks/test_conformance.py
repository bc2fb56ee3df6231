"""What a run is told to check, and against what."""

from __future__ import annotations

import pytest

from understudy.checks import allowances, conformance
from understudy.errors import InputError
from understudy.vendor import Vendor
from understudy.vendors import VENDORS

KNOWN = [vendor.name for vendor in VENDORS]


def test_no_name_means_all_vendors_and_admin() -> None:
    assert conformance.chosen(VENDORS, ()) == (*KNOWN, "admin")


def test_a_name_is_checked_once() -> None:
    assert conformance.chosen(VENDORS, ("admin", KNOWN[0], "admin")) == ("admin", KNOWN[0])


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(InputError, match="unknown vendor 'acme'") as caught:
        conformance.run(VENDORS, ["acme"])
    assert caught.value.fix == f"There are {', '.join([*KNOWN, 'admin'])}"


def test_no_examples_at_all_are_refused() -> None:
    with pytest.raises(InputError, match="--max-examples must be at least 1"):
        conformance.run(VENDORS, ["admin"], max_examples=0)


@pytest.mark.parametrize("vendor", VENDORS, ids=KNOWN)
def test_a_vendor_is_called_as_two_organisations_of_its_base_world(vendor: Vendor) -> None:
    found = conformance.identities(vendor)
    assert next(iter(found)) == "default"
    assert len(found) == 2
    first, second = found.values()
    assert first != second


@pytest.mark.parametrize("vendor", KNOWN)
def test_a_vendor_is_checked_below_its_own_name(vendor: str) -> None:
    target = conformance.target_of(vendor, VENDORS, "http://127.0.0.1:5000/~mine")
    assert f"{target.base_url}/".startswith(f"http://127.0.0.1:5000/~mine/{vendor}/")
    assert target.app is None


def test_the_admin_api_of_somebody_else_is_taken_as_open() -> None:
    target = conformance.target_of("admin", VENDORS, "http://127.0.0.1:5000")
    assert target.base_url == "http://127.0.0.1:5000/__admin"
    assert target.document["security"] == []
    assert target.identities == {}
    assert allowances.of_operations(target.document, target.file) == {}
    token = conformance.target_of("admin", VENDORS, "http://127.0.0.1:5000", "sesame")
    assert token.document["security"] == [{"adminToken": []}]
    assert token.identities == {"admin": {"authorization": "Bearer sesame"}}


@pytest.mark.parametrize("vendor", KNOWN)
def test_what_a_call_starts_goes_on_while_the_others_are_made(vendor: str) -> None:
    clock = conformance.target_of(vendor, VENDORS, None).app.sandbox.session("default").clock
    assert (clock.frozen, clock.each_call) == (True, 5_000)


def test_the_admin_api_of_our_own_wants_its_token() -> None:
    target = conformance.target_of("admin", VENDORS, None)
    assert target.identities == {"admin": {"authorization": "Bearer conformance"}}
    assert target.app is not None
