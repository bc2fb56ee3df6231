"""A large world is no work for the garbage collector: it would stop all calls for a while."""

from __future__ import annotations

import gc

import pytest

from understudy.server.app import create_app
from understudy.settings import Settings
from understudy.vendor import Vendor
from understudy.vendors import VENDORS


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda each: each.name)
def test_nothing_of_a_record_is_looked_at(vendor: Vendor) -> None:
    world = create_app(Settings()).sandbox.session("mine").world(vendor.name)
    records = [record for each in world.collections.values() for record in each]
    steps = [step for each in records for step in world.trail("instances", each.id)]
    due = [event for _, event, _ in world.events]
    assert records
    assert not any(gc.is_tracked(each) for each in (*records, *steps, *due))
