"""What is known of a document's behaviour: its collections, and what each operation does to them.

Inference makes this value, a person may write it; whoever did, handlers work from it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

Role = Literal[
    "list",  # the records of a collection, filtered, ordered, in pages
    "read",  # one record
    "create",
    "replace",  # a record as it is sent, and nothing of what it was
    "merge",  # what is sent changes, the rest stays
    "delete",
    "subdocument",  # the one document below a record: read, written or removed by method
    "singleton",  # the one document of its path
    "link",  # known records listed at another path, added there and taken away: `does`
    "view",  # known records, read from another place
    "event",  # an event of a record's lifecycle, called as its settings say
    "action",  # a write to a known record whose effect nobody knows
    "rpc",  # one of the others, said by a word of the path, its ids in the call: `does`
    "sample",  # no record behind it: an example, else a sample
]
Paging = Literal["", "page", "offset", "cursor"]


class Listing(Struct, frozen=True, omit_defaults=True):
    """How a list is asked for and answered; pointers are into its body."""

    items: str = ""  # where its records stand; "": the body is the list
    page: Paging = ""
    by: str = ""  # the parameter that says which page, offset or cursor
    size: str = ""  # the parameter that says how many
    order: str = ""  # the parameter that says which field orders
    direction: str = ""  # the parameter that says which way
    filters: Mapping[str, str] = field(default_factory=dict)  # parameter -> field of the record
    envelope: Mapping[str, str] = field(default_factory=dict)  # total, next, more... -> pointer
    usual: int = 0  # how many where nobody says; 0: as the document says
    most: int = 0  # how many at most


class Collection(Struct, frozen=True, omit_defaults=True):
    """Records of one kind; a scoped one has those of each owner apart."""

    path: str  # where they are listed and made
    schema: str  # of one record: a JSON pointer into the document
    item: str = ""  # where one is: the path with its id
    id: str = ""  # the field that is named by the path's last parameter; a pointer where it is deep
    under: str = ""  # the collection whose record each belongs to
    single: bool = False  # one document for each path, not many records
    seed: int = 3  # records it starts with
    settings: Mapping[str, Any] = field(default_factory=dict)  # its state, lifecycle, refusals
    of: str = ""  # of links: the collection whose records they stand for
    record: str = ""  # of links: where in an entry the record stands


class Operation(Struct, frozen=True, omit_defaults=True):
    """What one operation does, and how that was found out."""

    role: Role
    of: str = ""  # the collection
    rule: int = 0  # of inference, by number; 0: somebody said so
    saw: str = ""  # one sentence: what the rule saw, or why none fits
    does: str = ""  # of an rpc: the role it plays; of a link: list, add, remove or contains
    by: str = ""  # the field its path names a record by, if not the id; else the call's name for it
    under: str = ""  # whose records these are: those made below the same path
    body: str = ""  # where the record stands in what is sent
    answer: str | None = None  # where it stands in what is answered; None: it does not
    listing: Listing | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)  # its event, answer, condition


class Model(Struct, frozen=True):
    """The behaviour of one document."""

    collections: Mapping[str, Collection]
    operations: Mapping[str, Operation]  # by operationId
