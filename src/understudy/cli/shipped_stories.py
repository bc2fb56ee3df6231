"""Stories that ship, as a person names them: by name, by vendor, or by words of their titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from understudy import resources
from understudy.resources import LONGEST_NAME
from understudy.scenarios.loader import SUFFIXES, UnknownScenario
from understudy.scenarios.stories.model import Scenario
from understudy.server.sessions.catalog import BASE, MAGIC
from understudy.server.sessions.sandbox import Sandbox

_WORD = re.compile("[a-z0-9]+")


def stories(sandbox: Sandbox) -> Iterator[tuple[str, Scenario]]:
    """Each story that ships, by name, those of several vendors, too."""
    for name in resources.scenarios():
        if name.rpartition("/")[2] not in (BASE, MAGIC):
            scenario = sandbox.scenario(name)
            if scenario.steps:
                yield name, scenario


def named(sandbox: Sandbox, text: str) -> list[Scenario]:
    """The scenario of a file or a shipped name; else all stories of a vendor, or all that have
    these words in their names or titles. UnknownScenario where that is none."""
    try:
        return [sandbox.scenario(text)]
    except UnknownScenario:
        words = _WORD.findall(text.lower())
        if not words or len(text) > LONGEST_NAME:
            raise
        if Path(text).suffix in SUFFIXES or Path(text).is_dir():
            raise
        every = list(stories(sandbox))
        found = [story for name, story in every if name.startswith(f"{text.rstrip('/')}/")]
        found = found or [story for name, story in every if _has(name, story.title, words)]
        if not found:
            raise
        return found


def _has(name: str, title: str, words: list[str]) -> bool:
    """Whether each of the words begins one of a story's."""
    there = _WORD.findall(f"{name} {title}".lower())
    return all(any(each.startswith(word) for each in there) for word in words)
