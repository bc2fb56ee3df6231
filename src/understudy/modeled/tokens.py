"""Token URLs of a document's OAuth: they answer tokens that end on the session's clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from understudy.modeled.records import Key
from understudy.openapi.operation import Contract, Operation
from understudy.simulation.world import World
from understudy.vendor import Reply, Request

LIFETIME = 3_600  # seconds
SECOND = 1_000
NAME = "oauth2Token"  # the operation of a token URL that the document does not declare
FORM = "application/x-www-form-urlencoded"
GRANT = {"type": "object", "properties": {"grant_type": {"type": "string"}}}
TOKEN = {
    "type": "object",
    "required": ["access_token", "token_type"],
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"type": "string"},
        "expires_in": {"type": "integer"},
        "refresh_token": {"type": "string"},
        "scope": {"type": "string"},
    },
}


def with_token_urls(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with an operation for each token URL it only mentions."""
    paths = document.get("paths")
    if not isinstance(paths, Mapping):
        return document
    added = {}
    for number, path in enumerate(sorted(_token_paths(document))):
        if not any(
            path.endswith(known) for known in paths if isinstance(known, str) and known != "/"
        ):
            added[path] = _path_item(NAME if number == 0 else f"{NAME}{number + 1}")
    return {**document, "paths": {**paths, **added}} if added else document


def hands_out_tokens(contract: Contract, operation: Operation) -> bool:
    """Whether an operation is a token URL of the document's security."""
    if operation.method != "POST":
        return False
    urls = (url for scheme in contract.schemes.values() for url in scheme.token_urls)
    return any(_path(url) == operation.path.rstrip("/") for url in urls)


def hand_out_token(request: Request, world: World) -> Reply:
    """A token: a new key of the world, which ends in an hour of its clock."""
    asked = _asked(request)
    token, ordinal = world.identifiers.hex("token", 40), world.identifiers.ordinal("token name")
    name, ends = f"token {ordinal}", world.now + LIFETIME * SECOND
    key = Key(id=name, name=name, key=token, own=True, expires=ends, created=world.now)
    world.add("credentials", key)
    body = {
        "access_token": token,
        "token_type": "bearer",
        "expires_in": LIFETIME,
        "refresh_token": world.identifiers.hex("refresh token", 40),
    }
    if asked.get("scope"):
        body["scope"] = asked["scope"]
    return Reply(200, body, headers=(("Cache-Control", "no-store"),), undocumented=True)


def _asked(request: Request) -> Mapping[str, Any]:
    if isinstance(request.body, Mapping):
        return request.body
    return dict(parse_qsl(request.call.body.decode("utf-8", "replace")))


def _token_paths(document: Mapping[str, Any]) -> set[str]:
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    found = set()
    for scheme in schemes.values() if isinstance(schemes, Mapping) else ():
        flows = scheme.get("flows") if isinstance(scheme, Mapping) else None
        for flow in flows.values() if isinstance(flows, Mapping) else ():
            url = flow.get("tokenUrl") if isinstance(flow, Mapping) else None
            path = _path(url)
            if path.startswith("/") and "{" not in path:
                found.add(path)
    return found


def _path(url: Any) -> str:
    """The path of a token URL; "" of what is none."""
    try:
        return urlsplit(url).path.rstrip("/") if isinstance(url, str) else ""
    except ValueError:
        return ""


def _path_item(name: str) -> dict[str, Any]:
    return {
        "servers": [{"url": "/"}],
        "post": {
            "operationId": name,
            "summary": "A token of the document's OAuth flows",
            "security": [],
            "requestBody": {"content": {FORM: {"schema": GRANT}}},
            "responses": {
                "200": {
                    "description": "A token",
                    "content": {"application/json": {"schema": TOKEN}},
                }
            },
        },
    }
