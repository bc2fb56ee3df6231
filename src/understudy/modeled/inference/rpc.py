"""Remote calls: a noun and a verb in the path, what is meant in the call (rule 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from understudy.modeled.inference.reading import Reading
from understudy.modeled.model import Collection, Operation


def calls(
    reading: Reading, claimed: Mapping[str, Operation], taken: Mapping[str, Collection]
) -> Iterator[tuple[dict[str, Collection], dict[str, Operation]]]:
    """Nouns whose verbs make, read, list, change and remove records."""
    return iter(())
