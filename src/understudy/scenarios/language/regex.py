"""Regular expressions that scenarios write: matched in linear time by RE2, and within a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from understudy.errors import InputError

LENGTH = 2_000  # characters of one expression: far beyond any that a person reads
PROGRAM = 5_000  # instructions of one: RE2 keeps so many threads where its automaton outgrows it
STEPS = 4_000_000  # instructions times bytes of one search: at worst 80 ms
MEMORY = 1 << 20  # bytes of one expression's automaton

WORDS: Mapping[str, str] = {
    "(?=": "a look-ahead",
    "(?!": "a look-ahead",
    "(?<=": "a look-behind",
    "(?<!": "a look-behind",
    "(?>": "an atomic group",
    "(?P=": "a reference back to a group",
    "(?(": "a condition on a group",
    "(?#": "a comment",
}
INSTEAD: Mapping[str, str] = {
    "\\Z": "Write \\z for the end of the text",
    "\\u": "Write \\x{00e9} for a character by its number",
}
SMALLER = "Say smaller numbers in { }; RE2 counts to 1000, and all it repeats has a bound, too"
LINEAR = "Say it without: expressions are those of RE2, which never look back"


class Regex(NamedTuple):
    """An expression that was compiled."""

    source: str
    program: Any  # of RE2, which has no types
    longest: int  # bytes of a text that is looked at

    def search(self, text: str) -> bool:
        """Whether it is found in a text; in one beyond the budget it is not."""
        return self._finds(self.program.search, text)

    def fullmatch(self, text: str) -> bool:
        """Whether it is the whole text."""
        return self._finds(self.program.fullmatch, text)

    def _finds(self, looks: Callable[[bytes], object], text: str) -> bool:
        try:
            found = text.encode()
        except UnicodeEncodeError:  # half a character is none
            return False
        return len(found) <= self.longest and looks(found) is not None


def regex(source: str, where: str = "") -> Regex:
    """Compiles an expression; InputError with the place, the construct and the fix."""
    try:
        return _compiled(source)
    except InputError as error:
        raise error.at(where) from None


@lru_cache(maxsize=512)
def _compiled(source: str) -> Regex:
    import re2  # 60 ms and 3 MB, for whoever writes an expression

    shown = source if len(source) <= 80 else f"{source[:77]}..."
    if len(source) > LENGTH:
        what = f"the expression {shown!r} has {len(source)} characters, at most {LENGTH}"
        raise InputError(what, fix="Say several conditions")
    options = re2.Options()
    options.log_errors, options.never_capture, options.max_mem = False, True, MEMORY
    try:
        program = re2.compile(source.encode(), options)
    except UnicodeEncodeError:
        what = f"{shown!r} is no regular expression: half a character stands in it"
        raise InputError(what, fix="Write whole characters") from None
    except re2.error as error:
        raise _refused(source, shown, error.args[0].decode("utf-8", "replace")) from None
    if program.programsize > PROGRAM:
        raise InputError(f"the expression {shown!r} repeats too much", fix=SMALLER)
    return Regex(source, program, STEPS // max(program.programsize, 1))


def _refused(source: str, shown: str, error: str) -> InputError:
    """What RE2 refuses, by the construct that stands there."""
    reason, _, told = error.partition(": ")
    construct = next((each for each in WORDS if told.startswith(each[:3]) and each in source), "")
    if construct:
        what = f"{shown!r} has {WORDS[construct]}, `{construct}`"
        return InputError(what, fix=LINEAR)
    if reason == "invalid escape sequence" and told[1:2].isdigit():
        what = f"{shown!r} has a reference back to a group, `{told}`"
        return InputError(what, fix=LINEAR)
    if reason == "bad repetition operator" and told.endswith("+"):
        return InputError(f"{shown!r} has a possessive repetition, `{told}`", fix=LINEAR)
    if reason.startswith("pattern too large") or reason == "invalid repetition size":
        return InputError(f"the expression {shown!r} repeats too much", fix=SMALLER)
    what = f"{shown!r} is no regular expression: {error.replace(' perl ', ' ')}"
    return InputError(what, fix=INSTEAD.get(told, "Mend it, or quote it; the syntax is RE2's"))
