"""Words of paths and properties: cut, made singular, compared without case and signs."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
SIGNS = re.compile(r"[^a-z0-9]+")
IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "indices": "index",
    "indexes": "index",
    "vertices": "vertex",
    "matrices": "matrix",
    "criteria": "criterion",
    "media": "medium",
    "data": "data",
    "series": "series",
    "news": "news",
    "movies": "movie",
    "cookies": "cookie",
    "aliases": "alias",
    "buses": "bus",
    "caches": "cache",
    "databases": "database",
    "leases": "lease",
    "releases": "release",
    "purchases": "purchase",
    "licenses": "license",
    "invoices": "invoice",
    "slices": "slice",
}


@lru_cache(maxsize=8_192)
def plain(name: str) -> str:
    """A name to compare with: lower case, letters and digits alone."""
    return SIGNS.sub("", name.lower())


@lru_cache(maxsize=8_192)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in any spelling, lower case."""
    return tuple(each.lower() for each in WORD.findall(name))


@lru_cache(maxsize=8_192)
def singular(name: str) -> str:
    """One of them, by English spelling; compared plain, as a name is written in many ways."""
    whole = plain(name)
    last = next(iter(words(name)[-1:]), whole)
    return whole.removesuffix(last) + _singular(last) if whole.endswith(last) else whole


def same_thing(one: str, other: str) -> bool:
    """Whether two names mean the same, one perhaps in the plural."""
    return plain(one) == plain(other) or singular(one) == singular(other)


def _singular(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "uses")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
