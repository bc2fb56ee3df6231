"""The shape of a Swagger 2.0 document becomes that of OpenAPI 3; its schemas stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy.openapi.structure import METHODS, listed, mapping
from understudy.openapi.upgrade_parameters import (
    by_name,
    form_body,
    is_form,
    media_types,
    request_body,
    upgrade_header,
    upgrade_parameter,
)

Node = dict[str, Any]
JSON = "application/json"
BINARY = "application/octet-stream"
GONE = frozenset(
    [
        "swagger",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "produces",
        "paths",
        "definitions",
        "parameters",
        "responses",
        "securityDefinitions",
    ]
)
FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


def from_swagger(document: Node) -> Node:
    """The document in the shape of 3.x; its references name `components` already."""
    parameters = mapping(document, "parameters")
    consumes, produces = media_types(document, "consumes"), media_types(document, "produces")
    paths = {
        path: _path_item(item, parameters, consumes, produces) if isinstance(item, dict) else item
        for path, item in mapping(document, "paths").items()
    }
    made = {"openapi": "3.0.3"}
    made |= {key: value for key, value in document.items() if key not in GONE}
    servers = _servers(document)
    return {
        **made,
        **({"servers": servers} if servers else {}),
        "paths": paths,
        "components": _components(document, parameters, produces),
    }


def _servers(document: Node) -> list[Node]:
    """Scheme, host and base path as URLs; without a host only the path is known."""
    host, base = document.get("host"), document.get("basePath")
    path = base if isinstance(base, str) else ""
    path = f"/{path.strip('/')}" if path.strip("/") else ""
    if not isinstance(host, str) or not host:
        return [{"url": path}] if path else []
    schemes = [each for each in listed(document, "schemes") if isinstance(each, str)]
    return [{"url": f"{scheme}://{host}{path}"} for scheme in schemes or ["https"]]


def _components(document: Node, parameters: Node, produces: list[str]) -> Node:
    sections = {
        "schemas": mapping(document, "definitions"),
        "parameters": {
            name: upgrade_parameter(each)
            for name, each in parameters.items()
            if isinstance(each, dict) and each.get("in") not in ("body", "formData")
        },
        "responses": {
            name: _response(each, produces) if isinstance(each, dict) else each
            for name, each in mapping(document, "responses").items()
        },
        "securitySchemes": {
            name: _scheme(each) if isinstance(each, dict) else each
            for name, each in mapping(document, "securityDefinitions").items()
        },
    }
    return {name: section for name, section in sections.items() if section}


def _path_item(item: Node, shared: Node, consumes: list[str], produces: list[str]) -> Node:
    own = by_name(listed(item, "parameters"), shared)
    body = [each for each in own if is_form(each, shared)]
    made = {key: value for key, value in item.items() if key not in METHODS}
    if "parameters" in item:
        made["parameters"] = [upgrade_parameter(each) for each in own if each not in body]
    for method in METHODS:
        raw = item.get(method)
        if isinstance(raw, dict):
            made[method] = _operation(raw, body, shared, consumes, produces)
    return made


def _operation(
    raw: Node, inherited: list[Any], shared: Node, consumes: list[str], produces: list[str]
) -> Node:
    own = listed(raw, "parameters")
    body = _body(own, inherited, shared)
    taken = media_types(raw, "consumes", consumes)
    given = media_types(raw, "produces", produces)
    gone = ("consumes", "produces", "schemes", "parameters", "responses")
    made = {key: value for key, value in raw.items() if key not in gone}
    rest = [upgrade_parameter(each) for each in own if not is_form(each, shared)]
    if rest:
        made["parameters"] = rest
    whole = [each for each in body if each.get("in") == "body"]
    if whole:
        made["requestBody"] = request_body(whole[0], taken)
    elif body:
        made["requestBody"] = form_body(body, taken)
    if "responses" in raw:
        made["responses"] = {
            status: _response(each, given) if isinstance(each, dict) else each
            for status, each in mapping(raw, "responses").items()
        }
    return made


def _body(own: list[Any], inherited: list[Any], shared: Node) -> list[Node]:
    """The body or the fields of a form; a body of the path item gives way to own ones."""
    mine, theirs = (
        [_followed(each, shared) for each in some if is_form(each, shared)]
        for some in (own, inherited)
    )
    if mine and any(each.get("in") == "body" for each in (*mine, *theirs)):
        return mine
    return by_name([*theirs, *mine], shared)


def _followed(parameter: Node, shared: Node) -> Node:
    ref = parameter.get("$ref")
    if not isinstance(ref, str):
        return parameter
    found = shared.get(ref.rpartition("/")[2])
    return found if isinstance(found, dict) else parameter


def _response(raw: Node, produces: Iterable[str]) -> Node:
    if "$ref" in raw:
        return raw
    made = {key: value for key, value in raw.items() if key not in ("schema", "examples")}
    if isinstance(raw.get("headers"), dict):
        made["headers"] = {
            name: upgrade_header(each) if isinstance(each, dict) else each
            for name, each in raw["headers"].items()
        }
    content = _content(raw.get("schema"), mapping(raw, "examples"), list(produces))
    if content:
        made["content"] = content
    return made


def _content(schema: Any, examples: Mapping[str, Any], produces: list[str]) -> Node:
    """Each media type with the schema and its own example."""
    said = {name: value for name, value in examples.items() if "/" in name}
    if schema is None and not examples:
        return {}
    is_file = isinstance(schema, dict) and schema.get("type") == "file"
    kinds = [*dict.fromkeys((*produces, *said))] or [BINARY if is_file else JSON]
    content: Node = {}
    for kind in kinds:
        content[kind] = {} if schema is None else {"schema": schema}
        if kind in said:
            content[kind]["example"] = said[kind]
    if examples and not said:  # its names are no media types: one example, or several of them
        content[kinds[0]]["example"] = dict(examples)
    return content


def _scheme(raw: Node) -> Node:
    kind = raw.get("type")
    if kind == "basic":
        made = {key: value for key, value in raw.items() if key != "type"}
        return {**made, "type": "http", "scheme": "basic"}
    if kind != "oauth2":
        return raw
    urls = ("authorizationUrl", "tokenUrl")
    flow = {key: raw[key] for key in urls if key in raw} | {"scopes": mapping(raw, "scopes")}
    gone = ("flow", "scopes", *urls)
    made = {key: value for key, value in raw.items() if key not in gone}
    return {**made, "flows": {FLOWS.get(str(raw.get("flow")), "implicit"): flow}}
