"""Parameters that say what security says already: a call may leave them out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from understudy.openapi.user_document import UserDocument, read_document
from understudy.resources import CACHE


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))


def read(folder: Path, **parts: Any) -> UserDocument:
    file = folder / "main.yaml"
    file.write_text(json.dumps({"openapi": "3.1.0", "paths": {"/x": {}}, **parts}))
    return read_document(file)


TOKEN = {"name": "token", "in": "header", "required": True, "schema": {"type": "string"}}


def secured(folder: Path, **operation: Any) -> UserDocument:
    answers = {"responses": {"200": {"description": "ok"}}}
    paths = {"/x": {"get": {**answers, "parameters": [TOKEN], **operation}}}
    return read(folder, security=[{"key": []}], paths=paths)


def required(made: UserDocument) -> bool:
    return bool(made.value["paths"]["/x"]["get"]["parameters"][0]["required"])


def test_a_parameter_that_says_what_security_says_may_be_left_out(tmp_path: Path) -> None:
    made = secured(tmp_path)
    assert required(made) is False
    assert [(f"{each.file}#{each.pointer}", each.what) for each in made.warnings] == [
        (
            "main.yaml#/paths/~1x/get/parameters",
            "token says what security says, here: a call may leave it out",
        )
    ]


def test_one_without_security_beside_it_may_not(tmp_path: Path) -> None:
    open_to_all: list[Any] = [[], [{}], [{"key": []}, {}]]
    for said in open_to_all:
        made = secured(tmp_path, security=said)
        assert (required(made), made.warnings) == (True, ())
