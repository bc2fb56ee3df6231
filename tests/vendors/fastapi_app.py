"""A small FastAPI app, and a contract that says the same: what one refuses, the other refuses."""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import FastAPI, Header, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field, field_validator

from tests.openapi import small_contracts as small
from understudy.openapi.operation import Match, Violation
from understudy.openapi.request import read
from understudy.vendor import Call, Problem, Reply
from understudy.vendors import fastapi
from understudy.vendors.pydantic import ErrorDetail, enumeration, literal, value_error

ID = "497f6eca-6276-4993-bfeb-53cbbbba6f08"

JSON = {"content-type": "application/json"}


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Page(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int = Field(ge=1, le=300)


class Book(BaseModel):
    owner: UUID
    title: str = Field(min_length=2, max_length=10)
    state: dict[str, Any] | None = None
    due: datetime | None = None
    level: int | None = None
    price: float | None = Field(None, gt=0, lt=5)
    weight: float | None = Field(None, ge=1.5, le=20, multiple_of=0.5)
    lent: bool = False
    tags: list[str] = Field(default_factory=list, max_length=2)
    shelf: str | None = Field(None, pattern="^[a-z]+$")
    cover: Literal["soft", "hard", "none"] | None = None
    only: Literal["one"] | None = None
    first: Page | None = None
    pages: list[Page] | None = Field(None, min_length=1)
    marks: dict[str, Page] | None = None


class Painted(BaseModel):
    colour: Colour | None = None


class Checked(BaseModel):
    kind: str | None = None

    @field_validator("kind")
    @classmethod
    def known(cls, kind: str | None) -> str | None:
        if kind not in ("a", "b", None):
            raise ValueError("one of a, b")
        return kind


app = FastAPI()


@app.post("/books/{book}")
def lend(
    book: UUID,
    body: Book,
    x_key: Annotated[str, Header(max_length=3)],
    page: Annotated[int, Query(ge=1)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
    owner: UUID | None = None,
    since: datetime | None = None,
    full: bool = False,
    weight: Annotated[float, Query(ge=1.5)] = 2,
    number: Annotated[list[int] | None, Query()] = None,
    order: Literal["up", "down"] = "up",
) -> None: ...


@app.post("/painted")
def paint(body: Painted) -> None: ...


@app.post("/checked")
def check(body: Checked) -> None: ...


ORACLE = TestClient(app)

UUID_TEXT = {"type": "string", "format": "uuid"}

INTEGER = {"type": "integer", "minimum": 1}

PAGE = {
    "type": "object",
    "required": ["number"],
    "properties": {"number": {"type": "integer", "minimum": 1, "maximum": 300}},
    "additionalProperties": False,
}

PAGE_REF = {"$ref": "#/components/schemas/Page"}

BOOK = {
    "type": "object",
    "required": ["owner", "title"],
    "properties": {
        "owner": UUID_TEXT,
        "title": {"type": "string", "minLength": 2, "maxLength": 10},
        "state": {"type": ["object", "null"]},
        "due": {"type": ["string", "null"], "format": "date-time"},
        "level": {"type": ["integer", "null"]},
        "price": {"type": ["number", "null"], "exclusiveMinimum": 0, "exclusiveMaximum": 5},
        "weight": {"type": ["number", "null"], "minimum": 1.5, "maximum": 20, "multipleOf": 0.5},
        "lent": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "shelf": {"type": ["string", "null"], "pattern": "^[a-z]+$"},
        "cover": {"enum": ["soft", "hard", "none", None]},
        "only": {"enum": ["one", None]},
        "first": {"anyOf": [PAGE_REF, {"type": "null"}]},
        "pages": {"type": ["array", "null"], "items": PAGE_REF, "minItems": 1},
        "marks": {"type": ["object", "null"], "additionalProperties": PAGE_REF},
    },
}

CONTRACT = small.contract(
    {
        "/books/{book}": {
            "post": small.operation(
                "lend",
                parameters=[
                    small.parameter("path", "book", UUID_TEXT, required=True),
                    small.parameter("query", "page", INTEGER),
                    small.parameter("query", "size", {**INTEGER, "maximum": 100}),
                    small.parameter("query", "owner", UUID_TEXT),
                    small.parameter("query", "since", {"type": "string", "format": "date-time"}),
                    small.parameter("query", "full", {"type": "boolean"}),
                    small.parameter("query", "weight", {"type": "number", "minimum": 1.5}),
                    small.parameter(
                        "query", "number", {"type": "array", "items": {"type": "integer"}}
                    ),
                    small.parameter("query", "order", {"enum": ["up", "down"]}),
                    small.parameter(
                        "header", "x-key", {"type": "string", "maxLength": 3}, required=True
                    ),
                ],
                requestBody=small.body({"$ref": "#/components/schemas/Book"}),
            )
        },
        "/painted": {
            "post": small.operation(
                "paint",
                requestBody=small.body(
                    {"type": "object", "properties": {"colour": {"enum": ["red", "blue", None]}}}
                ),
            )
        },
        "/checked": {
            "post": small.operation(
                "check",
                requestBody=small.body(
                    {
                        "type": "object",
                        "properties": {
                            "kind": {"type": ["string", "null"], "enum": ["a", "b", None]}
                        },
                    }
                ),
            )
        },
    },
    components={"schemas": {"Book": BOOK, "Page": PAGE}},
    **{"x-understudy-reads": "fastapi"},
)


def one_of(violation: Violation) -> ErrorDetail:
    """A choice that the vendor's own validator makes, after the type."""
    if isinstance(violation.got, str):
        return value_error("one of a, b")
    return ErrorDetail("string_type", "Input should be a valid string")


CHOICES = {"lend": literal, "paint": enumeration, "check": one_of}


def ours(target: str, headers: dict[str, str], content: bytes) -> Reply:
    """What we answer."""
    path, _, query = target.partition("?")
    call = Call("POST", f"/v1{path}", query, headers, content)
    found = CONTRACT.find(call.method, call.path)
    assert isinstance(found, Match)
    asked = read(found.operation, found.values, query, headers, content)
    assert asked.violations, "the contract takes it"
    problem = Problem("invalid", "it is wrong", violations=asked.violations)
    return fastapi.refuse(problem, found.operation, call, CHOICES[found.operation.id])


def same(target: str, content: bytes, headers: dict[str, str]) -> Reply:
    """Both refuse alike; what we said."""
    theirs = ORACLE.post(target, content=content, headers=headers)
    reply = ours(target, headers, content)
    assert (reply.status, reply.body) == (theirs.status_code, theirs.json())
    return reply


def book(**fields: Any) -> bytes:
    return json.dumps({"owner": ID, "title": "Emma", **fields}).encode()


def kinds(reply: Reply) -> list[str]:
    return [each["type"] for each in reply.body["detail"]]
