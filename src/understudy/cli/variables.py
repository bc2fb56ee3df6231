"""Variables of the environment that look like ours and say nothing: told, not refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from understudy.resources import CACHE, HOME

PREFIX = "UNDERSTUDY_"
ELSEWHERE = (  # what others than `serve` read: the other commands, stories, the suites of clients
    *(HOME, CACHE),
    *(f"{PREFIX}{name}" for name in ("DEBUG", "URL", "SECRET", "PYTHON", "NODE", "WRANGLER")),
)


def unread(said: Iterable[str], options: Iterable[str], stories: Iterable[str]) -> Iterator[str]:
    """A line for each variable of our prefix that nobody reads, no story among these either, with
    the option's it is near."""
    known = list(options)
    found = [each for each in sorted(said) if each.upper().startswith(PREFIX)]
    strange = [each for each in found if each not in known and each not in ELSEWHERE]
    texts = list(map(_text, stories)) if strange else []
    for name in strange:
        if not any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts):
            yield f"Warning: {name} is no variable that serve reads. {_fix(name, known)}"


def _text(story: str) -> str:
    """What stands in a story; that it cannot be read is told when it is loaded."""
    try:
        return Path(story).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _fix(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # only a mistake wants it

    short = [each.removeprefix(PREFIX) for each in known]
    near = get_close_matches(name.upper().removeprefix(PREFIX), short, n=1)
    return f"Did you mean {PREFIX}{near[0]}?" if near else "See understudy serve --help"
