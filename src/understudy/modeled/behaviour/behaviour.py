"""The behaviour that somebody said of a document, as handlers, worlds and refusals ask it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import structs
from msgspec.json import encode

from understudy.modeled import envelope
from understudy.modeled.behaviour.effects import Cause
from understudy.modeled.behaviour.events import Events
from understudy.modeled.behaviour.kinds import NOBODY, unique_index, with_lifecycle
from understudy.modeled.behaviour.refusals import WordedRefusal, refused, worded
from understudy.modeled.behaviour.scopes import of_caller, owner_name
from understudy.modeled.behaviour.values import Doing, Life
from understudy.modeled.expressions.expression import holds
from understudy.modeled.expressions.mistakes import EvaluationError
from understudy.modeled.expressions.values import Row, Scope, as_json
from understudy.modeled.model import Role
from understudy.modeled.plan import Api, Plan
from understudy.modeled.pointers import NOTHING as NO_VALUE
from understudy.modeled.pointers import get, put
from understudy.modeled.records import ALONE, Item, data_of, encoded, joined
from understudy.openapi.operation import Operation
from understudy.simulation.world import Kind, World
from understudy.vendor import (
    Call,
    Caller,
    Handler,
    Missing,
    Problem,
    Reply,
    Request,
    compose,
    refusal,
)

NOTHING = Doing()
CHANGING: tuple[Role, ...] = ("create", "replace", "merge", "delete", "event", "rpc")
SECOND = 1_000


class Behaviour:
    """What is said of one document, at work."""

    def __init__(self, api: Api, lives: Mapping[str, Life], doings: Mapping[str, Doing]) -> None:
        self.api = api
        self.lives = lives
        self.doings = doings
        self.events = Events(api, lives)

    def kinds(self, made: Sequence[Kind[Any]]) -> tuple[Kind[Any], ...]:
        """The kinds of a world with the lifecycles that are said."""
        return tuple(
            with_lifecycle(self.events, self.lives[each.name], each)
            if each.name in self.lives
            else each
            for each in made
        )

    def renamed(self, name: str, sent: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is sent, under the names that the record has."""
        life = self.lives.get(name)
        if life is None or not life.renamed:
            return sent
        return {life.renamed.get(key, key): value for key, value in sent.items()}

    def new_id(self, name: str, world: World, data: Mapping[str, Any]) -> Any:
        """An id of the shape that is said; None: none is."""
        life = self.lives.get(name)
        if life is None or life.shape is None:
            return None
        names = {**self.events.scopes.everywhere(world), "record": Row(data)}
        return as_json(life.shape.run(self.events.scopes.scope(world, names, world.now)))

    def make(self, plan: Plan, request: Request, world: World, item: Item) -> Item:
        """Adds a new record, with all that goes with it."""
        life = self.lives.get(plan.of)
        if life is None:
            return world.add(plan.of, item)
        cause, event = self.events.by_call(request, world), self._event(plan)
        sent = [name for each in plan.sent(request.body) for name in each]
        made, move = self.events.born(cause, life, item, event, sent)
        if life.owner:
            made = structs.replace(made, whose=owner_name(life.owner, request.caller))
        self._check_unique(cause, life, made)
        added = world.add(plan.of, made)
        if move is not None:
            self.events.bring_about(cause, life, added, move.effects, event)
        found: Item = world[plan.of].get(added.id) or added
        return found

    def write(self, plan: Plan, request: Request, world: World, item: Item) -> Item:
        """Puts a changed record in the place of the one there is, with all that goes with it."""
        life, before = self.lives.get(plan.of), world[plan.of].get(item.id)
        if life is None or before is None:
            return world.replace(plan.of, item)
        cause, event = self.events.by_call(request, world), self._event(plan)
        data = dict(data_of(item))
        if life.state:
            data[life.state] = before.state
        item = structs.replace(item, state=before.state, data=encoded(data))
        scope = self.events.scope(cause, plan.of, before, event)
        move = self.events.changing(cause, life, before, event, scope)
        if move is not None:
            made = self.events.apply(cause, life, item, move, scope, before)
        else:
            made = world.replace(plan.of, self.events.recomputed(cause, life, item, scope))
        self._check_unique(cause, life, made)
        return made

    def remove(self, plan: Plan, request: Request, world: World, item: Item) -> None:
        """Removes a record, where that may be."""
        life = self.lives.get(plan.of)
        event = self._event(plan)
        if life is not None and event in life.moves:
            item = self.events.happen(self.events.by_call(request, world), plan.of, item, event)
        if item.id in world[plan.of]:
            world.remove(plan.of, item.id)

    def targets(self, plan: Plan, request: Request, world: World) -> Sequence[Item] | None:
        """The records that a call means by what is said of it; None: by its path."""
        doing = self.doings.get(plan.operation.id, NOTHING)
        if doing.id is not None:
            cause = self.events.by_call(request, world)
            named = doing.id.run(self.events.scopes.scope(world, cause.names, world.now))
            return [self._named(plan, request, world, named)]
        if doing.where is None or plan.depth < len(plan.parameters):
            return None
        return list(self.narrowed(plan, request, world, self._all(plan, request, world)))

    def happen(self, plan: Plan, request: Request, world: World, item: Item) -> Item:
        """Makes the operation's event happen to a record."""
        cause = self.events.by_call(request, world)
        return self.events.happen(cause, plan.of, item, self._event(plan))

    def place(
        self, name: str, item: Item, sent: Collection[str] = (), number: int | None = None
    ) -> Item:
        """A record that a world begins with, in its state."""
        life = self.lives.get(name)
        return item if life is None else self.events.place(life, item, sent, number)

    def states(self, name: str) -> tuple[str, tuple[str, ...]]:
        """The field of a collection's state, and the states there are."""
        life = self.lives.get(name)
        if life is None or life.lifecycle is None:
            return "", ()
        return life.state, life.lifecycle.states

    def sees(self, name: str, item: Item, caller: Caller | None) -> bool:
        """Whether a record is known to who asks."""
        life = self.lives.get(name)
        if life is None or not life.owner or not item.whose:
            return True
        return item.whose == owner_name(life.owner, caller)

    def narrowed(
        self, plan: Plan, request: Request, world: World, items: Sequence[Item]
    ) -> Sequence[Item]:
        """The records of a list that are known to who asks and that the operation shows."""
        life, doing = self.lives.get(plan.of), self.doings.get(plan.operation.id, NOTHING)
        if (life is None or not life.owner) and doing.where is None:
            return items
        found = [each for each in items if self.sees(plan.of, each, request.caller)]
        if doing.where is None:
            return found
        cause, kept = self.events.by_call(request, world), []
        scope = self.events.scopes.scope(world, cause.names, world.now)
        for each in found:
            scope.names.update(self.events.scopes.of_record(world, plan.of, each))
            scope.step()
            if holds(doing.where, scope):
                kept.append(each)
        return kept

    def waits(self, name: str, item: Item, world: World) -> int | None:
        """In how many seconds to ask again for a record that works on by itself."""
        life = self.lives.get(name)
        if life is None or not life.polled or item.state not in life.timed:
            return None
        due = [each.at for each in world.events.of((name, item.id)) if not each.recurring]
        return max(-(-(min(due) - world.now) // SECOND), 1) if due else 1

    def around(self, plan: Plan, handle: Handler) -> Handler:
        """The handler of an operation with what is said of it: its answer, all or nothing."""
        doing = self.doings.get(plan.operation.id, NOTHING)
        life = self.lives.get(plan.of)
        is_several = doing.where is not None or plan.behaviour.body.endswith("/0")
        reaches = life is not None and (life.reaches or bool(life.unique))
        changes = plan.behaviour.role in CHANGING and (is_several or reaches)

        def act(request: Request, world: World) -> Reply:
            before = world.fork() if changes else None
            try:
                reply = handle(request, world)
                if doing.answer is not None or doing.sets:
                    reply = self._answered(plan, doing, request, world, reply)
                return reply
            except EvaluationError as error:
                problem = Problem("invalid", f"{plan.operation.id} has no use for it: {error}")
                raise _restored(world, before, problem) from None
            except Exception as error:
                raise _restored(world, before, error) from None

        return act

    def refuse(
        self, problem: Problem, operation: Operation | None, caller: Caller | None, call: Call
    ) -> Reply:
        """The answer that tells of a problem, in the words of the collection it is about."""
        if isinstance(problem, WordedRefusal):
            return problem.reply
        life, kind = self._about(problem, operation)
        given = None if life is None else life.refusals.get(kind)
        if given is None:
            return envelope.refuse(problem, operation, caller, call)
        missing = problem.missing
        names: dict[str, Any] = {
            **{place: {} for place in ("body", "path", "query", "header")},
            "caller": of_caller(caller),
            "event": "" if operation is None else operation.vendor_id or operation.id,
            "id": "" if missing is None else missing.id,
        }
        scope = Scope(names, 0, call.identifiers or NOBODY)
        told = refused(given, operation, scope, problem.because, missing=missing)
        if isinstance(told, WordedRefusal):
            return told.reply
        told.violations = problem.violations
        return envelope.refuse(told, operation, caller, call)

    def _about(self, problem: Problem, operation: Operation | None) -> tuple[Life | None, str]:
        """The collection that a problem is about, and which of its refusals tells it."""
        if problem.missing is not None:
            return self.lives.get(problem.missing.collection), "unknown"
        if operation is not None and problem.kind in ("invalid", "malformed_body"):
            return self.lives.get(self.api.behaviour(operation).of), "invalid"
        return None, ""

    def _answered(
        self, plan: Plan, doing: Doing, request: Request, world: World, reply: Reply
    ) -> Reply:
        """The answer that is said of the operation, filled in."""
        cause = self.events.by_call(request, world)
        names = {**cause.names, "event": self._event(plan)}
        scope = self.events.scopes.scope(world, names, world.now)
        if doing.answer is not None:
            given, operation = doing.answer, plan.operation
            if given.answer in operation.answers and given.body is None:
                reply = compose(operation.answers[given.answer], {})
            else:
                reply = worded(given, operation, scope)
        body = reply.body
        for name, each in doing.sets.items():
            pointer = name if name.startswith("/") else f"/{name}"
            body = put(body, pointer, as_json(each.run(scope)))
        reply.body = body
        return reply

    def _event(self, plan: Plan) -> str:
        """The event that an operation is."""
        doing = self.doings.get(plan.operation.id, NOTHING)
        return doing.event or plan.operation.vendor_id or plan.operation.id

    def _named(self, plan: Plan, request: Request, world: World, named: Any) -> Item:
        """The record of an id that a call says somewhere."""
        found: Item | None = world[plan.of].get(joined([named]))
        if found is None or not self.sees(plan.of, found, request.caller):
            missing = Missing(plan.of, str(named))
            raise refusal("404", f"{plan.of} has no {named}", missing=missing)
        return found

    def _all(self, plan: Plan, request: Request, world: World) -> list[Item]:
        scope = [request.values[name] for name in plan.parameters]
        index, key = ("scope", joined(scope)) if scope else ("every", ALONE)
        records = world[plan.of]
        return records.ranked(index, key, 0, records.count(index, key))

    def _check_unique(self, cause: Cause, life: Life, item: Item) -> None:
        """A refusal where another record has the same."""
        for field in life.unique:
            value = get(data_of(item), f"/{field}")
            if value is NO_VALUE or value is None:
                continue
            for other in cause.world[life.name].walk(unique_index(field), encode(value)):
                if other.id != item.id:
                    scope = self.events.scope(cause, life.name, other, "")
                    because = f"{life.name} has one whose {field} is {value!r} already"
                    given = life.refusals.get("duplicate")
                    raise refused(given, cause.operation, scope, because, record=other)


def _restored(world: World, before: World | None, error: Exception) -> Exception:
    """The error, with everything as it was."""
    if before is not None:
        world.restore(before)
    return error
