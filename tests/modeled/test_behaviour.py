"""A model in the words of a behaviour section, and back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.documents import ORDERS
from understudy.errors import InputError
from understudy.modeled.behaviour import described, read
from understudy.modeled.inference import infer


def test_what_is_printed_reads_as_what_was_inferred() -> None:
    model = infer(ORDERS)
    assert read(described(model)) == model


def test_an_operation_is_said_by_its_role_and_its_collection() -> None:
    said = described(infer(ORDERS))["operations"]["listLines"]
    assert said["list"] == "lines"
    assert described(infer(ORDERS))["operations"]["health"]["sample"] == ""


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ([], "this is no behaviour"),
        ({"operations": {"a": {}}}, "/operations/a: no role is said"),
        ({"operations": {"a": {"list": "x", "read": "x"}}}, "/operations/a: list and read at once"),
        ({"operations": {"a": {"list": "x"}}}, "/operations/a/list: no collection 'x'"),
        ({"operations": {"a": {"sample": "", "uses": 1}}}, "nothing is called 'uses' here"),
        ({"collections": {"a": {"path": 1, "schema": ""}}}, "/collections/a: Expected `str`"),
        ({"collections": []}, "/collections: a mapping is wanted here"),
    ],
)
def test_a_mistake_is_told_with_its_place(section: Any, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read(section)
    assert told in str(caught.value)
