"""Which version of OpenAPI a value is; of one that is none, what it looks like instead."""

from __future__ import annotations

from typing import Any

from understudy.errors import ContractError

NEWEST = "3.2"
KNOWN = ("3.0", "3.1", NEWEST)
# What else people have at hand: a key of the outermost object, or the text's first letters.
BY_KEY = {
    "asyncapi": "an AsyncAPI document",
    "arazzo": "an Arazzo workflow",
    "overlay": "an OpenAPI overlay",
    "understudy": "an Understudy scenario",
    "log": "a HAR recording",
    "$schema": "a JSON Schema",
    "apiVersion": "a Kubernetes manifest",
    "services": "a Compose file",
    "__schema": "a GraphQL schema",
    "swaggerVersion": "Swagger 1.2",
    "resources": "a Google discovery document",
    "mappings": "a WireMock mapping",
    "routes": "a Mockoon environment",
    "dependencies": "a package's manifest",
}
BY_START = {
    "#%RAML": "RAML",
    "FORMAT: 1A": "API Blueprint",
    "<!doctype html": "a page of HTML",
    "<html": "a page of HTML",
    "<": "XML",
    "syntax =": "a protobuf file",
    "type ": "a GraphQL schema",
    "schema {": "a GraphQL schema",
    "PK\x03\x04": "a zip archive",
    "%PDF": "a PDF",
}
FIX = "It begins with `openapi: 3.1.0` (or 3.0.x, or `swagger: '2.0'`)"


def version_of(value: Any, file: str) -> str:
    """The version a document says it is of; what is no OpenAPI is refused in one line."""
    said = said_version(value)
    if said is None:
        raise ContractError(f"this is no OpenAPI document{_instead(value)}", where=file, fix=FIX)
    key, version = said
    known = ("2.0",) if key == "swagger" else KNOWN
    if not version.startswith(known):
        raise ContractError(
            f"this is {key} {version[:40]}, which nobody here reads",
            where=f"{file}#/{key}",
            fix=FIX,
        )
    return version


def said_version(value: Any) -> tuple[str, str] | None:
    """Under which key a version stands, and which; a number counts as its text."""
    if isinstance(value, dict):
        for key in ("openapi", "swagger"):
            if isinstance(value.get(key), str | int | float):
                said = str(value[key]).strip()
                return key, f"{said}.0" if said.isdecimal() else said
    return None


def refuse_text(text: str, file: str) -> None:
    """Refuse at once what is plainly something else, before a parser blames its syntax."""
    start = text.lstrip()[:40]
    for first, what in BY_START.items():
        if start.lower().startswith(first.lower()):
            raise ContractError(
                f"this is no OpenAPI document; it looks like {what}", where=file, fix=FIX
            )


def _instead(value: Any) -> str:
    if not isinstance(value, dict):
        kind = {list: "a list", str: "plain text", type(None): "nothing"}.get(
            type(value), "a value"
        )
        return f"; it holds {kind}"
    info = value.get("info")
    if "item" in value or (isinstance(info, dict) and "_postman_id" in info):
        return "; it looks like a Postman collection"
    for key, what in BY_KEY.items():
        if key in value:
            return f"; it looks like {what}"
    if "paths" in value:
        return "; openapi is missing"
    keys = ", ".join(str(key)[:20] for key in [*value][:4])
    return f"; its keys are {keys}" if keys else "; it is empty"
