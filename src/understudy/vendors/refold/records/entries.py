"""What an entry of a world file may say, as JSON Schema by collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendors.refold.records import LIVE, OVER, PREFIXES


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": 200, "description": description, **more}


def _one_of(*words: str) -> dict[str, Any]:
    return {"enum": list(words), "description": " or ".join(words)}


def _entry(title: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_NAME = {"$ref": "#/$defs/name"}
_INSTANT = {"$ref": "#/$defs/instant"}
_JSON = {"$ref": "#/$defs/json"}
_FLAG = {"type": "boolean", "description": "true or false"}
_OBJECT = {"type": "object", "description": "a mapping"}
_ID = {"type": "string", "pattern": "^[0-9a-f]{24}$", "description": "24 lower-case hex digits"}
_ORGANIZATION = _text("an organisation's id")
_ENVIRONMENT = _one_of(*PREFIXES)
_ACCOUNT = _text("a linked account, such as an e-mail address")
_SLUG = _text("an application's slug")

ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "credentials": _entry(
        "a key, or the session token of a linked account",
        {
            "name": _NAME,
            "key": _text(
                "a key: tk... of the test environment, pk... of production", pattern="^[tp]k."
            ),
            "token": _text("instead of a key: the session token of a linked account"),
            "linked_account_id": _ACCOUNT,
            "organization": _ORGANIZATION,
            "environment": _ENVIRONMENT,
        },
        "name",
    ),
    "applications": _entry(
        "an application",
        {
            "name": _NAME,
            "id": _ID,
            "slug": _SLUG,
            "title": _text("the application's name"),
            "icon": {"type": "string", "maxLength": 2000, "description": "the address of an icon"},
            "organization": _ORGANIZATION,
        },
        "slug",
    ),
    "workflows": _entry(
        "a workflow",
        {
            "name": _NAME,
            "id": _ID,
            "slug": _SLUG,
            "alias": _text("a name that stands for the id within the application"),
            "title": _text("the workflow's name"),
            "steps": {"$ref": "#/$defs/timeline"},
            "published": _FLAG,
            "linked_account_id": _ACCOUNT,
            "undocumented": {
                "type": "boolean",
                "description": "true: its replies may have a status the contract does not declare",
            },
            "organization": _ORGANIZATION,
            "environment": _ENVIRONMENT,
            "created": _INSTANT,
            "progress": {"$ref": "#/$defs/progress"},
        },
        "slug",
    ),
    "linked_accounts": _entry(
        "a linked account",
        {
            "name": _NAME,
            "linked_account_id": _ACCOUNT,
            "organization": _ORGANIZATION,
            "environment": _ENVIRONMENT,
            "created": _INSTANT,
        },
        "linked_account_id",
    ),
    "executions": _entry(
        "an execution",
        {
            "name": _NAME,
            "id": _ID,
            "workflow": _text("a workflow's name, id or alias"),
            "linked_account_id": _ACCOUNT,
            "state": _one_of(*LIVE, *OVER),
            "step": _text("the node it is at"),
            "since": _INSTANT,
            "created": _INSTANT,
            "sync": _FLAG,
            "config_id": _text("the configuration it runs under"),
            "input": _OBJECT,
            "response": _JSON,
            "error": _JSON,
        },
        "workflow",
        "linked_account_id",
    ),
}
