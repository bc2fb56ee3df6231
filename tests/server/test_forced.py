"""Forced answers say what the vendor's own would, headers included."""

from __future__ import annotations

import pytest

from tests.proof.door import Door
from understudy.vendors import VENDORS


@pytest.mark.parametrize("vendor", [vendor.name for vendor in VENDORS])
def test_a_forced_405_names_the_paths_methods(vendor: str) -> None:
    with Door(vendor) as door:
        operation, _ = door.app.sandbox.vendors[vendor].first_call
        told = door.send(door.valid(operation), prefer="code=405")
        natural = door.client.ask("TRACE", door.url(door.valid(operation)))
        assert told.status == natural.status == 405
        assert told.headers["allow"] == dict(natural.headers)["allow"]
