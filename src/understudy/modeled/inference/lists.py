"""Lists: where their records stand, and how they are paged, ordered and filtered (rule 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from understudy.modeled.inference.paths import Route
from understudy.modeled.inference.records import Found
from understudy.modeled.model import Listing, Paging
from understudy.modeled.names import plain, same_thing, singular
from understudy.modeled.schemas import Node, Schemas, is_type
from understudy.yaml import escape

USUAL = ("data", "items", "results", "entries", "value", "list", "records", "resources")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


PAGING: Mapping[Paging, frozenset[str]] = {
    "cursor": _names(
        "cursor after startingafter pagetoken nextpagetoken nexttoken marker nextmarker "
        "continuationtoken pagecursor pageafter"
    ),
    "page": _names("page pagenumber pageno pageindex currentpage"),
    "offset": _names("offset skip startindex startat pageoffset"),
}
SIZE = _names(
    "limit perpage pagesize size maxresults pagelimit itemsperpage resultsperpage pagelen top "
    "take maxitems"
)
ORDER = _names("sort sortby orderby order ordering sortfield")
DIRECTION = _names("direction sortorder sortdir sortdirection orderdirection dir")
# What an envelope tells beside its records, by the plain names it may have there.
ENVELOPE_NAMES = {
    "total": "total totalcount totalitems totalresults totalrecords itemstotal totalsize "
    "resultcount totalelements",
    "pages": "pages totalpages pagestotal pagecount lastpage numpages",
    "number": "page pagenumber currentpage",
    "size": "perpage pagesize limit size itemsperpage",
    "offset": "offset skip startindex",
    "count": "count itemcount",
    "more": "hasmore more hasnext hasnextpage",
    "cursor": "nextcursor nextpagetoken nexttoken nextmarker cursor after continuationtoken marker",
    "next": "next nexturl nextlink nextpageurl nexthref",
    "previous": "previous prev prevurl previousurl prevpageurl",
    "first": "first firsturl",
    "last": "last lasturl",
}
NUMBER = ("integer", "number", "string")
TYPES = {
    "more": ("boolean",),
    **dict.fromkeys(("total", "pages", "number", "size", "offset", "count"), NUMBER),
    **dict.fromkeys(("next", "previous", "first", "last"), ("string",)),
}
MEANING = {name: meaning for meaning, names in ENVELOPE_NAMES.items() for name in names.split()}
DEEP = 3  # levels of an envelope that are looked into


def listed(schemas: Schemas, node: Node, thing: str) -> Found | None:
    """The records of a list's body and where they stand; None: it is no list of records."""
    item = schemas.items(node)
    if item is not None:
        return Found(item, "") if schemas.is_object(item) else None
    return _inside(schemas, node, thing, "", deep=2)


def listing(schemas: Schemas, route: Route, body: Node, found: Found) -> Listing:
    """How that list is asked for and told."""
    said = {
        plain(each["name"]): each["name"]
        for each in route.query()
        if not each["name"].startswith("filter")
    }
    page, by = _paging(said)
    size = _first(said, SIZE) or ("count" in said and page and said["count"]) or ""
    order = _first(said, ORDER)
    used = (
        {by, size, order, direction}
        if (direction := _first(said, DIRECTION))
        else {
            by,
            size,
            order,
        }
    )
    return Listing(
        items=found.pointer,
        page=page,
        by=by,
        size=size,
        order=order,
        direction=direction,
        filters=filters(schemas, route, found.node, used),
        envelope=dict(_envelope(schemas, body, found.pointer)) if found.pointer else {},
    )


def filters(schemas: Schemas, route: Route, record: Node, used: set[str]) -> dict[str, str]:
    """The query parameters that are called like a field of the record, and the fields."""
    names, properties = schemas.names(record), schemas.properties(record)
    found = {}
    for parameter in route.query():
        name: str = parameter["name"]
        bare = plain(name.removeprefix("filter[").removesuffix("]"))
        written = names.get(bare) or names.get(singular(bare))
        if name not in used and written and _is_plain(schemas, properties[written]):
            found[name] = escape(written)
    return found


def _is_plain(schemas: Schemas, node: Node) -> bool:
    """Whether a field holds something that a text can name, or several of those."""
    return schemas.is_scalar(schemas.items(node) or node)


def _paging(said: Mapping[str, str]) -> tuple[Paging, str]:
    for kind, names in PAGING.items():
        name = _first(said, names)
        if name:
            return kind, name
    return "", ""


def _first(said: Mapping[str, str], names: frozenset[str]) -> str:
    return next((written for name, written in said.items() if name in names), "")


def _inside(schemas: Schemas, node: Node, thing: str, at: str, deep: int) -> Found | None:
    """The one list of records inside an object."""
    arrays: dict[str, Node] = {}
    for name, inner in schemas.properties(node).items():
        item = schemas.items(inner)
        if item is not None and schemas.is_object(item):
            arrays[name] = item
    chosen = _chosen(arrays, thing)
    if chosen:
        return Found(arrays[chosen], f"{at}/{escape(chosen)}")
    if arrays or deep <= 1:
        return None
    below = [
        found
        for name, inner in schemas.properties(node).items()
        if schemas.is_object(inner)
        and (found := _inside(schemas, inner, thing, f"{at}/{escape(name)}", deep - 1))
    ]
    return below[0] if len(below) == 1 else None


def _chosen(arrays: Mapping[str, Node], thing: str) -> str:
    named = [name for name in arrays if same_thing(name, thing)]
    usual = [name for wanted in USUAL for name in arrays if plain(name) == wanted]
    only = list(arrays) if len(arrays) == 1 else []
    return next(iter((*named, *usual, *only)), "")


def _envelope(schemas: Schemas, body: Node, records: str) -> Iterator[tuple[str, str]]:
    """What the envelope says beside the records, by meaning; what stands higher goes first."""
    level, seen = [(body, "")], set[str]()
    for _ in range(DEEP):
        below = []
        for node, at in level:
            for name, inner in schemas.properties(node).items():
                pointer = f"{at}/{escape(name)}"
                if pointer == records or schemas.items(inner) is not None:
                    continue
                meaning = _meaning(name, records)
                if schemas.is_object(inner):
                    below.append((inner, pointer))
                elif meaning and meaning not in seen and _may_tell(meaning, inner):
                    seen.add(meaning)
                    yield meaning, pointer
        level = below


def _may_tell(meaning: str, node: Node) -> bool:
    """Whether a schema has room for what is told: a number, a truth, a text."""
    kinds = TYPES.get(meaning, ("string", "integer"))
    if "type" in node.schema:
        return any(is_type(node.schema, each) for each in kinds)
    return not node.schema.keys() & {"allOf", "oneOf", "anyOf", "additionalProperties"}


def _meaning(name: str, records: str) -> str:
    """What a name in an envelope tells; `articlesCount` beside `articles` is their total."""
    bare = plain(name)
    thing = plain(records.rpartition("/")[2])
    if thing and bare in (f"{thing}count", f"total{thing}", f"{thing}total", f"num{thing}"):
        return "total"
    return MEANING.get(bare, "")
