"""What a behaviour that somebody said does, as handlers ask it; documents without one have none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from understudy.modeled.records import Item
from understudy.simulation.world import World
from understudy.vendor import Caller, Handler, Request

Plan = Any  # what is known of an operation, which knows of this


class Acting(Protocol):
    """The behaviour of one document."""

    def renamed(self, name: str, sent: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is sent, under the names that the record has."""

    def new_id(self, name: str, world: World, data: Mapping[str, Any]) -> Any:
        """An id of the shape that is said; None: none is."""

    def make(self, plan: Plan, request: Request, world: World, item: Item) -> Item:
        """Adds a new record, with all that goes with it."""

    def write(self, plan: Plan, request: Request, world: World, item: Item) -> Item:
        """Puts a changed record in the place of the one there is, with all that goes with it."""

    def remove(self, plan: Plan, request: Request, world: World, item: Item) -> None:
        """Removes a record, where that may be."""

    def targets(self, plan: Plan, request: Request, world: World) -> Sequence[Item] | None:
        """The records that a call means by what is said of it; None: by its path."""

    def happen(self, plan: Plan, request: Request, world: World, item: Item) -> Item:
        """Makes the operation's event happen to a record."""

    def place(
        self, name: str, item: Item, sent: Collection[str] = (), number: int | None = None
    ) -> Item:
        """A record that a world begins with, in its state: that of its number, where nobody says
        which; with what was sent, and without what only a later event sets."""

    def states(self, name: str) -> tuple[str, tuple[str, ...]]:
        """The field of a collection's state, and the states there are."""

    def sees(self, name: str, item: Item, caller: Caller | None) -> bool:
        """Whether a record is known to who asks."""

    def narrowed(
        self, plan: Plan, request: Request, world: World, items: Sequence[Item]
    ) -> Sequence[Item]:
        """The records of a list that are known to who asks and that the operation shows."""

    def waits(self, name: str, item: Item, world: World) -> int | None:
        """In how many seconds to ask again for a record that works on by itself."""

    def around(self, plan: Plan, handle: Handler) -> Handler:
        """The handler of an operation with what is said of it: its answer, all or nothing."""
