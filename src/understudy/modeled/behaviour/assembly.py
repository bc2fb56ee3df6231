"""A document and what is said of it become its model and its behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.modeled.behaviour.behaviour import Behaviour
from understudy.modeled.behaviour.compiling import Compiler
from understudy.modeled.behaviour.reading import read_model
from understudy.modeled.behaviour.source import Source, source_of
from understudy.modeled.plan import Api
from understudy.modeled.section import Section
from understudy.openapi.operation import Contract


def behaved(
    contract: Contract, document: Mapping[str, Any], file: str, section: Section | None
) -> tuple[Api, Behaviour]:
    """What handlers work from, where a project or the document itself says something;
    ScenarioError for what cannot be."""
    source = source_of(document, file, section) or Source({}, lambda pointer: pointer)
    api = Api(contract, read_model(document, source))
    compiler = Compiler(api, source)
    lives, doings = compiler.lives(), compiler.doings()
    source.raise_first()
    api.acting = made = Behaviour(api, lives, doings)
    return api, made
