"""Records that a world file tells: its grammar, how entries become records, and what would help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from understudy.errors import InputError
from understudy.modeled.fields import Fields
from understudy.modeled.identity import new_id
from understudy.modeled.links import link_of
from understudy.modeled.plan import Api
from understudy.modeled.pointers import NOTHING, get, put
from understudy.modeled.record_completion import mended
from understudy.modeled.records import ALONE, Item, Key, encoded, joined
from understudy.modeled.seeds import _scope as usual_scope
from understudy.simulation.clock import Instant, duration, instant
from understudy.simulation.world import World
from understudy.vendor import Caller, Missing

Entry = Mapping[str, Any]
Section = Mapping[str, Sequence[Entry]]
NAME = {"$ref": "#/$defs/name"}
TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
AT_A_STRETCH = 50  # entries that are added between two pauses


def entries(api: Api) -> dict[str, Mapping[str, Any]]:
    """What an entry of each collection may say, as JSON Schema; values are held later."""
    found = {name: _entry_schema(api, name) for name in api.model.collections}
    key = {"name": NAME, "key": {**TEXT, "description": "the key a client sends"}}
    tenant = {"tenant": {**TEXT, "description": "whose it is"}}
    return {**found, "credentials": _closed("a credential", {**key, **tenant}, "name")}


def populating(api: Api, world: World, section: Section, start: Instant) -> Iterator[None]:
    """Adds what a section declares, with a pause after each few entries; InputError with the
    pointer of what cannot be."""
    for name in section:
        if name not in world.collections:
            there = ", ".join([*api.model.collections, "credentials"])
            raise InputError(f"a world has no {name}", where=f"/{name}", fix=f"It has {there}")
    ordered = sorted(section, key=lambda name: _depth(api, name))
    for name in ordered:
        for number, entry in enumerate(section[name]):
            try:
                if name == "credentials":
                    _add_key(world, entry, start)
                else:
                    _add(api, world, name, entry, start)
            except InputError as error:
                raise error.at(f"/{name}/{number}") from None
            if number % AT_A_STRETCH == AT_A_STRETCH - 1:
                yield


def declare(api: Api, missing: Missing, caller: Caller | None) -> Mapping[str, Any] | None:
    """A section of a world file that has what is missing; None where no world can."""
    if missing.collection == "credentials":
        return {"credentials": [{"name": "mine", "key": "my-key"}]}
    collection = api.model.collections.get(missing.collection)
    if collection is None or not collection.id or "/" in collection.id:
        return None
    field = api.fields(missing.collection).by_name.get(collection.id)
    said: Any = missing.id
    if field is not None and not field.fits(said) and said.lstrip("-").isdecimal():
        said = int(said)
    return {missing.collection: [{**missing.fields, collection.id: said}]}


def _entry_schema(api: Api, name: str) -> dict[str, Any]:
    fields = api.fields(name)
    told: dict[str, Any] = {
        each: {"description": str(field.node.schema.get("description", "")).split("\n")[0] or each}
        for each, field in fields.by_name.items()
        if not field.is_write_only
    }
    scope = {each: {"description": f"the {each} of its path"} for each in _names(api, name)}
    own = {"name": NAME} if "name" not in told else {}
    created = {"created": {"$ref": "#/$defs/instant"}} if "created" not in told else {}
    lived = {} if api.acting is None else _lived(*api.acting.states(name), told)
    made = _closed(f"one of {name}", {**own, **created, **scope, **told, **lived})
    return made if not fields.is_free else {**made, "additionalProperties": True}


def _lived(field: str, states: Sequence[str], told: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says of the state that its record is in."""
    if not states:
        return {}
    state = {"enum": list(states), "description": f"one of {', '.join(states)}"}
    since = {"$ref": "#/$defs/instant", "description": "when this state began, such as -1h"}
    return {field: state} | ({"since": since} if "since" not in told else {})


def _closed(title: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _add_key(world: World, entry: Entry, start: Instant) -> None:
    name = entry["name"]
    text = entry.get("key", f"{world.name}-{name}-key")
    keys = world["credentials"]
    owner = keys.first("key", text)
    if owner is not None and owner.id != name and not owner.own:
        raise InputError(f"this is the key of {owner.id!r}", where="/key", fix="Choose another")
    if owner is not None and owner.own and owner.id != name:
        world.remove("credentials", owner.id)
    if name in keys:
        world.remove("credentials", name)
    tenant = entry.get("tenant", "")
    world.add(
        "credentials", Key(id=name, name=name, key=text, tenant=tenant, created=start), at=start
    )


def _add(api: Api, world: World, name: str, entry: Entry, start: Instant) -> None:
    collection, fields = api.model.collections[name], api.fields(name)
    told = {key: value for key, value in entry.items() if key in fields.by_name or fields.is_free}
    for key, value in told.items():
        _check(fields, key, value)
    scope = _scope(api, world, name, entry)
    created = _created(entry, start) if "created" not in fields.by_name else start
    data: dict[str, Any] = {**api.template(name), **_moments(fields, created), **told}
    data = mended(fields, data, api.template(name))
    if collection.of:
        _add_link(api, world, name, told, scope, created)
        return
    chosen = get(told, f"/{collection.id}") if collection.id else NOTHING
    if collection.single:
        chosen = None
    elif chosen is NOTHING:
        chosen = new_id(world.identifiers, name, api.naming(name), data)
    if collection.id and chosen is not None:
        data = put(data, f"/{collection.id}", chosen)
    key = joined(scope if collection.single else [*scope, chosen])
    if key in world[name]:
        raise InputError(
            f"{name} have a {chosen!r} already", where=f"/{collection.id}", fix="Choose another"
        )
    handle = entry.get("name")
    handle = handle if isinstance(handle, str) else ""
    older = world[name].first("name", handle) if handle else None
    if older is not None:
        world.replace(name, structs.replace(older, name=""))
    item = Item(
        id=key,
        name=handle,
        created=created,
        updated=created,
        data=encoded(data),
        scope=joined(scope),
        serial=world.identifiers.ordinal(f"{name} serial"),
    )
    if api.acting is not None:
        item = structs.replace(item, since=_since(entry, created, start))
        item = api.acting.place(name, item, told)
    world.add(name, item, at=max(item.since, created))


def _since(entry: Entry, created: Instant, start: Instant) -> Instant:
    """When the present state of a record began."""
    return _moment(entry, "since", start) if "since" in entry else created


def _add_link(
    api: Api, world: World, name: str, told: Entry, scope: list[Any], created: Instant
) -> None:
    """A known record in the list of its scope, by its id or the name a world file gave it."""
    collection = api.model.collections[name]
    at = f"{collection.record}/{api.model.collections[collection.of].id}"
    said, known = get(told, at), world[collection.of]
    found = known.get(joined([said])) or (
        known.first("name", said) if said is not NOTHING else None
    )
    if found is None:
        there = ", ".join(each.id for each in known.ranked("every", ALONE, 0, 20)) or "none"
        what = f"no {collection.of} {said!r}" if said is not NOTHING else f"{at} is missing"
        raise InputError(what, where=at, fix=f"There are {there}")
    link = link_of(api, world, name, scope, found, created)
    if link.id not in world[name]:
        world.add(name, link, at=created)


def _check(fields: Fields, key: str, value: Any) -> None:
    field = fields.by_name.get(key)
    if field is None or field.fits(value):
        return
    wrong = field.checker.violations(value)
    what = wrong[0].message if wrong else f"{value!r} does not fit"
    raise InputError(what, where=f"/{key}", fix=f"The document's schema of {key} says what may be")


def _scope(api: Api, world: World, name: str, entry: Entry) -> list[Any]:
    """The path values that an entry says; an owner that it does not name is the first there is."""
    names = _names(api, name)
    usual = usual_scope(api, world, name) if names else []
    if len(usual) < len(names):
        usual = [*usual, *names[len(usual) :]]
    scope = [
        _meant(api, world, name, entry[each]) if each in entry else usual[at]
        for at, each in enumerate(names)
    ]
    parent = api.model.collections[name].under
    if parent and joined(scope) not in world[parent]:
        there = ", ".join(each.id for each in [*world[parent].walk("every", ALONE)][:20]) or "none"
        what = f"no {parent} {joined(scope)!r}"
        raise InputError(what, where=f"/{names[-1]}", fix=f"There are {there}")
    return scope


def _meant(api: Api, world: World, name: str, said: Any) -> Any:
    """The id of what an entry names: a record's name in the same world, or the id itself."""
    parent = api.model.collections[name].under
    found = world[parent].first("name", said) if parent and isinstance(said, str) else None
    return found.id.rpartition("/")[2] if found is not None else said


def _names(api: Api, name: str) -> list[str]:
    collection = api.model.collections[name]
    names = [each.partition("}")[0] for each in (collection.item or collection.path).split("{")[1:]]
    return names[:-1] if collection.item and not collection.single else names


def _moments(fields: Fields, at: Instant) -> dict[str, Any]:
    timely = ("created", "updated")
    return {each.name: each.moment(at) for each in fields.by_name.values() if each.use in timely}


def _created(entry: Entry, start: Instant) -> Instant:
    if "created" in entry:
        return _moment(entry, "created", start)
    return _moment(entry, "since", start) if "since" in entry else start


def _moment(entry: Entry, key: str, start: Instant) -> Instant:
    """An instant that an entry says, no later than the session's start."""
    said = entry[key]
    text = str(said)
    try:
        at = instant(text) if "T" in text.upper() or ":" in text else start + duration(text)
    except InputError as error:
        raise error.at(f"/{key}") from None
    if at > start:
        what = f"{said} lies after the session's start"
        raise InputError(what, where=f"/{key}", fix="What lies before it has a minus, like -10m")
    return at


def _depth(api: Api, name: str) -> int:
    collection = api.model.collections.get(name)
    if collection is not None and collection.of:
        return len(collection.path)  # behind all that it may stand for
    return 0 if collection is None else (collection.item or collection.path).count("{")
