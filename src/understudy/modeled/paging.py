"""Pages of a list: which records, and what the envelope tells of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from understudy.modeled.addresses import called_origin
from understudy.modeled.plan import Plan
from understudy.modeled.pointers import drop, get, put
from understudy.modeled.records import Item
from understudy.modeled.request_lookup import public_id
from understudy.modeled.rows import Rows
from understudy.openapi.operation import Violation
from understudy.vendor import Problem, Request

USUAL = 20  # records of a page where neither the call nor the document says how many
MOST = 1_000  # records of one page, however many are asked for
OPAQUE = "c"  # what begins a cursor of ours; the rest is where the page before ended


class Window(NamedTuple):
    """The part of a list that a call asks for."""

    start: int
    size: int


class Page(NamedTuple):
    """The records of a page, with what is around it."""

    items: Sequence[Item]
    window: Window
    total: int

    @property
    def more(self) -> bool:
        return self.window.start + len(self.items) < self.total


def window(plan: Plan, values: Mapping[str, Any], found: Sequence[Item]) -> Window:
    """The part of the found records that the call asks for; a refusal of an unknown cursor."""
    listing = plan.listing
    size = _size(plan, values, len(found))
    said = values.get(listing.by) if listing.by else None
    if listing.page == "page":
        number = said if isinstance(said, int) else _number(said, _first_page(plan))
        return Window(max(number - _first_page(plan), 0) * size, size)
    if listing.page == "offset":
        return Window(max(_number(said, 0), 0), size)
    if listing.page == "cursor" and said not in (None, ""):
        return Window(_behind(plan, said, found), size)
    return Window(0, size)


def envelope(plan: Plan, request: Request, page: Page) -> Any:
    """The body of a list: the document's own envelope, with what it says of this page."""
    listing = plan.listing
    shown = [plan.shape.show(each) for each in page.items]
    if not listing.items:
        return shown
    body = put(plan.example, listing.items, shown)
    facts = _facts(plan, page)
    for meaning, pointer in listing.envelope.items():
        value = facts[meaning] if meaning in facts else _linked(plan, request, page, meaning)
        if value is None and not _may_be_null(plan, pointer):
            body = _without(body, pointer)
        else:
            body = put(body, pointer, _as(get(plan.example, pointer), value))
    return body


def links(plan: Plan, request: Request, page: Page) -> str:
    """A `Link` header of the pages around this one (RFC 8288)."""
    names = {"next": "next", "previous": "prev", "first": "first", "last": "last"}
    found = {rel: _linked(plan, request, page, name) for name, rel in names.items()}
    return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in found.items() if url)


def cursor(plan: Plan, item: Item) -> Any:
    """What names the place behind a record: its id where that is what clients send."""
    if "cursor" in plan.listing.envelope or "next" in plan.listing.envelope:
        return f"{OPAQUE}{item.serial}"
    return public_id(plan.api, plan.of, item)


def _facts(plan: Plan, page: Page) -> dict[str, Any]:
    """What can be told of a page, by meaning; links apart, which cost more."""
    (start, size), first = page.window, _first_page(plan)
    size = max(size, 1)
    behind = page.items[-1] if page.items and page.more else None
    return {
        "total": page.total,
        "pages": -(-page.total // size),
        "number": start // size + first,
        "size": size,
        "offset": start,
        "count": len(page.items),
        "more": page.more,
        "cursor": None if behind is None else cursor(plan, behind),
    }


def _linked(plan: Plan, request: Request, page: Page, meaning: str) -> str | None:
    """The URL of the next, previous, first or last page; None: there is none."""
    start, size = page.window.start, max(page.window.size, 1)
    behind = page.items[-1] if page.items and page.more else None
    match meaning:
        case "next":
            return _link(plan, request, start + size, size, behind) if page.more else None
        case "previous":
            return _link(plan, request, max(start - size, 0), size, None) if start else None
        case "first":
            return _link(plan, request, 0, size, None)
    return _link(plan, request, max((page.total - 1) // size * size, 0), size, None)


def _link(plan: Plan, request: Request, start: int, size: int, behind: Item | None) -> str | None:
    """The URL of the page that begins there."""
    listing, call = plan.listing, request.call
    query = dict(parse_qsl(call.query, keep_blank_values=True))
    if listing.page == "page":
        query[listing.by] = str(start // size + _first_page(plan))
    elif listing.page == "offset":
        query[listing.by] = str(start)
    elif listing.page == "cursor":
        if behind is None and start:
            return None  # nobody can go back by a cursor
        query.pop(listing.by, None)
        if behind is not None:
            query[listing.by] = str(cursor(plan, behind))
    if listing.size:
        query[listing.size] = str(size)
    return f"{called_origin(plan, request)}{call.path}?{urlencode(query)}"


def _size(plan: Plan, values: Mapping[str, Any], there: int) -> int:
    listing, name = plan.listing, plan.listing.size
    largest = listing.most or MOST
    if name and name in values:
        return min(max(_number(values[name], USUAL), 0), largest)
    if listing.usual or listing.most:
        return min(listing.usual or USUAL, largest)
    schema = _schema(plan, name)
    usual = schema.get("default")
    if isinstance(usual, int) and usual > 0:
        return min(usual, MOST)
    if not plan.listing.page and not name:
        return there
    most = schema.get("maximum", USUAL)
    return min(USUAL, most) if isinstance(most, int) and most > 0 else USUAL


def _first_page(plan: Plan) -> int:
    schema = _schema(plan, plan.listing.by)
    return 0 if schema.get("default") == 0 or schema.get("minimum") == 0 else 1


def _schema(plan: Plan, name: str) -> Mapping[str, Any]:
    parameter = plan.operation.query_parameters.get(name)
    schema = None if parameter is None else parameter.schema
    return schema if isinstance(schema, Mapping) else {}


def _number(said: Any, otherwise: int) -> int:
    if isinstance(said, int):
        return said
    return int(said) if isinstance(said, str) and said.isdecimal() and len(said) < 16 else otherwise


def _behind(plan: Plan, said: Any, found: Sequence[Item]) -> int:
    """How many of the found records stand before the place that a cursor names."""
    text = str(said)
    if isinstance(found, Rows):
        named = int(text[1:]) if _is_opaque(text) else found.serial(said)
        if named is not None:
            return found.behind(named)
    if _is_opaque(text):
        serial = int(text[1:])
        places = (at for at, each in enumerate(found) if each.serial == serial)
        at = next(places, None)
        return at + 1 if at is not None else sum(each.serial <= serial for each in found)
    for at, each in enumerate(found):
        if str(public_id(plan.api, plan.of, each)) == text:
            return at + 1
    name = plan.listing.by
    message = f"query parameter {name} is no cursor of this list: {text[:80]!r}"
    raise Problem("invalid", message, violations=[_no_cursor(name, said, message)])


def _is_opaque(text: str) -> bool:
    return text.startswith(OPAQUE) and text[1:].isdecimal() and len(text) < 18


def _no_cursor(name: str, said: Any, message: str) -> Violation:
    return Violation("query", name, "", "cursor", "a cursor of this list", said, message)


def _may_be_null(plan: Plan, pointer: str) -> bool:
    """Whether the envelope says that there is no next page by null."""
    schemas, node = plan.api.schemas, plan.body
    for name in pointer.split("/")[1:]:
        if node is None:
            return False
        raw = schemas.raw_property(node, name)
        if schemas.may_be_null(raw):
            return True
        node = schemas.properties(node).get(name)
    return False


def _without(body: Any, pointer: str) -> Any:
    """The body without that; what only held it goes too where it is left empty."""
    made = drop(body, pointer)
    above = pointer.rpartition("/")[0]
    return made if not above or get(made, above) != {} else put(made, above, {})


def _as(example: Any, value: Any) -> Any:
    """A number as a text where the document writes it so."""
    if isinstance(example, str) and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value
