"""The grammar of a project file: a scenario's start, what is served, its behaviour, its options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.scenarios.language.grammar import schema
from understudy.scenarios.language.grammar_rules import closed, text, whole
from understudy.vendor import Vendor

PROJECT_KEYS = ("serve", "behaviour", "options")  # what a scenario has not
STORY_KEYS = ("steps", "finally", "verify", "variables", "needs")  # what a project has not
SERVED = 50  # documents and vendors of one project
FILES = 100  # scenarios of one project

ANY = {"type": "object", "description": "a mapping"}


def flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": f"true or false: {description}"}


def several(description: str, most: int = FILES) -> dict[str, Any]:
    one = {"type": "string", "minLength": 1, "maxLength": 4_000}
    return {
        "description": description,
        "anyOf": [one, {"type": "array", "items": one, "maxItems": most}],
    }


# What `serve` takes as options, but for what a project says by keys of its own: vendors and
# documents (`serve`), `clock` and `seed`.
OPTIONS: Mapping[str, Any] = {
    "port": whole(0, "where to listen, 0 takes a free one", 65_535),
    "host": text("the address to listen on; beyond this machine only with admin_token"),
    "scenario": several("a scenario file or a shipped name, or a list: every session begins so"),
    "journal": whole(1, "requests that a session keeps for why, record and verify", 100_000),
    "require_session": flag("calls that name no session are refused"),
    "strict_names": flag("a call that carries a name which nothing reads is refused"),
    "keep_secrets": flag("the secrets of requests are shown in why, requests and record"),
    "any_key": flag("every key counts as the first credential"),
    "no_auth": flag("nobody is asked for a key, whatever a document says"),
    "stateless": flag("documents answer their examples and samples alone"),
    "cors": several("an origin whose pages may ask the vendors, or a list; * is any, off is none"),
    "watch": flag("scenario files, documents and this file are read anew when they are edited"),
    "log": {"enum": ["off", "calls", "json"], "description": "off, calls or json: what is printed"},
    "ready_file": text("a file that is written as JSON once the server listens"),
    "admin_token": text("what /__admin wants as a bearer token"),
}

SERVE = {
    "title": "serve",
    "type": "object",
    "minProperties": 1,
    "maxProperties": SERVED,
    "propertyNames": {"pattern": "^[A-Za-z0-9_][A-Za-z0-9_-]{0,39}$"},
    "additionalProperties": {
        "type": ["string", "null"],
        "minLength": 1,
        "description": "an OpenAPI document relative to this file, or nothing for a vendor that "
        "ships",
    },
    "description": "what is served, by name: `orders: ./openapi.yaml` is a document relative to "
    "this file, `looply:` a vendor that ships",
}


def parts(behaviour: Mapping[str, Any] = ANY) -> dict[str, Any]:
    """The keys that a project has and a scenario has not."""
    return {
        "serve": SERVE,
        "behaviour": {
            "title": "behaviour",
            "type": "object",
            "additionalProperties": dict(behaviour),
            "description": "what happens in the documents' worlds, by the names of `serve`; what "
            "is not said is inferred",
        },
        "options": {
            **closed("the options", OPTIONS),
            "description": "what `understudy serve` takes as options; the command line wins, then "
            "the environment",
        },
    }


def project_schema(vendors: Sequence[Vendor]) -> dict[str, Any]:
    """The grammar of a project file that serves these vendors."""
    whole_grammar = schema(vendors)
    own = {k: v for k, v in whole_grammar["properties"].items() if k not in STORY_KEYS}
    return {**whole_grammar, "title": "a project", "properties": {**own, **parts()}}


def outline() -> dict[str, Any]:
    """The same before anything is known of what is served: the rest is looked at later."""
    grammar = project_schema(())
    loose = {"vendor": {}, "world": ANY, "rules": {}, "clock": {}, "seed": {}}
    return {**grammar, "properties": {**grammar["properties"], **loose}}


def editor_schema(vendors: Sequence[Vendor], behaviour: Mapping[str, Any] = ANY) -> dict[str, Any]:
    """One grammar of scenario and project files, for an editor to explain."""
    grammar = schema(vendors)
    world = {**grammar["properties"]["world"], "additionalProperties": ANY}
    vendor = {"type": "string", "description": "the vendor of names that are written without one"}
    more = {**parts(behaviour), "world": world, "vendor": vendor}
    return {**grammar, "properties": {**grammar["properties"], **more}}
