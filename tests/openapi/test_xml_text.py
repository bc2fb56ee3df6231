"""Values as XML, named and wrapped as their schemas say."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from understudy.openapi.xml_text import HEAD, write_xml

TEXT = {"type": "string"}


def written(value: Any, schema: Any, **components: Any) -> str:
    def refs(ref: str) -> Any:
        return components.get(ref.rpartition("/")[2])

    text = write_xml(value, schema, refs)
    assert text.startswith(HEAD)
    ElementTree.fromstring(text)
    return text.removeprefix(HEAD)


@pytest.mark.parametrize(
    ("value", "schema", "text"),
    [
        ({"a": 1, "b": True, "c": None}, {}, "<root><a>1</a><b>true</b><c/></root>"),
        ({"a": "<&>"}, {"xml": {"name": "pet"}}, "<pet><a>&lt;&amp;&gt;</a></pet>"),
        (
            {"id": '1"', "name": "Rex"},
            {"properties": {"id": {"xml": {"attribute": True}}, "name": {"xml": {"name": "n"}}}},
            "<root id='1\"'><n>Rex</n></root>",
        ),
        (
            {"tags": ["a", "b"]},
            {"properties": {"tags": {"type": "array", "items": TEXT}}},
            "<root><tags>a</tags><tags>b</tags></root>",
        ),
        (
            {"tags": ["a"]},
            {
                "properties": {
                    "tags": {"xml": {"wrapped": True}, "items": {**TEXT, "xml": {"name": "tag"}}}
                }
            },
            "<root><tags><tag>a</tag></tags></root>",
        ),
        ([1, 2], {"items": {"type": "integer"}}, "<items><item>1</item><item>2</item></items>"),
        ({"a b": {"1": "\x00"}}, {}, "<root><a_b><_1>\ufffd</_1></a_b></root>"),
    ],
)
def test_names_and_wrappings(value: Any, schema: Any, text: str) -> None:
    assert written(value, schema) == text


def test_components_give_their_names() -> None:
    ref = {"$ref": "#/components/schemas/Pet"}
    pet = {"properties": {"name": TEXT}}
    assert written({"name": "Rex"}, ref, Pet=pet) == "<Pet><name>Rex</name></Pet>"
    listed = written([{"name": "Rex"}], {"type": "array", "items": ref}, Pet=pet)
    assert listed == "<Pets><Pet><name>Rex</name></Pet></Pets>"
