"""What can be wrong with an expression: as it is written, or when it is evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LISTED = 40  # names that are told in full


class ExpressionError(Exception):
    """An expression that cannot be used: what, at which character, and what to do about it."""

    def __init__(self, what: str, at: int, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.at = at
        self.fix = fix


class EvaluationError(Exception):
    """An expression that has no value for what it was asked about."""


def there_are(name: str, names: Iterable[str]) -> str:
    """The name that was probably meant, and those there are."""
    known = list(names)
    if not known:
        return "There are none here"
    close = get_close_matches(name, known, 1)
    hint = f"Did you mean `{close[0]}`? There are" if close else "There are"
    more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
    return f"{hint} {', '.join(known[:LISTED])}{more}"
