"""A large world is no work for the garbage collector: it would stop all calls for a while."""

from __future__ import annotations

import gc

import pytest

from understudy.client import create_app
from understudy.settings import Settings
from understudy.vendor import Vendor
from understudy.vendors import VENDORS


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda each: each.name)
def test_nothing_of_a_record_is_looked_at(vendor: Vendor) -> None:
    world = create_app(Settings()).sandbox.session("mine").world(vendor.name)
    found = [(name, record) for name, each in world.collections.items() for record in each]
    records = [record for _, record in found]
    steps = [step for name, record in found for step in world.transitions(name, record.id)]
    due = [event for _, event, _ in world.events]
    assert records
    assert steps
    assert not any(gc.is_tracked(each) for each in (*records, *steps, *due))
