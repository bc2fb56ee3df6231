"""Discriminators are held: the value of the property names the branch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from understudy.openapi.schema import Checker
from understudy.openapi.schemas import Schemas
from understudy.openapi.user_document import UserDocument, read_document
from understudy.resources import CACHE


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))


def read(folder: Path, **parts: Any) -> UserDocument:
    file = folder / "main.yaml"
    file.write_text(json.dumps({"openapi": "3.1.0", "paths": {"/x": {}}, **parts}))
    return read_document(file)


CAT, DOG = "#/components/schemas/Cat", "#/components/schemas/Dog"


def kept(folder: Path, mapping: Any = None, kind: Any = None) -> Checker:
    """The checker of a pet that is a cat or a dog."""
    kinds = {"kind": kind or {"type": "string"}}
    base = {"type": "object", "required": ["kind"], "properties": kinds}
    rule = {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    schemas = {
        "Pet": {"oneOf": [{"$ref": CAT}, {"$ref": DOG}], "discriminator": rule},
        "Base": base,
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["lives"]}]},
        "Dog": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["barks"]}]},
    }
    made = read(folder, components={"schemas": schemas})
    known = Schemas(made.value["components"]["schemas"])
    return Checker({"$ref": "#/components/schemas/Pet"}, known)


@pytest.mark.parametrize(
    ("mapping", "value", "wrong"),
    [
        (None, {"kind": "Dog", "barks": True}, []),
        (None, {"kind": "Dog", "lives": 9}, ["body lacks barks"]),
        (None, {"kind": "Fish", "lives": 9}, ['/kind must be one of "Cat", "Dog"; got "Fish"']),
        ({"feline": CAT}, {"kind": "feline", "lives": 9}, []),
        ({"feline": "Cat"}, {"kind": "feline", "barks": True}, ["body lacks lives"]),
        ({"feline": CAT}, {"kind": "Cat", "lives": 9}, []),
    ],
)
def test_the_value_names_the_branch(
    tmp_path: Path, mapping: Any, value: Any, wrong: list[str]
) -> None:
    found = kept(tmp_path, mapping).violations(value)
    assert [each.message for each in found] == wrong


def test_a_branch_that_says_its_values_itself_need_not_be_called_so(tmp_path: Path) -> None:
    checker = kept(tmp_path, kind={"enum": ["cat", "dog"]})
    assert checker.is_valid({"kind": "cat", "lives": 9})
    assert not checker.is_valid({"kind": "Cat", "lives": 9})
