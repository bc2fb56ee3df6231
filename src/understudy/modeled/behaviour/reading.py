"""A section over what was inferred: the model that both make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from understudy.modeled.behaviour.operations import LISTS, read_operation
from understudy.modeled.behaviour.source import Source, pointer_of
from understudy.modeled.expressions.mistakes import there_are
from understudy.modeled.inference import infer
from understudy.modeled.inference.bodies import routes, success
from understudy.modeled.inference.paths import Route, template
from understudy.modeled.inference.records import identity, unwrapped
from understudy.modeled.model import Collection, Listing, Model, Operation
from understudy.modeled.schemas import Schemas

PLACED = {*Collection.__struct_fields__} - {"id", "settings"}  # what a Collection has itself
KEPT = ("owner", "fields", "state", "lifecycle", "progress", "timeline", "refuse")
OPERATIONS = "operations"


def read_model(document: Mapping[str, Any], source: Source) -> Model:
    """The model of a document and what is said of it; ScenarioError for what cannot be."""
    return Reader(Schemas(document), infer(document), source).model()


class Reader:
    """One document, what was inferred of it, and what somebody says."""

    def __init__(self, schemas: Schemas, inferred: Model, source: Source) -> None:
        self.schemas = schemas
        self.source = source
        self.inferred = inferred
        self.routes: dict[str, Route] = {each.id: each for each in routes(schemas)}
        self.collections = dict(inferred.collections)
        self.operations = dict(inferred.operations)

    def model(self) -> Model:
        """Both as one; ScenarioError for what cannot be."""
        value = self.source.value
        names = [name for name in value if name != OPERATIONS]
        for name in names:
            self._collection(name, value[name])
        for name in names:
            self._check_under(name)
            self._events(name)
        for name, each in value.get(OPERATIONS, {}).items():
            self._operation(name, each)
        for name in names:
            self._shapes(name, value[name])
        self.source.raise_first()
        return Model(self.collections, self.operations)

    def _collection(self, name: str, given: Mapping[str, Any]) -> None:
        known = self.collections.get(name) or self._renamed(name, given)
        placed = {key: given[key] for key in PLACED if key in given}
        if known is None:
            known = self._new(name, placed)
        if known is None:
            return
        if known.single and "id" in given and "single" not in placed:
            item = placed.get("item", known.item)  # many records, where inference saw one
            placed = {"single": False, "path": item.rpartition("/")[0], **placed}
        made = structs.replace(known, **placed)
        if "id" in given:
            made = structs.replace(made, id=_field(given["id"]) or made.id)
        kept = {key: given[key] for key in KEPT if key in given}
        shape = given["id"].get("shape") if isinstance(given.get("id"), Mapping) else None
        if shape:
            kept["id"] = shape
        self.collections[name] = structs.replace(made, settings={**made.settings, **kept})

    def _renamed(self, name: str, given: Mapping[str, Any]) -> Collection | None:
        """An inferred collection of the same path, under the name that somebody gives it."""
        item = given.get("item")
        for other, each in self.collections.items():
            if item and each.item == item:
                self.collections = {
                    name if key == other else key: structs.replace(
                        value, under=name if value.under == other else value.under
                    )
                    for key, value in self.collections.items()
                }
                self.operations = {
                    key: structs.replace(
                        value,
                        of=name if value.of == other else value.of,
                        under=name if value.under == other else value.under,
                    )
                    for key, value in self.operations.items()
                }
                return self.collections[name]
        return None

    def _new(self, name: str, placed: Mapping[str, Any]) -> Collection | None:
        """A collection that inference did not see."""
        item, pointer = placed.get("item", ""), pointer_of(name)
        path = placed.get("path") or (item.rpartition("/")[0] if item else "")
        if not path:
            fix = there_are(name, self.collections)
            what = f"there is no collection `{name}`"
            self.source.note(what, pointer, f"{fix}; a new one needs `item`, the path of one")
            return None
        paths = {each.path.text for each in self.routes.values()}
        if path not in paths and item not in paths:
            place = pointer_of(name, "item" if item else "path")
            self.source.note(f"no operation has the path {item or path}", place, "Mend it")
            return None
        schema = placed.get("schema") or self._schema(path, item, name)
        if schema is None:
            self.source.note("nobody knows what one looks like", pointer, "Say `schema`")
            return None
        names = template(item or path).names
        node = self.schemas.node({"$ref": schema}, schema)
        field = identity(self.schemas, node, names[-1] if names else "id", name)
        return Collection(path=path, schema=schema, item=item, id=field)

    def _schema(self, path: str, item: str, name: str) -> str | None:
        """Where the schema of a record stands: what is answered at its path, else what is sent."""
        for route in self.routes.values():
            if route.path.text in (item, path) and route.method in ("get", "post", "put"):
                _, body = success(self.schemas, route)
                if body is None:
                    continue
                node = self.schemas.items(body) or unwrapped(self.schemas, body, name).node
                if self.schemas.is_object(node):
                    return node.at
        return None

    def _check_under(self, name: str) -> None:
        made = self.collections.get(name)
        if made is not None and made.under and made.under not in self.collections:
            fix = there_are(made.under, self.collections)
            what = f"there is no collection `{made.under}`"
            self.source.note(what, pointer_of(name, "under"), fix)

    def _events(self, name: str) -> None:
        """Operations that a lifecycle calls by their ids become its events."""
        made = self.collections.get(name)
        for row in () if made is None else made.settings.get("lifecycle", ()):
            known, route = self.operations.get(row["event"]), self.routes.get(row["event"])
            if known is None or route is None:
                continue
            if known.role in ("action", "sample", "view") or known.of != name:
                event = read_operation(self, route, {"event": row["event"], "of": name})
                assert event is not None, "the collection and the event are there"
                self.operations[route.id] = event

    def _shapes(self, name: str, given: Mapping[str, Any]) -> None:
        """What a collection says of the bodies of its operations."""
        for key, each in self.operations.items():
            if each.of != name:
                continue
            made = each
            if "body" in given:
                body = given["body"]
                shows = made.role not in LISTS and self._answers(key)
                answer = body if shows else made.answer
                made = structs.replace(made, body=body, answer=answer)
            if "list" in given and made.listing is not None:
                made = structs.replace(made, listing=listing_of(given["list"], made.listing))
            self.operations[key] = made

    def _answers(self, name: str) -> bool:
        """Whether an operation answers anything where it succeeds."""
        route = self.routes.get(name)
        return route is not None and success(self.schemas, route)[1] is not None

    def _operation(self, name: str, given: Mapping[str, Any]) -> None:
        route = self.routes.get(name)
        if route is None:
            fix = there_are(name, self.routes)
            self.source.note(f"there is no operation `{name}`", pointer_of(OPERATIONS, name), fix)
            return
        made: Operation | None = read_operation(self, route, given)
        if made is not None:
            self.operations[name] = made


def listing_of(given: Mapping[str, Any], known: Listing) -> Listing:
    """What is said of a list over what was inferred."""
    fields = {key: value for key, value in given.items() if key in known.__struct_fields__}
    if fields.get("page") == "none":
        fields |= {"page": "", "by": ""}
    filters = fields.get("filters")
    if isinstance(filters, list):
        fields["filters"] = {each: each for each in filters}
    made = structs.replace(known, **fields)
    if "total" in given:
        made = structs.replace(made, envelope={**made.envelope, "total": given["total"]})
    return made


def _field(given: Any) -> str:
    return str(given.get("field", "")) if isinstance(given, Mapping) else str(given)
