"""What pydantic reads beside the formats of RFC 9562 and RFC 3339, as the value that is meant."""

from __future__ import annotations

import re

from understudy.errors import InputError
from understudy.simulation.clock import Instant, instant

_URN = "urn:uuid:"
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt _]([0-9]{2}:[0-9]{2})(?:(:[0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def uuid_of(text: str) -> str:
    """A UUID in the one spelling that records have: lower case, with hyphens."""
    digits = text.lower()
    if len(digits) == 36:
        return digits
    digits = digits.removeprefix(_URN).strip("{}").replace("-", "")
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def microseconds_of(text: str) -> int:
    """What an instant's text says beyond its millisecond, in microseconds."""
    found = _MOMENT.fullmatch(text)
    fraction = found[4] if found is not None else None
    return int((fraction or "").ljust(6, "0")[3:6])


def moment_of(text: str) -> Instant:
    """The instant of a text; without an offset it is UTC, without a time of day it is midnight.

    InputError for one that no calendar or clock has.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise InputError(f"{text!r} is no instant", fix="Write 2026-01-05T09:00:00Z")
    day, time, seconds, fraction, zone = found.groups()
    if zone is not None and len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    rest = f".{fraction}" if fraction else ""
    return instant(f"{day}T{time or '00:00'}{seconds or ':00'}{rest}{zone or 'Z'}")
