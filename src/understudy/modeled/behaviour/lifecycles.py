"""A lifecycle as it is said becomes the table of states, and transitions with all they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from understudy.modeled.behaviour.effects_read import read_effects
from understudy.modeled.behaviour.names import Names
from understudy.modeled.behaviour.parts import Parts
from understudy.modeled.behaviour.source import pointer_of
from understudy.modeled.behaviour.values import Move, Refusal
from understudy.modeled.expressions.mistakes import there_are
from understudy.simulation.lifecycle import Lifecycle, Transition

MAKING = ("create", "rpc")
ALMOST = 0.85  # how alike a name must be to be a slip
BY_ITSELF = ("record", "now", "parent")  # what is known where nobody calls


class Table(NamedTuple):
    """What was said of the states of one collection."""

    state: str
    table: Lifecycle | None
    moves: Mapping[str, tuple[Move, ...]]
    timed: Mapping[str, tuple[Move, ...]]
    absent: Mapping[str, frozenset[str]]


class LifecycleCompiler:
    """Reads one collection's lifecycle and timeline."""

    def __init__(self, parts: Parts, name: str, given: Mapping[str, Any]) -> None:
        self.parts = parts
        self.name = name
        self.state = given.get("state", "")
        self.rows = list(given.get("lifecycle", ()))
        self.places = [pointer_of(name, "lifecycle", at) for at in range(len(self.rows))]
        self._add_timeline(given)
        self.created = [row["to"] for row in self.rows if self._makes(row) and "to" in row]
        self.known = self._states()

    def compiled(self) -> Table:
        """The table and its transitions; what is wrong is noted."""
        if not self.rows:
            if self.state:
                self.parts.known_field(self.name, self.state, pointer_of(self.name, "state"))
            return Table(self.state, None, {}, {}, {})
        self._check_state()
        moves: dict[str, list[Move]] = {}
        for row, place in zip(self.rows, self.places, strict=True):
            made = self._move(row, place)
            moves.setdefault(made.event, []).append(made)
        every = [each for group in moves.values() for each in group]
        timed: dict[str, list[Move]] = {}
        for move in every:
            for source in move.sources if move.after is not None else ():
                timed.setdefault(source, []).append(move)
        self._check_instead(every)
        self._check_operations(every)
        loops = _circular(timed)
        return Table(
            self.state,
            Lifecycle(self.known, tuple(_transitions(every))),
            {event: tuple(group) for event, group in moves.items()},
            {
                state: tuple(each._replace(recurring=state in loops) for each in group)
                for state, group in timed.items()
            },
            _absent(self.known, every),
        )

    def _add_timeline(self, given: Mapping[str, Any]) -> None:
        """A timeline is transitions that follow each other by themselves."""
        state = next((row["to"] for row in self.rows if self._makes(row) and "to" in row), "")
        for at, item in enumerate(given.get("timeline", ())):
            pointer = pointer_of(self.name, "timeline", at)
            if not state:
                what = "a timeline begins in the state that a new record has"
                fix = "Say so in `lifecycle`: { event: createOrder, to: STATE }"
                self.parts.source.note(what, pointer, fix)
                return
            self.rows.append({**item, "from": state})
            self.places.append(pointer)
            state = item["to"]

    def _makes(self, row: Mapping[str, Any]) -> bool:
        """Whether it is the event by which a record comes to be."""
        operation = self.parts.api.model.operations.get(row["event"])
        if operation is not None and operation.of == self.name:
            return operation.role in MAKING and "from" not in row
        return False

    def _states(self) -> tuple[str, ...]:
        """All states: that of a new record first, then as they are said, then as declared."""
        found = dict.fromkeys(self.created)
        for row in self.rows:
            found |= dict.fromkeys(_listed(row.get("from", ())))
            found |= dict.fromkeys(_listed(row.get("to", ())))
        field = self.parts.api.fields(self.name).by_name.get(self.state)
        declared = field.node.schema.get("enum") if field is not None else None
        if isinstance(declared, list):
            found |= dict.fromkeys(each for each in declared if isinstance(each, str))
        return tuple(found)

    def _check_state(self) -> None:
        """The field is there, and can be all that is said of it."""
        pointer, parts = pointer_of(self.name, "state"), self.parts
        if not self.state:
            fix = "Say `state`: the field that has it"
            parts.source.note("a lifecycle needs a field for the state", pointer_of(self.name), fix)
            return
        if parts.known_field(self.name, self.state, pointer) is None:
            return
        field = parts.api.fields(self.name).by_name.get(self.state)
        for row, place in zip(self.rows, self.places, strict=True):
            for key in ("from", "to"):
                for state in _listed(row.get(key, ())):
                    if field is not None and not field.fits(state):
                        declared = field.node.schema.get("enum") or ()
                        fix = there_are(state, [str(each) for each in declared])
                        what = f"`{self.state}` cannot be `{state}`"
                        parts.source.note(what, f"{place}/{key}", fix)

    def _move(self, row: Mapping[str, Any], place: str) -> Move:
        parts, event = self.parts, row["event"]
        operation, names = parts.operations.get(event), self._names(row)
        making = self._makes(row)
        sources = tuple(_listed(row.get("from", () if making else self.known)))
        if making and "to" not in row:
            parts.source.note(f"`{event}` makes a record, in no state", place, "Say `to`")
        otherwise, instead = Refusal(), ""
        if "else" in row and isinstance(row["else"], Mapping) and "event" in row["else"]:
            instead = row["else"]["event"]
        elif "else" in row:
            answers = list(operation.answers.values()) if operation is not None else self._answers()
            otherwise = parts.refusal(row["else"], names, f"{place}/else", answers)
        if "else" in row and "if" not in row:
            fix = "Say `if`, or leave `else` out"
            parts.source.note("`else` needs an `if`", f"{place}/else", fix)
        after = None
        if "after" in row:
            timely = {key: names[key] for key in BY_ITSELF if key in names}
            after = parts.span(row["after"], timely, f"{place}/after")
        return Move(
            event=event,
            sources=sources,
            target=row.get("to", ""),
            guard=parts.condition(row["if"], names, f"{place}/if") if "if" in row else None,
            otherwise=otherwise if "else" in row and not instead else None,
            instead=instead,
            sets=parts.sets(self.name, row.get("set", {}), names, f"{place}/set"),
            after=after,
            recurring=False,
            effects=read_effects(parts, self.name, row.get("then", ()), names, f"{place}/then"),
        )

    def _names(self, row: Mapping[str, Any]) -> Names:
        """What its expressions can name: of a call where an operation is the event."""
        vocabulary, event = self.parts.vocabulary, row["event"]
        found = vocabulary.everywhere(self.name)
        callers = [
            key
            for key, each in self.parts.api.model.operations.items()
            if event in (key, each.settings.get("event")) and key in self.parts.operations
        ]
        operation = self.parts.operations[callers[0]] if len(callers) == 1 else None
        found |= vocabulary.of_call(operation)
        if "after" in row and operation is None:
            found.pop("caller")
        return found

    def _answers(self) -> list[Any]:
        operations = self.parts.api.by_collection.get(self.name, ())
        return [answer for each in operations for answer in each.answers.values()]

    def _check_instead(self, every: list[Move]) -> None:
        events = [each.event for each in every]
        for move, place in zip(
            (each for each in every if each.instead), self._with_instead(), strict=False
        ):
            if move.instead not in events:
                what = f"no event is called `{move.instead}`"
                self.parts.source.note(what, place, there_are(move.instead, dict.fromkeys(events)))

    def _check_operations(self, every: list[Move]) -> None:
        """Notes an event that nothing causes and that is nearly called like an operation."""
        operations = self.parts.api.model.operations
        caused = {each.instead for each in every} | {*operations}
        caused |= {str(each.settings.get("event")) for each in operations.values()}
        for move, place in zip(every, self._in_order(every), strict=True):
            if move.event in caused or move.after is not None:
                continue
            near = get_close_matches(move.event, operations, 1, ALMOST)
            if near and not self._is_caused(move.event):
                what = f"no operation is called `{move.event}`, and nothing causes it"
                self.parts.source.note(what, f"{place}/event", f"Did you mean `{near[0]}`?")

    def _in_order(self, every: list[Move]) -> list[str]:
        """The places of transitions that stand grouped by their events."""
        by_event: dict[str, list[str]] = {}
        for row, place in zip(self.rows, self.places, strict=True):
            by_event.setdefault(row["event"], []).append(place)
        return [place for places in by_event.values() for place in places]

    def _is_caused(self, event: str) -> bool:
        """Whether an effect of some transition is that event."""
        for each in self.parts.api.model.collections.values():
            for row in each.settings.get("lifecycle", ()):
                effects = row.get("then", [])
                for effect in effects if isinstance(effects, list) else [effects]:
                    if effect.get("event") == event:
                        return True
        return False

    def _with_instead(self) -> Iterator[str]:
        for row, place in zip(self.rows, self.places, strict=True):
            if isinstance(row.get("else"), Mapping) and "event" in row["else"]:
                yield f"{place}/else/event"


def _transitions(moves: list[Move]) -> Iterator[Transition]:
    """The rows of the table, each state and event once for each target."""
    seen: set[tuple[str, str, str]] = set()
    for move in moves:
        for source in move.sources:
            row = (source, move.event, move.target or source)
            if row not in seen:
                seen.add(row)
                yield Transition(move.event, (source,), (row[2],))


def _absent(states: tuple[str, ...], moves: list[Move]) -> dict[str, frozenset[str]]:
    """By state the fields that no event on the way to it sets, but others do."""
    found: dict[str, set[str]] = {state: set() for state in states}
    born = {move.target: {*move.sets} for move in moves if not move.sources}
    found |= born
    for _ in states:
        for move in moves:
            for source in move.sources:
                there = found[move.target or source]
                found[move.target or source] = there | found[source] | {*move.sets}
    every = {field for move in moves for field in move.sets}
    return {state: frozenset(every - there) for state, there in (found | born).items()}


def _circular(timed: Mapping[str, list[Move]]) -> set[str]:
    """The states that are come back to without anybody doing anything."""
    leads = {state: {move.target or state for move in moves} for state, moves in timed.items()}
    found = set()
    for state in leads:
        seen, front = set[str](), {*leads[state]}
        while front:
            seen |= front
            front = {each for one in front for each in leads.get(one, ())} - seen
        if state in seen:
            found.add(state)
    return found


def _listed(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else list(given)
