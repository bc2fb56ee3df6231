"""What a project file says of one document's behaviour, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Section(NamedTuple):
    """The value below `behaviour.<document>`; `where` gives `file:line:column` of a pointer in
    it."""

    value: Any
    where: Callable[[str], str]
