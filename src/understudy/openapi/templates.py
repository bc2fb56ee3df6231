"""Path templates: segments that are text, a parameter, or both."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

PARAMETER = re.compile(r"\{([^{}/]+)\}")
MOST_SEGMENTS = 100  # of a path: the walk over them is recursive
CUT = re.compile(r"[?#]")  # what stands behind them never reaches a server as part of the path


class Mixed(Struct, frozen=True):
    """A segment of text and parameters, like `{id}.json` or `{base}...{head}`."""

    before: str
    between: tuple[str, ...]  # one text less than there are parameters
    after: str

    @property
    def rank(self) -> tuple[int, int]:
        """Which is tried first: the one with the most text, then that with fewer parameters."""
        text = len(self.before) + len(self.after) + sum(map(len, self.between))
        return -text, len(self.between)

    def split(self, raw: str) -> tuple[str, ...] | None:
        """The raw values of the parameters in a raw segment; None: it does not fit."""
        found = self._split(raw)
        if found is None and "%" in raw:
            found = self._split(_unescaped(raw, self._marks()))
        return found

    def _split(self, raw: str) -> tuple[str, ...] | None:
        if not (raw.startswith(self.before) and raw.endswith(self.after)):
            return None
        rest = raw[len(self.before) : len(raw) - len(self.after)]
        if not rest or len(raw) < len(self.before) + len(self.after):
            return None
        values: list[str] = []
        for text in reversed(self.between):
            at = rest.rfind(text, 1, len(rest) - 1) if text else len(rest) - 1
            if at < 1:
                return None
            values.append(rest[at + len(text) :])
            rest = rest[:at]
        return (rest, *reversed(values))

    def _marks(self) -> str:
        """The characters of its texts that a client may have escaped."""
        return "".join({*self.before, *self.after, *"".join(self.between)})


def names_of(template: str) -> tuple[str, ...]:
    """The names of a path's parameters in their order, each once."""
    return tuple(dict.fromkeys(PARAMETER.findall(template)))


def parse_segment(segment: str) -> str | Mixed | None:
    """A segment as its text, as a mixture, or as None: a parameter alone."""
    if "{" not in segment or PARAMETER.search(segment) is None:
        return segment
    texts = PARAMETER.split(segment)[::2]
    if len(texts) == 2 and not any(texts):
        return None
    return Mixed(texts[0], tuple(texts[1:-1]), texts[-1])


def as_sent(template: str) -> str:
    """A path as it comes to a server: without what stands behind `#` or `?`."""
    return CUT.split(template, maxsplit=1)[0]


def asked_of(template: str) -> Sequence[str]:
    """The pairs of the query that a template ends in."""
    path, mark, rest = template.partition("?")
    return [each for each in rest.partition("#")[0].split("&") if each] if mark and path else []


def _unescaped(raw: str, marks: str) -> str:
    for mark in marks:
        if mark != "%" and not mark.isalnum() and mark.isascii():
            escaped = f"%{ord(mark):02X}"
            raw = raw.replace(escaped, mark).replace(escaped.lower(), mark)
    return raw
