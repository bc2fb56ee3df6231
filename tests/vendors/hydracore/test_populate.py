"""What a world file may say of HydraCore, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.hydracore.harness import LETTINGS, NOBODY, ONE, OURS, START, Harness
from understudy.errors import InputError
from understudy.simulation.clock import FROZEN_START
from understudy.simulation.world import World
from understudy.vendor import Caller, Missing
from understudy.vendors.hydracore import VENDOR
from understudy.vendors.hydracore.records import Key


def populated(**section: Any) -> World:
    world = World("hydracore", VENDOR.kinds, seed=7, now=FROZEN_START)
    VENDOR.populate(world, section, FROZEN_START)
    return world


def test_an_entry_that_says_nothing_is_an_active_record() -> None:
    world = populated(instances=[{"name": "agent"}], workflows=[{"name": "first"}])
    (record,) = world["workflows"]
    (instance,) = world["instances"]
    assert (record.state, record.type, record.created) == ("active", "custom", FROZEN_START)
    assert (record.tenant, record.instance) == (OURS, instance.id)


@pytest.mark.parametrize(
    ("status", "action", "actor"),
    [
        ("awaiting_approval", "approval_requested", "agent"),
        ("paused", "paused", "agent"),
        ("suspended", "suspended", "agent"),
        ("completed", "completed", "agent"),
        ("expired", "expired", "system"),
        ("cancelled", "aborted", "admin"),
        ("failed", "failed", "agent"),
    ],
)
def test_a_status_has_a_past(status: str, action: str, actor: str) -> None:
    found = Harness({"id": ONE, "status": status, "created": "-2h", "since": "-1h"}).read()
    assert [each["at"] for each in found["history"]] == [
        "2025-12-31T22:00:00Z",
        "2025-12-31T23:00:00Z",
    ]
    last = found["history"][-1]
    assert (last["action"], last["actor"], last["to_status"]) == (action, actor, status)
    assert (found["completed_at"] is not None) == (status == "completed")


def test_a_suspension_brings_its_payload() -> None:
    entry = {"status": "suspended", "step": "sign", "payload": {"a": 2}, "workflow_state": {"a": 1}}
    found = Harness({"id": ONE, **entry}).read()
    assert found["workflow_state"] == {"a": 2}
    assert found["history"][-1]["data"] == {"step": "sign", "payload": {"a": 2}}


def test_an_expiry_that_was_due_before_the_start_happened_then() -> None:
    found = Harness({"id": ONE, "created": "-2h", "expires_at": "-1h"}).read()
    assert (found["status"], found["updated_at"]) == ("expired", "2025-12-31T23:00:00Z")
    assert found["updated_at"] < START


AGENT = [{"name": "agent", "id": LETTINGS}]


@pytest.mark.parametrize(
    ("section", "where", "what"),
    [
        ({"customers": []}, "/customers", "a world has no customers"),
        ({"workflows": [{}]}, "/workflows/0", f"tenant {OURS} has no instance"),
        (
            {"instances": AGENT, "workflows": [{"instance": "other"}]},
            "/workflows/0/instance",
            "no instance 'other'",
        ),
        (
            {"instances": AGENT, "workflows": [{"status": "paused", "step": "sign"}]},
            "/workflows/0/step",
            "a record that is paused waits at no step",
        ),
        (
            {"instances": AGENT, "workflows": [{"since": "-1h"}]},
            "/workflows/0/since",
            "it lies before `created`",
        ),
        (
            {"instances": AGENT, "workflows": [{"created": "1h"}]},
            "/workflows/0/created",
            "1h lies after the session's start",
        ),
        (
            {"instances": AGENT, "workflows": [{"expires_at": "soon"}]},
            "/workflows/0/expires_at",
            "'soon' is no duration",
        ),
        (
            {"instances": AGENT, "workflows": [{"id": ONE}, {"id": ONE}]},
            "/workflows/1/id",
            f"workflows have a '{ONE}' already",
        ),
        (
            {"instances": AGENT, "workflows": [{"name": "a"}, {"name": "a"}]},
            "/workflows/1/name",
            "a second 'a'",
        ),
        (
            {"credentials": [{"name": "a", "key": "k"}, {"name": "b", "key": "k"}]},
            "/credentials/1/key",
            "this is the key of 'a'",
        ),
        (
            {"credentials": [{"name": "a", "role": "proxy"}]},
            "/credentials/0",
            f"tenant {OURS} has no instance",
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_place(
    section: dict[str, Any], where: str, what: str
) -> None:
    with pytest.raises(InputError) as caught:
        populated(**section)
    assert (caught.value.where, caught.value.what) == (where, what)


@pytest.mark.parametrize("collection", ["workflows", "instances", "credentials"])
def test_what_is_missing_can_be_declared(collection: str) -> None:
    key = Key(id="agent", key="k", role="proxy", tenant=OURS, instance=LETTINGS)
    fields = {"instance": LETTINGS} if collection == "workflows" else {}
    missing = Missing(collection, NOBODY, fields)
    said = VENDOR.declare(missing, Caller("agent", OURS, key)) or {}
    assert collection in said
    world = populated(**{**said, "instances": [*AGENT, *said.get("instances", ())]})
    assert collection == "credentials" or NOBODY in world[collection]


def test_what_no_world_can_have_is_not_declared() -> None:
    assert VENDOR.declare(Missing("customers", NOBODY), None) is None


@pytest.mark.parametrize(
    "missing",
    [
        Missing("workflows", NOBODY, {"tenant": OURS}),
        Missing("credentials", "", {"role": "proxy"}),
    ],
)
def test_what_is_declared_needs_no_instance_of_the_base_world(missing: Missing) -> None:
    key = {"name": "own", "key": "k", "tenant": OURS}
    said = VENDOR.declare(missing, None) or {}
    world = populated(**{**said, "credentials": [key, *said.get("credentials", ())]})
    assert missing.collection == "credentials" or NOBODY in world[missing.collection]
    assert [each.tenant for each in world["instances"]] == [OURS]
