"""What an event brings about elsewhere: events of others, new records, changes and removals."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct, structs

from understudy.errors import SimulationError
from understudy.modeled.behaviour.changes import with_computed, with_sets
from understudy.modeled.behaviour.refusals import refused
from understudy.modeled.behaviour.scopes import Names, Scopes
from understudy.modeled.behaviour.values import Effect, Life
from understudy.modeled.expressions.expression import holds, reasons
from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.modeled.expressions.values import Row, Rows, Scope, each_of
from understudy.modeled.identity import new_id
from understudy.modeled.names import plain
from understudy.modeled.plan import Api
from understudy.modeled.pointers import NOTHING, get, put
from understudy.modeled.record_completion import touched, whole
from understudy.modeled.records import ALONE, Item, data_of, encoded, joined
from understudy.openapi.operation import Operation
from understudy.simulation.world import World

EFFECTS = 100  # that one call, or one thing that falls due, may have


class Cause(Struct, eq=False):
    """What made something happen: a call, or time."""

    world: World
    at: int
    names: Names
    operation: Operation | None = None
    forced: bool = False  # somebody makes it happen, whatever its guard says
    chain: list[str] = []


class Effects(ABC):
    """Brings about what the events of one document's records say."""

    def __init__(self, api: Api, lives: Mapping[str, Life]) -> None:
        self.api = api
        self.lives = lives
        self.scopes = Scopes(api)

    @abstractmethod
    def happen(self, cause: Cause, name: str, item: Item, event: str) -> Item:
        """The record after the event; a refusal where it may not happen."""

    @abstractmethod
    def place(
        self, life: Life, item: Item, sent: Collection[str] = (), number: int | None = None
    ) -> Item:
        """A record in the state that nobody's event led it to."""

    def scope(self, cause: Cause, name: str, item: Item, event: str) -> Scope:
        """What the expressions of an event of a record see."""
        record = self.scopes.of_record(cause.world, name, item)
        return self.scopes.scope(cause.world, {**cause.names, **record, "event": event}, cause.at)

    def bring_about(
        self, cause: Cause, life: Life, item: Item, effects: tuple[Effect, ...], event: str
    ) -> None:
        """What an event of a record brings about elsewhere."""
        if not effects:
            return
        scope = self.scope(cause, life.name, item, event)
        for effect in effects:
            if effect.does == "make":
                if effect.guard is None or holds(effect.guard, scope):
                    made = self._make(cause, effect, item, life, scope)
                    if effect.alias:
                        scope.names[effect.alias] = self.scopes.row(cause.world, effect.name, made)
                continue
            for name, record in self._meant(cause, effect, scope):
                self._one(cause, effect, name, record, scope)

    def _one(self, cause: Cause, effect: Effect, name: str, item: Item, scope: Scope) -> None:
        """One effect on one record."""
        self._count(cause, f"{effect.does} {effect.name} of {name} {item.id}")
        if effect.does == "event":
            self.happen(cause, name, item, effect.name)
        elif effect.does == "remove":
            cause.world.remove(name, item.id, cause.at)
        else:
            self._change(cause, effect, name, item, scope)

    def _change(self, cause: Cause, effect: Effect, name: str, item: Item, scope: Scope) -> None:
        scope.names["target"] = self.scopes.row(cause.world, name, item)
        if effect.guard is not None and not holds(effect.guard, scope):
            if effect.otherwise is None:
                return
            why = reasons(effect.guard, scope)
            because = f"{name} {item.id} cannot be changed: {why}"
            raise refused(
                effect.otherwise, cause.operation, scope, because, record=item, hint=why.wanted
            )
        fields, life = self.api.fields(name), self.lives.get(name)
        data = with_sets(fields, data_of(item), effect.sets, scope)
        if life is not None:
            data = with_computed(fields, life, data, self.scope(cause, name, item, ""))
        data = touched(fields, data, cause.at)
        after = structs.replace(item, data=encoded(data), updated=cause.at)
        cause.world.replace(name, after, cause.at)

    def _make(self, cause: Cause, effect: Effect, by: Item, life: Life, scope: Scope) -> Item:
        """A record that another one's event makes."""
        name, world = effect.name, cause.world
        self._count(cause, f"make one of {name}")
        fields, collection = self.api.fields(name), self.api.model.collections[name]
        template = self.api.template(name)
        sent = with_sets(fields, {}, effect.sets, scope)
        data = whole(fields, {}, {**template, **sent}, frozenset(), cause.at)
        data = {**data, **sent}
        scoped = self._scope(name, data, by, life)
        chosen = get(sent, f"/{collection.id}") if collection.id else NOTHING
        while chosen is NOTHING or joined([*scoped, chosen]) in world[name]:
            chosen = new_id(world.identifiers, name, self.api.naming(name), data)
        if collection.id:
            data = put(data, f"/{collection.id}", chosen)
        item = Item(
            id=joined([*scoped, chosen]),
            created=cause.at,
            updated=cause.at,
            data=encoded(data),
            scope=joined(scoped) if scoped else ALONE,
            whose=by.whose,
            serial=world.identifiers.ordinal(f"{name} serial"),
        )
        theirs = self.lives.get(name)
        if theirs is not None:
            item = self.place(theirs, self._finished(cause, theirs, item, scope), sent)
        made: Item = world.add(name, item, at=cause.at)
        return made

    def _finished(self, cause: Cause, life: Life, item: Item, scope: Scope) -> Item:
        fields = self.api.fields(life.name)
        own = self.scope(cause, life.name, item, "")
        data = with_sets(fields, data_of(item), life.created, own)
        return structs.replace(item, data=encoded(with_computed(fields, life, data, own)))

    def _scope(self, name: str, data: Mapping[str, Any], by: Item, life: Life) -> list[Any]:
        """The path values of a new record: what it says itself, else those of who made it."""
        collection = self.api.model.collections[name]
        path = collection.item or collection.path
        names = [each.partition("}")[0] for each in path.split("{")[1:]]
        names = names[:-1] if collection.item and not collection.single else names
        if not names:
            return []
        if collection.under == life.name:
            return [*_parts(by.id)]
        if collection.under and collection.under == self.api.model.collections[life.name].under:
            return [*_parts(by.scope)]
        bare = {plain(key): value for key, value in data.items()}
        missing = [each for each in names if plain(each) not in bare]
        if missing:
            raise EvaluationError(f"whose the new one of {name} is: `with` has no {missing[0]}")
        return [bare[plain(each)] for each in names]

    def _meant(self, cause: Cause, effect: Effect, scope: Scope) -> Iterator[tuple[str, Item]]:
        """The records that an effect is about, as they are now."""
        assert effect.of is not None, "only asked where it is about records"
        found = effect.of.run(scope)
        rows = [found] if isinstance(found, Row) else found
        many = list(each_of(rows, scope)) if isinstance(rows, list | Rows) else []
        for row in many:
            if isinstance(row, Row) and row.key is not None:
                name, record_id = row.key
                item = cause.world[name].get(record_id)
                if item is not None:
                    yield name, item

    def _count(self, cause: Cause, what: str) -> None:
        cause.chain.append(what)
        if len(cause.chain) > EFFECTS:
            chain = ", ".join(cause.chain[-3:])
            raise SimulationError(
                f"one thing brings about more than {EFFECTS} others, the last: {chain}",
                fix="Break the loop of `then`",
            )


def _parts(key: str) -> list[str]:
    """Path values that were joined."""
    if key == ALONE:
        return []
    return [each.replace("%2F", "/").replace("%25", "%") for each in key.split("/")]
