"""Documents with values of any name, made by POST and changed by operations (RFC 6902)."""

from __future__ import annotations

from tests.modeled.application import Client
from tests.modeled.documents import TEXT, at, content, document, operation, ref, thing
from understudy.modeled.inference import infer

FREE = {"type": "object", "additionalProperties": TEXT}
LABELS = {**thing({"version": TEXT}, "version"), "additionalProperties": TEXT}
CHANGES = {"type": "array", "items": thing({"op": TEXT, "path": TEXT, "value": TEXT})}
PATCH = "application/json-patch+json"
FILES = document(
    {
        "/files/{id}": {"parameters": at("id"), "get": operation(200, ref("File"))},
        "/files/{id}/labels": {
            "parameters": at("id"),
            "get": operation(200, ref("Labels")),
            "post": operation(201, ref("Labels"), FREE),
            "put": operation(200, ref("Labels"), requestBody=content(CHANGES, PATCH)),
            "delete": operation(204),
        },
    },
    {"File": thing({"id": TEXT}, "id"), "Labels": LABELS},
)


def test_it_is_made_changed_and_removed() -> None:
    client = Client(FILES, "files")
    path = f"/files/{next(client.world['files'].walk('every', '-')).id}/labels"
    assert client.post(path, {"colour": "red", "size": "4"}).body["colour"] == "red"
    change = b'[{"op": "replace", "path": "/colour", "value": "blue"}]'
    assert client.put(path, change, **{"content-type": PATCH}).status == 200
    shown = client.get(path).body
    assert (shown["colour"], shown["size"]) == ("blue", "4")
    assert client.delete(path).status == 204
    assert client.get(path).status == 404


def test_an_operation_on_what_is_not_there_changes_nothing() -> None:
    client = Client(FILES, "files")
    path = f"/files/{next(client.world['files'].walk('every', '-')).id}/labels"
    before = client.get(path).body
    change = b'[{"op": "replace", "path": "/weight", "value": "9"}]'
    assert client.put(path, change, **{"content-type": PATCH}).status == 422
    assert client.get(path).body == before


def test_a_write_that_answers_another_thing_is_none_to_the_document() -> None:
    other = operation(201, thing({"job": TEXT}), FREE)
    paths = {**FILES["paths"], "/files/{id}/labels": {"parameters": at("id"), "post": other}}
    paths["/files/{id}/labels"]["get"] = operation(200, ref("Labels"))
    made = infer({**FILES, "paths": paths})
    assert made.operations["post /files/{id}/labels"].role == "action"
