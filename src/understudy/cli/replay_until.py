"""A story up to one of its steps, and the command that plays it so far again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from shlex import quote

from msgspec import structs

from understudy.errors import InputError
from understudy.scenarios.stories.model import Scenario
from understudy.scenarios.stories.report import Outcome


def until(story: Scenario, step: str) -> Scenario:
    """The story that ends with a step, named by its number from 1 or by its name."""
    steps = (*story.steps, *story.last)
    place = _place([each.name for each in steps], step)
    if place is None:
        there = ", ".join(f"{n} {each.name!r}" for n, each in enumerate(steps[:SHOWN], start=1))
        more = f" and {len(steps) - SHOWN} more" if len(steps) > SHOWN else ""
        raise InputError(
            f"{story.file} has no step {step!r}", where="--until", fix=f"It has {there}{more}"
        )
    end = place + 1
    last = story.last[: max(0, end - len(story.steps))]
    return structs.replace(story, steps=story.steps[:end], last=last, verify=())


SHOWN = 20  # steps told to whoever named none


def _place(names: Sequence[str], step: str) -> int | None:
    if step in names:
        return names.index(step)
    if step.isascii() and step.isdigit() and 1 <= int(step) <= len(names):
        return int(step) - 1
    return None


def with_replay(outcomes: Sequence[Outcome], file: str, url: str | None) -> tuple[Outcome, ...]:
    """The outcomes of a whole story; each that can be asked again with the command for it."""
    made, number = [], 0
    for outcome in outcomes:
        number += outcome.kind != "verify"
        made.append(with_command(outcome, number, file, url))
    return tuple(made)


def with_command(outcome: Outcome, number: int, file: str, url: str | None) -> Outcome:
    """The outcome of a step with what leads to the same answer: a replay that ends with it."""
    if not outcome.command:
        return outcome
    where = "" if url is None else f" --url {url}"
    return replace(outcome, command=f"understudy replay {quote(file)} --until {number}{where}")
