"""What a request says: who asks, how many, which version."""

from __future__ import annotations

import re
from typing import TypeVar

from understudy.vendor import Request, refusal
from understudy.vendors.looply.records import KEY_OF_FULL_PAGE, Key

R = TypeVar("R")

DEFAULT_LIMIT = 20
MOST = 30  # items on a page, whatever a client asks for

_POSITIVE = re.compile(r"[1-9][0-9]*")
_VERSION = re.compile(r"[0-9]{1,9}")


def tenant(request: Request) -> str:
    """The organisation of the key."""
    assert request.caller is not None, "every operation needs a key"
    return request.caller.tenant


def user(request: Request) -> str | None:
    """The user the key acts as."""
    assert request.caller is not None, "every operation needs a key"
    key = request.caller.credential
    return key.user if isinstance(key, Key) else None


def version_number(text: str) -> int | None:
    """The version a path or query says in digits."""
    return int(text) if _VERSION.fullmatch(text) else None


Page = tuple[list[R], bool]  # records, and whether more follow


def with_last_key(request: Request, found: Page[R], limit: int) -> Page[R]:
    """The page, with whether its lastKey is told: where more follow, or once it is full."""
    records, more = found
    full = len(records) == limit
    told = request.caller is not None and request.caller.meets(KEY_OF_FULL_PAGE)
    return records, more or (told and full)


def page_size(request: Request, *, strict: bool) -> int:
    """How many items to give; what is no positive number is refused, or counts as the default."""
    text = request.values.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if _POSITIVE.fullmatch(text):
        return MOST if len(text) > 2 else min(int(text), MOST)
    if strict:
        raise refusal("BAD_REQUEST", f"limit is {text!r}, which is no positive whole number")
    return DEFAULT_LIMIT
