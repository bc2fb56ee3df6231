"""The page's own curl samples, sent as they stand there."""

from __future__ import annotations

from typing import Any

from tests.vendors.hydracore.harness import LETTINGS, Harness

SAMPLE = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
CUSTOMER = "160c0c4b-9966-4dc1-a916-8407eb10d74e"
INSTANCE = f"/internal/v1/instances/{SAMPLE}/workflows"
FILTERS = f"customer_id={SAMPLE}&workflow_type=string&status=string"

SAMPLES: list[tuple[str, str, Any, int]] = [
    ("GET", f"{INSTANCE}?{FILTERS}&reference=string&page=1&per_page=20", None, 200),
    # The sample's type is none of the ten.
    ("POST", INSTANCE, {"customer_id": CUSTOMER, "workflow_type": "string"}, 422),
    ("GET", f"{INSTANCE}/{SAMPLE}", None, 200),
    ("PATCH", f"{INSTANCE}/{SAMPLE}", {"action": "string"}, 200),
    ("POST", f"{INSTANCE}/{SAMPLE}/suspend", {"step": "string"}, 200),
    ("POST", f"{INSTANCE}/{SAMPLE}/resume", {}, 200),
    ("GET", f"/v1/workflows?{FILTERS}&page=1&per_page=20", None, 200),
    ("GET", "/v1/workflows/suspended", None, 200),
    ("GET", f"/v1/workflows/{SAMPLE}", None, 200),
    ("POST", f"/v1/workflows/{SAMPLE}/suspend", {"step": "string"}, 200),
    ("POST", f"/v1/workflows/{SAMPLE}/resume", {}, 200),
    ("POST", f"/v1/workflows/{SAMPLE}/abort", None, 200),
]


def test_there_is_one_for_each_operation() -> None:
    assert len(SAMPLES) == 12


def test_the_samples_in_their_order() -> None:
    one = Harness({"id": SAMPLE, "customer_id": CUSTOMER})
    for method, path, body, status in SAMPLES:
        if path.startswith("/v1"):
            told = one.ask(method, path, body, by="key-ours")
        else:
            told = one.ask(method, path.replace(SAMPLE, LETTINGS, 1), body)
        assert told.status == status, (method, path, told.body)
    assert [each["action"] for each in one.read(SAMPLE)["history"]] == [
        "created",
        "string",
        "suspended",
        "resumed",
        "suspended",
        "resumed",
        "aborted",
    ]
