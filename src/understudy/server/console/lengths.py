"""Lengths of time as a person says them: the two largest units."""

from __future__ import annotations

UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"))


def roughly(milliseconds: int) -> str:
    """`4 min 38 s`, `1 d 23 h`; what is past is no time at all."""
    left, said = max(milliseconds, 0), []
    for size, unit in UNITS:
        count, left = divmod(left, size)
        if count:
            said.append(f"{count} {unit}")
        if len(said) == 2 or (said and not count):
            break
    return " ".join(said) or "a moment"
