"""A step's `with` as a request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.shop_vendor import contract, operation, scenario
from understudy.errors import InputError
from understudy.scenarios.stories.model import CallStep
from understudy.scenarios.stories.requests import StepRequest, build_request


def sent(name: str, arguments: dict[str, Any], **signature: str) -> StepRequest:
    signed = {key.replace("_", "-"): value for key, value in signature.items()}
    return build_request(contract(), operation(name), arguments, signed, {})


def test_parameters_travel_where_the_contract_says() -> None:
    made = sent(
        "placeOrder",
        {"order_id": "a/b c", "dry_run": True, "X-Trace": "t", "body": {"sku": "s"}},
        x_api_key="k",
    )
    assert made.method == "POST"
    assert made.path == "/v1/orders/a%2Fb%20c?dry_run=true"
    assert dict(made.headers) == {
        "x-api-key": "k",
        "x-trace": "t",
        "content-type": "application/json",
    }
    assert made.body == b'{"sku":"s"}'


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({}, "/v1/orders"),
        ({"limit": 5}, "/v1/orders?limit=5"),
        ({"limit": None}, "/v1/orders"),
        ({"limit": "many"}, "/v1/orders?limit=many"),
        ({"state": ["open", "a&b"]}, "/v1/orders?state=open&state=a%26b"),
        ({"query.v": "2", "query.w": [1, 2]}, "/v1/orders?v=2&w=1&w=2"),
    ],
)
def test_queries(arguments: dict[str, Any], path: str) -> None:
    assert sent("listOrders", arguments).path == path


def test_without_an_optional_segment_the_variant_is_called() -> None:
    assert sent("placeOrder", {"body": {}}).path == "/v1/orders"


def test_a_path_must_be_complete() -> None:
    with pytest.raises(InputError, match="readOrder needs `order_id` in its path"):
        sent("readOrder", {})


def test_wrong_requests_can_be_sent_on_purpose() -> None:
    made = sent(
        "placeOrder",
        {
            "order_id": "a",
            "raw": '{"broken',
            "headers": {"X-API-Key": None, "Content-Type": "text/plain", "x-n": 1},
        },
        x_api_key="k",
    )
    assert dict(made.headers) == {"content-type": "text/plain", "x-n": "1"}
    assert made.body == b'{"broken'


def test_a_body_where_none_is_declared_is_sent_all_the_same() -> None:
    made = sent("listOrders", {"body": None})
    assert (made.body, dict(made.headers)) == (b"null", {"content-type": "application/json"})


def test_an_id_of_digits_is_sent_as_it_was_written() -> None:
    made = scenario("steps:\n  - { call: placeOrder, with: { order_id: 0017, body: { n: 0017 } } }")
    step = made.steps[0]
    assert isinstance(step, CallStep)
    request = build_request(step.contract, step.operation, step.arguments, {}, step.written)
    assert request.path == "/v1/orders/0017"
    assert request.body == b'{"n":17}'
