"""What a contract may excuse, and how a wrong excuse is told."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.checks import allowances
from understudy.checks.outcome import Allowance
from understudy.errors import ContractError


def document(of_operation: Any = None, **top: Any) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": "readThing"}
    if of_operation is not None:
        operation["x-understudy-check"] = of_operation
    return {"paths": {"/a/{b}": {"get": operation}}, **top}


def test_a_status_is_allowed_with_its_reason() -> None:
    found = allowances.of_operations(
        document({"positive_data_acceptance": {"allow": [400, "5XX"], "because": "so it is"}}), "f"
    )
    assert found == {
        "readThing": (Allowance("positive_data_acceptance", "so it is", ("400", "5XX")),)
    }


def test_an_operation_without_excuses_is_absent() -> None:
    assert allowances.of_operations(document(), "f") == {}


def test_the_contract_as_a_whole_is_excused_at_the_top() -> None:
    top = {"x-understudy-check": {"stateful": {"because": "one operation only"}}}
    assert allowances.of_contract(document(**top), "f") == (
        Allowance("stateful", "one operation only"),
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("all", "is no mapping of checks"),
        ({"not_a_server_error": {"because": "x"}}, "is nothing to allow here"),
        ({"positive_data_acceptance": {"allow": [400]}}, "has no reason"),
        ({"positive_data_acceptance": {"allow": [400], "because": " "}}, "has no reason"),
        ({"positive_data_acceptance": {"because": "x"}}, "allows no status"),
        ({"positive_data_acceptance": {"allow": [40], "because": "x"}}, "'40' is no status"),
        ({"accepted": {"allow": [400], "because": "x"}}, "takes no status"),
    ],
)
def test_a_wrong_excuse_is_told_with_its_place(value: Any, told: str) -> None:
    with pytest.raises(ContractError) as caught:
        allowances.of_operations(document(value), "specs/acme.yaml")
    assert told in str(caught.value)
    assert caught.value.where.startswith("specs/acme.yaml#/paths/~1a~1{b}/get/x-understudy-check")
    assert caught.value.fix != ""
