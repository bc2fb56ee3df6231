"""A record in the type that a client takes: JSON, or XML where the document has it."""

from __future__ import annotations

import asyncio
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.modeled.application import Client
from tests.modeled.documents import TEXT, at, content, document, many, operation, ref, thing
from understudy.server.inprocess import Answered, ask

XML, JSON = "application/xml", "application/json"


def answers(status: int, schema: Any, *kinds: str, **more: Any) -> dict[str, Any]:
    made = operation(status, **more)
    offered = {kind: each for kind in kinds for each in content(schema, kind)["content"].values()}
    made["responses"][str(status)]["content"] = offered
    return made


def pets(*kinds: str) -> Client:
    """Pets that are answered in these types."""
    paths = {
        "/pets": {
            "get": answers(200, many(ref("Pet")), *kinds),
            "post": answers(201, ref("Pet"), *kinds, sent=ref("Pet")),
        },
        "/pets/{id}": {"parameters": at("id"), "get": answers(200, ref("Pet"), *kinds)},
    }
    return Client(document(paths, {"Pet": thing({"id": TEXT, "name": TEXT}, "name")}), "pets")


def call(client: Client, path: str, accept: str) -> Answered:
    headers = {"accept": accept}.items()
    return asyncio.run(ask(client.app, "GET", f"/pets{path}", headers))


def test_what_was_made_is_read_as_xml() -> None:
    client = pets(JSON, XML)
    client.post("/pets", {"id": "rex", "name": "Rex & Co"}, accept=XML)
    one = call(client, "/pets/rex", XML)
    assert dict(one.headers)["content-type"] == XML
    assert ElementTree.fromstring(one.body).findtext("name") == "Rex & Co"
    listed = ElementTree.fromstring(call(client, "/pets", XML).body)
    assert (listed.tag, [each.tag for each in listed][-1]) == ("Pets", "Pet")
    assert [each.findtext("id") for each in listed][-1] == "rex"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", JSON),
        (f"{XML}, {JSON};q=0.9", XML),
        (f"{XML};q=0.1, {JSON};q=0.9", JSON),
        (f"application/*, {JSON};q=0", XML),
    ],
)
def test_the_type_is_the_one_that_is_wanted_most(accept: str, kind: str) -> None:
    assert dict(call(pets(JSON, XML), "/pets", accept).headers)["content-type"] == kind


def test_a_refusal_stays_what_the_document_says() -> None:
    assert call(pets(JSON, XML), "/pets/nobody", XML).status == 404
