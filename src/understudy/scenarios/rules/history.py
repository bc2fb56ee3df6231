"""Which rules a session has had, and when: a story of it needs those that are gone, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from understudy.scenarios.rules.index import Entry
from understudy.scenarios.rules.rule import Rule

MOST = 1_000  # rules that are gone, of one session

Place = Callable[[Rule], Mapping[str, Any]]


class RuleLifetime(NamedTuple):
    """A rule of a session: how many calls had come before it, and of one that is gone how often
    it had acted."""

    rule: Rule
    since: int = 0
    acted: int | None = None  # None: it is still there


class History:
    """The rules a session has and had, in the order they are asked."""

    __slots__ = ("_entries", "_gone", "_since")

    def __init__(self) -> None:
        self._entries: tuple[Entry, ...] = ()
        self._since: dict[str, int] = {}
        self._gone: dict[str, int] = {}

    def lifetimes(self, off: Mapping[str, int]) -> Iterator[RuleLifetime]:
        """Each of them; those that are `off` have acted so often, and one that never did is
        none."""
        for each in self._entries:
            acted = self._gone.get(each.id, off.get(each.id))
            if acted != 0:
                yield RuleLifetime(each.rule, self._since.get(each.id, 0), acted)

    def add(self, entries: Sequence[Entry], at: int) -> None:
        """Rules that are asked before those there are come after so many calls."""
        self._entries = (*entries, *self._entries)
        if at:
            self._since.update(dict.fromkeys((each.id for each in entries), at))

    def renew(self, entries: Sequence[Entry], at: int) -> None:
        """These are the rules from now on; what was dropped before is gone."""
        known = {each.id for each in self._entries}
        if at:
            new = (each.id for each in entries if each.id not in known)
            self._since.update(dict.fromkeys(new, at))
        merged, behind = list(entries), ""  # what is gone stays before what came behind it
        for each in reversed(self._entries):
            if each.id in self._gone:
                ids = [other.id for other in merged]
                merged.insert(ids.index(behind) if behind in ids else len(ids), each)
            behind = each.id
        self._entries = tuple(merged)

    def drop(self, acted: Mapping[str, int]) -> None:
        """Rules that have acted so often are gone; one that never did has left no trace."""
        self._gone.update({name: count for name, count in acted.items() if count})
        for name in list(self._gone)[:-MOST]:
            del self._gone[name]
        left = acted.keys() - self._gone.keys()
        self._entries = tuple(each for each in self._entries if each.id not in left)
        for name in left:
            self._since.pop(name, None)

    def fork(self) -> History:
        twin = History()
        twin._entries, twin._since, twin._gone = self._entries, dict(self._since), dict(self._gone)
        return twin

    def written(self, place: Place) -> dict[str, Any]:
        """What a rule book does not write by itself, as JSON."""
        gone = []
        for each in self._entries:
            if each.id in self._gone:
                told = place(each.rule)
                if "value" in told:  # its scenario may have been edited: its vendor is said
                    told = {"value": each.rule.written()}
                acted = self._gone[each.id]
                gone.append({"id": each.id, "origin": each.origin, "acted": acted, **told})
        order = [each.id for each in self._entries] if gone else []
        return {"since": self._since, "gone": gone, "order": order}

    def put_back(
        self, told: Mapping[str, Any], own: Sequence[Entry], compiled: Callable[[Any], Rule]
    ) -> None:
        """Makes it what was written of it beside the rules there are."""
        self._since = dict(told.get("since", {}))
        gone = told.get("gone", ())
        self._gone = {each["id"]: each["acted"] for each in gone}
        past = [Entry(each["id"], compiled(each), each["origin"]) for each in gone]
        order = {name: place for place, name in enumerate(told.get("order", ()))}
        known = sorted((*own, *past), key=lambda each: order.get(each.id, len(order)))
        self._entries = tuple(known)
