"""Standard streams that are closed, full, or have nobody at their other end."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import TextIO

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def open_streams() -> None:
    """Streams that were closed lead nowhere: else what is opened first would be one of them."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this
    if sys.stdout is None:
        sys.stdout = _nowhere(1)
    if sys.stderr is None:
        sys.stderr = _nowhere(2)


def discard(stream: TextIO) -> None:
    """What is still to be written to it leads nowhere: nobody takes it."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _nowhere(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", closefd=False)
