"""Events of records: whether one may happen, what it changes, and what it brings about."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import structs

from understudy.modeled.behaviour.changes import with_computed, with_sets, without
from understudy.modeled.behaviour.effects import Cause, Effects
from understudy.modeled.behaviour.refusals import refused
from understudy.modeled.behaviour.values import Life, Move
from understudy.modeled.expressions.expression import holds, reasons
from understudy.modeled.expressions.values import Scope
from understudy.modeled.record_completion import touched
from understudy.modeled.records import Item, data_of, encoded
from understudy.simulation.world import World
from understudy.vendor import Request


class Events(Effects):
    """Makes the events of one document's records happen."""

    def by_call(self, request: Request, world: World) -> Cause:
        """A call as a cause."""
        names = {**self.scopes.everywhere(world), **self.scopes.of_call(request)}
        return Cause(world, world.now, names, request.operation)

    def by_time(self, world: World, at: int, *, forced: bool = False) -> Cause:
        """Time as a cause, or somebody who makes it happen."""
        return Cause(world, at, self.scopes.everywhere(world), forced=forced)

    def happen(self, cause: Cause, name: str, item: Item, event: str) -> Item:
        """The record after the event; a refusal where it may not happen."""
        life, scope = self.lives[name], self.scope(cause, name, item, event)
        move = self._move(cause, life, item, event, scope)
        if move.instead and not self._holds(cause, move, scope):
            return self.happen(cause, name, item, move.instead)
        return self.apply(cause, life, item, move, scope)

    def changing(
        self, cause: Cause, life: Life, item: Item, event: str, scope: Scope
    ) -> Move | None:
        """The transition that a change of a record is; None: it only changes.

        It is refused where no transition begins in the record's state, and where one has an
        `else` and its guard does not hold.
        """
        moves = life.moves.get(event, ())
        fitting = [each for each in moves if item.state in each.sources]
        if moves and not fitting:
            return self._move(cause, life, item, event, scope)
        if any(self._holds(cause, each, scope) or each.otherwise for each in fitting):
            return self._chosen(cause, life, item, fitting, scope)
        return None

    def recomputed(self, cause: Cause, life: Life, item: Item, scope: Scope) -> Item:
        """The record with what is computed of it."""
        if not life.computed:
            return item
        data = with_computed(self.api.fields(life.name), life, dict(data_of(item)), scope)
        return structs.replace(item, data=encoded(data))

    def apply(
        self,
        cause: Cause,
        life: Life,
        item: Item,
        move: Move,
        scope: Scope,
        before: Item | None = None,
    ) -> Item:
        """The record moved on, and what that brings about; `before` is what the world has now,
        where a call has changed the record as well."""
        fields, world = self.api.fields(life.name), cause.world
        data = with_sets(fields, data_of(item), move.sets, scope)
        target = move.target or item.state
        if life.state:
            data[life.state] = target
        data = touched(fields, with_computed(fields, life, data, scope), cause.at)
        stays = not move.target and cause.operation is not None
        since = item.since if stays else cause.at
        after = structs.replace(
            item, state=target, since=since, updated=cause.at, data=encoded(data)
        )
        made = world.become(life.name, before or item, move.event, after, cause.at)
        self.bring_about(cause, life, made, move.effects, move.event)
        found: Item = world[life.name].get(made.id) or made
        return found

    def born(
        self, cause: Cause, life: Life, item: Item, event: str, sent: Collection[str] = ()
    ) -> tuple[Item, Move | None]:
        """A new record as its collection's behaviour wants it, in its first state."""
        fields = self.api.fields(life.name)
        scope = self.scope(cause, life.name, item, event)
        moves = [each for each in life.moves.get(event, ()) if not each.sources]
        move = self._chosen(cause, life, item, moves, scope) if moves else None
        state = move.target if move is not None else self._first(life, item)
        known = without(fields, data_of(item), life.absent.get(state, ()), sent)
        data = with_sets(fields, known, life.created, scope)
        if move is not None:
            data = with_sets(fields, data, move.sets, scope)
        if life.state and state:
            data[life.state] = state
        data = with_computed(fields, life, data, scope)
        made = structs.replace(item, state=state, since=item.created, data=encoded(data))
        return made, move

    def _first(self, life: Life, item: Item) -> str:
        """The state of a record that no event made."""
        if life.lifecycle is None:
            return ""
        given = data_of(item).get(life.state)
        states = life.lifecycle.states
        return given if given in states else states[0]

    def place(
        self, life: Life, item: Item, sent: Collection[str] = (), number: int | None = None
    ) -> Item:
        """A record that a world begins with; the number of one that nobody describes says in
        which state it is."""
        state = self._first(life, item)
        if number is not None and life.lifecycle is not None:
            state = life.lifecycle.states[number % len(life.lifecycle.states)]
        fields = self.api.fields(life.name)
        data = without(fields, data_of(item), life.absent.get(state, ()), sent)
        if life.state and state:
            data[life.state] = state
        return structs.replace(
            item, state=state, since=item.since or item.created, data=encoded(data)
        )

    def _move(self, cause: Cause, life: Life, item: Item, event: str, scope: Scope) -> Move:
        moves = life.moves.get(event, ())
        fitting = [each for each in moves if item.state in each.sources]
        if not fitting:
            sources = dict.fromkeys(state for each in moves for state in each.sources)
            allowed = () if life.lifecycle is None else life.lifecycle.allowed(item.state)
            because = f"{event} cannot happen in {item.state}, only in {', '.join(sources)}"
            hint = f"in {item.state} there may be {', '.join(allowed) or 'nothing'}"
            raise refused(
                life.refusals.get("illegal"),
                cause.operation,
                scope,
                because,
                record=item,
                hint=hint,
            )
        return self._chosen(cause, life, item, fitting, scope)

    def _chosen(
        self, cause: Cause, life: Life, item: Item, moves: list[Move], scope: Scope
    ) -> Move:
        """The first transition whose guard holds; else what the last one says instead."""
        for move in moves:
            if self._holds(cause, move, scope):
                return move
        last = next((each for each in moves if each.instead or each.otherwise), moves[-1])
        if last.instead:
            return last
        assert last.guard is not None, "one without a guard holds"
        why = reasons(last.guard, scope)
        refusal = last.otherwise or life.refusals.get("illegal")
        because = f"{last.event} is refused: {why}"
        raise refused(refusal, cause.operation, scope, because, record=item, hint=why.wanted)

    def _holds(self, cause: Cause, move: Move, scope: Scope) -> bool:
        return cause.forced or move.guard is None or holds(move.guard, scope)
