"""Variables of the environment that look like ours and say nothing: told, not refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from understudy.resources import CACHE, HOME

PREFIX = "UNDERSTUDY_"
ELSEWHERE = (  # what others than `serve` read: the other commands, stories, the suites of clients
    *(HOME, CACHE),
    *(f"{PREFIX}{name}" for name in ("DEBUG", "URL", "SECRET", "PYTHON", "NODE", "WRANGLER")),
)


def unread(said: Iterable[str], options: Iterable[str]) -> Iterator[str]:
    """A line for each variable of our prefix that nobody reads, with the option's it is near."""
    known = list(options)
    for name in sorted(said):
        if name.upper().startswith(PREFIX) and name not in known and name not in ELSEWHERE:
            yield f"Warning: {name} is no variable that serve reads. {_fix(name, known)}"


def _fix(name: str, known: list[str]) -> str:
    from difflib import get_close_matches  # only a mistake wants it

    short = [each.removeprefix(PREFIX) for each in known]
    near = get_close_matches(name.upper().removeprefix(PREFIX), short, n=1)
    return f"Did you mean {PREFIX}{near[0]}?" if near else "See understudy serve --help"
