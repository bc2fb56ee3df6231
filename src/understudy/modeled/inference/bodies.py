"""What an operation is sent and what it answers where it succeeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from understudy.modeled.inference.paths import METHODS, Route, template
from understudy.modeled.schemas import NOTHING, Node, Schemas
from understudy.yaml import escape

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def routes(schemas: Schemas) -> Iterator[Route]:
    """Every operation of a document that is one; it is called by its operationId where that is
    its alone, else by its method and path."""
    paths = schemas.document.get("paths")
    taken = set[str]()
    for path in paths if isinstance(paths, Mapping) else ():
        for method in METHODS if str(path).startswith("/") else ():
            found = route(schemas, str(path), method)
            if found is None:
                continue
            said = found.raw.get("operationId")
            if isinstance(said, str) and said and said not in taken:
                taken.add(said)
                found = replace(found, id=said)
            yield found


def route(schemas: Schemas, path: str, method: str) -> Route | None:
    """One operation by its path and method; None: there is none."""
    raw = schemas.document["paths"].get(path)
    item, at = schemas.follow(raw, f"#/paths/{escape(path)}")
    operation = item.get(method)
    if not isinstance(operation, Mapping):
        return None
    parameters = tuple(_parameters(schemas, item, operation))
    return Route(
        f"{method} {path}", method, template(path), operation, f"{at}/{method}", parameters
    )


def success(schemas: Schemas, route: Route) -> tuple[int, Node | None]:
    """The lowest 2xx of an operation and the schema of its JSON body; 0 where it has none."""
    responses = route.raw.get("responses")
    if not isinstance(responses, Mapping):
        return 0, None
    good = sorted(each for each in map(str, responses) if each[:1] == "2" and len(each) == 3)
    for status in good:
        key = status if status in responses else int(status)
        response, at = schemas.follow(responses[key], f"{route.at}/responses/{status}")
        found = _json(schemas, response.get("content"), f"{at}/content")
        number = int(status) if status.isdecimal() else 200
        if found is not None or status == good[-1]:
            return number, found
    return 0, None


def success_headers(schemas: Schemas, route: Route, status: int) -> tuple[str, ...]:
    """The names of the headers that an operation declares for a status."""
    responses = route.raw.get("responses")
    found = responses if isinstance(responses, Mapping) else {}
    response, _ = schemas.follow(found.get(str(status), found.get(status)), route.at)
    headers = response.get("headers")
    return tuple(map(str, headers)) if isinstance(headers, Mapping) else ()


def statuses(route: Route) -> frozenset[str]:
    """What it declares to answer."""
    responses = route.raw.get("responses")
    return frozenset(map(str, responses)) if isinstance(responses, Mapping) else frozenset()


def request(schemas: Schemas, route: Route) -> Node | None:
    """The schema of what is sent: JSON before a form."""
    raw, at = schemas.follow(route.raw.get("requestBody"), f"{route.at}/requestBody")
    content = raw.get("content")
    found = _json(schemas, content, f"{at}/content")
    if found is not None or not isinstance(content, Mapping):
        return found
    for form in FORMS:
        media = content.get(form)
        if isinstance(media, Mapping) and "schema" in media:
            return schemas.node(media["schema"], f"{at}/content/{escape(form)}/schema")
    return None


def _json(schemas: Schemas, content: Any, at: str) -> Node | None:
    for kind, media in content.items() if isinstance(content, Mapping) else ():
        if ("json" in str(kind) or str(kind) == "*/*") and isinstance(media, Mapping):
            if "patch" in str(kind) and len(content) > 1:
                continue
            schema = media.get("schema", NOTHING)
            return schemas.node(schema, f"{at}/{escape(str(kind))}/schema")
    return None


def _parameters(
    schemas: Schemas, item: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    found: dict[tuple[Any, Any], Mapping[str, Any]] = {}
    for owner in (item, operation):
        listed = owner.get("parameters")
        for raw in listed if isinstance(listed, list) else ():
            parameter, _ = schemas.follow(raw, "")
            if isinstance(parameter.get("name"), str):
                found[parameter.get("in"), parameter["name"]] = parameter
    return iter(found.values())
