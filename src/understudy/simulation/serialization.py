"""A world as JSON values, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, NamedTuple

from msgspec import Raw, inspect, json, structs

from understudy.errors import InputError
from understudy.simulation.due_events import Due
from understudy.simulation.identifiers import Identifiers
from understudy.simulation.world import World
from understudy.slices import paused


def written(world: World) -> dict[str, Any]:
    """All of it."""
    told = {"events": list(events(world)), **beside(world)}
    told["trails"] = list(told["trails"])
    return {"records": {name: list(rows) for name, rows in records(world).items()}, **told}


def records(world: World) -> dict[str, Iterator[Any]]:
    """Every collection's records, each written when it is asked for."""
    return {
        name: map(writing(world.kinds[name].record).write, each.as_added())
        for name, each in world.collections.items()
    }


def events(world: World) -> Iterator[list[Any]]:
    """Everything due, in its order."""
    for owner, due, _ in sorted(paused(world.events), key=itemgetter(2)):
        yield [*owner, *structs.astuple(due)]


def beside(world: World) -> dict[str, Any]:
    """What there is beside records and events; trails are written when they are asked for."""
    return {
        "now": world.now,
        "ids": world.identifiers.counters(),
        "meters": world.meters,
        **world.history.written(),
        "paces": world.deadlines.written(),
    }


def put_back(world: World, told: Mapping[str, Any]) -> None:
    """Fills an empty world with what was written, at a stretch."""
    for _ in putting_back(world, told):
        pass


def putting_back(world: World, told: Mapping[str, Any]) -> Iterator[None]:
    """Fills an empty world with what was written; InputError for records of another kind."""
    for name, records in told["records"].items():
        read, collection = writing(world.kinds[name].record).read, world.collections[name]
        for number, record in enumerate(records, 1):
            collection.put(read(record))
            if number % AT_A_STRETCH == 0:
                yield
    due = enumerate(paused(told["events"]))
    world.events.restore(
        ((name, record_id), Due(kind, at, key, recurring), sequence)
        for sequence, (name, record_id, kind, at, key, recurring) in due
    )
    world.identifiers = Identifiers(world.identifiers.seed, world.name, told["ids"])
    world.meters = dict(told["meters"])
    yield
    world.history.put_back(told)
    world.deadlines.put_back(told["paces"])


AT_A_STRETCH = 25  # records that are read between two pauses: 1 to 5 ms

_PLAIN = (
    inspect.IntType,
    inspect.StrType,
    inspect.BoolType,
    inspect.FloatType,
    inspect.NoneType,
    inspect.LiteralType,
)


class Writing(NamedTuple):
    """How values of a type are written as JSON, and read again."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


FIRST, FINAL = -62_135_596_800_000, 253_402_300_799_999  # instants that can be written

Known = dict[type[Any], Writing]
_known: Known = {}


def writing(record: type[Any]) -> Writing:
    """How records of that type are written and read."""
    return _known.get(record) or _of(inspect.type_info(record), _known)


def _of(node: inspect.Type, known: Known) -> Writing:
    match node:
        case inspect.StructType():
            return _struct(node, known)
        case inspect.UnionType():
            return _union(node, known)
        case inspect.VarTupleType():
            item = _of(node.item_type, known)
            return Writing(
                lambda value: [item.write(each) for each in value],
                lambda value: tuple([item.read(each) for each in value]),
            )
        case inspect.TupleType():
            items = [_of(each, known) for each in node.item_types]
            return Writing(
                lambda value: [to.write(each) for to, each in zip(items, value, strict=True)],
                lambda value: tuple([to.read(each) for to, each in zip(items, value, strict=True)]),
            )
        case inspect.FrozenSetType():
            item = _of(node.item_type, known)
            return Writing(
                lambda value: sorted(item.write(each) for each in value),
                lambda value: frozenset(item.read(each) for each in value),
            )
        case inspect.DictType():
            inner = _of(node.value_type, known)
            return Writing(
                lambda value: {key: inner.write(each) for key, each in value.items()},
                lambda value: {key: inner.read(each) for key, each in value.items()},
            )
        case inspect.RawType():
            return Writing(json.decode, lambda value: Raw(json.encode(value)))
        case _ if isinstance(node, _PLAIN):
            return Writing(_same, _plain((node,)))
    raise TypeError(f"records hold no {type(node).__name__}")


def _same(value: Any) -> Any:
    return value


def _plain(nodes: Iterable[inspect.Type]) -> Callable[[Any], Any]:
    """Reads a value of one of these types; TypeError for another."""
    types = {python for node in nodes for python in _python(node)}
    allowed = {
        each for node in nodes if isinstance(node, inspect.LiteralType) for each in node.values
    }

    def read(value: Any) -> Any:
        if type(value) not in types or (allowed and value is not None and value not in allowed):
            raise TypeError(f"it is {value!r:.60}")
        if type(value) is int and not FIRST <= value <= FINAL:
            raise ValueError(f"{value} is beyond the calendar")
        return value

    return read


def _python(node: inspect.Type) -> tuple[type[Any], ...]:
    match node:
        case inspect.IntType():
            return (int,)
        case inspect.FloatType():
            return (float, int)
        case inspect.BoolType():
            return (bool,)
        case inspect.NoneType():
            return (type(None),)
        case inspect.LiteralType():
            return tuple({type(each) for each in node.values})
    return (str,)


def _struct(node: inspect.StructType, known: Known) -> Writing:
    made = known.get(node.cls)
    if made is not None:
        return made
    fields: dict[str, Writing] = {}

    def write(value: Any) -> dict[str, Any]:
        told = {name: each.write(getattr(value, name)) for name, each in fields.items()}
        return told if node.tag is None else {str(node.tag_field): node.tag, **told}

    def read(told: Mapping[str, Any]) -> Any:
        name, held = "", {}
        try:
            for name, each in fields.items():
                held[name] = each.read(told[name])
            made = node.cls(**held)
            unknown = [key for key in told if key not in fields and key != node.tag_field]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"this is no {node.cls.__name__}: {name}: {type(error).__name__} {error}"
            raise InputError(what, fix="Take it again with this version") from None
        if unknown:
            raise InputError(f"no {node.cls.__name__} has {unknown[0]!r}")
        return made

    made = known[node.cls] = Writing(write, read)  # before its fields: one may be its own kind
    fields |= {each.name: _of(each.type, known) for each in node.fields}
    return made


def _union(node: inspect.UnionType, known: Known) -> Writing:
    inner = [each for each in node.types if not isinstance(each, inspect.NoneType)]
    optional = len(inner) < len(node.types)
    if all(isinstance(each, inspect.StructType) for each in inner):
        return _tagged([each for each in inner if isinstance(each, inspect.StructType)], known)
    if all(isinstance(each, _PLAIN) for each in inner):
        return Writing(_same, _plain(node.types))
    assert len(inner) == 1, "of what is no struct a field holds one type"
    only = _of(inner[0], known)
    if optional and isinstance(inner[0], inspect.RawType):
        return Writing(
            lambda value: None if value is None else [only.write(value)],
            lambda value: None if value is None else only.read(value[0]),
        )
    return Writing(
        lambda value: None if value is None else only.write(value),
        lambda value: None if value is None else only.read(value),
    )


def _tagged(nodes: list[inspect.StructType], known: Known) -> Writing:
    by_class = {each.cls: _of(each, known) for each in nodes}
    if len(nodes) == 1:
        (only,) = by_class.values()
        return Writing(
            lambda value: None if value is None else only.write(value),
            lambda value: None if value is None else only.read(value),
        )
    by_tag = {each.tag: by_class[each.cls] for each in nodes}
    field = str(nodes[0].tag_field)
    return Writing(
        lambda value: None if value is None else by_class[type(value)].write(value),
        lambda value: None if value is None else by_tag[value[field]].read(value),
    )
