"""Lists that only grow: what is sent is the very entry that is listed, and has no id."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.documents import TEXT, at, document, many, operation, ref, thing
from understudy.modeled.inference import infer
from understudy.modeled.records import data_of

NOTE = thing({"details": TEXT, "author": TEXT}, "details")
NOTES = thing({"NoteRecords": many(ref("Note"))})


def journal(method: str = "post", said: str = "createNote", sent: Any = None) -> dict[str, Any]:
    """Orders, each with a history of notes."""
    made = {
        "/orders/{id}": {"parameters": at("id"), "get": operation(200, ref("Order"))},
        "/orders/{id}/history": {
            "parameters": at("id"),
            "get": operation(200, ref("Notes"), operationId="getNotes"),
            method: operation(200, ref("Notes"), sent or ref("Notes"), operationId=said),
        },
    }
    schemas = {"Order": thing({"id": TEXT}, "id"), "Note": NOTE, "Notes": NOTES}
    return document(made, schemas)


@pytest.mark.parametrize("method", ["post", "put"])
def test_what_is_added_to_a_record_is_listed_with_it(method: str) -> None:
    client = Client(journal(method))
    order = next(client.world["orders"].walk("every", "-")).id
    path = f"/orders/{order}/history"
    before = client.get(path).body["NoteRecords"]
    made = client.call(method.upper(), path, {"NoteRecords": [{"details": "Paid"}]})
    assert made.body == {"NoteRecords": [{"details": "Paid"}]}
    after = client.get(path).body["NoteRecords"]
    assert [each for each in after if each not in before] == [{"details": "Paid"}]
    assert len(after) == len(before) + 1
    assert client.get("/orders/nobody/history").status == 404


def test_what_is_there_at_first_has_the_fields_of_an_entry_alone() -> None:
    client = Client(journal())
    notes = [data_of(each) for each in client.world["NoteRecords"].walk("every", "-")]
    assert len(notes) == 3
    assert all("details" in each and each.keys() <= {"details", "author"} for each in notes)


def test_a_put_of_a_list_that_nobody_calls_a_creation_may_replace_it_all() -> None:
    assert infer(journal("put", "setNotes")).operations["setNotes"].role != "create"


def test_what_is_sent_another_thing_adds_nothing() -> None:
    made = infer(journal(sent=thing({"text": TEXT, "mail": TEXT})))
    assert [each.role for each in made.operations.values()] == ["read", "sample", "action"]


def test_entries_with_a_path_of_their_own_need_an_id() -> None:
    made = journal()
    one = {"parameters": at("id", "note_id"), "get": operation(200, ref("Note"))}
    made["paths"]["/orders/{id}/history/{note_id}"] = one
    assert infer(made).operations["createNote"].role == "action"
