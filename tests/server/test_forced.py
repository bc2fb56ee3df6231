"""Forced answers say what the vendor's own would, headers included."""

from __future__ import annotations

import json

import pytest

from tests.proof.door import Door as Vendors
from tests.server.door import KEY, Door
from understudy.vendors import VENDORS


@pytest.mark.parametrize("vendor", [vendor.name for vendor in VENDORS])
def test_a_forced_405_names_the_paths_methods(vendor: str) -> None:
    with Vendors(vendor) as door:
        operation, _ = door.app.sandbox.vendors[vendor].first_call
        told = door.send(door.valid(operation), prefer="code=405")
        natural = door.client.ask("TRACE", door.url(door.valid(operation)))
        assert told.status == natural.status == 405
        assert told.headers["allow"] == dict(natural.headers)["allow"]


def test_a_preference_for_what_is_not_there_is_the_sandboxs_own_refusal() -> None:
    path = "/looply/v2/workflows/getOrganizationWorkflows"
    with Door() as door:
        told = door.process.ask("GET", path, (KEY, ("prefer", "example=OK_OK")), b"")
        assert (told.status, json.loads(told.body)["title"]) == (400, "No such answer")
        assert "provenance=undocumented" in dict(told.headers)["x-understudy"]
        assert door.why()["reply"]["answer"] == ""
