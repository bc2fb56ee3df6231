"""What an entry of a world file may say, as JSON Schema by collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendors.population import entry, one_of, readings, text
from understudy.vendors.refold.records import FAILED_IS_500, LIVE, OVER, PREFIXES

_NAME = {"$ref": "#/$defs/name"}
_INSTANT = {"$ref": "#/$defs/instant"}
_JSON = {"$ref": "#/$defs/json"}
_FLAG = {"type": "boolean", "description": "true or false"}
_OBJECT = {"type": "object", "description": "a mapping"}
_ID = {"type": "string", "pattern": "^[0-9a-f]{24}$", "description": "24 lower-case hex digits"}
_ORGANIZATION = text("an organisation's id")
_ENVIRONMENT = one_of(*PREFIXES)
_ACCOUNT = text("a linked account, such as an e-mail address")
_SLUG = text("an application's slug")

ENTRIES: Mapping[str, Mapping[str, Any]] = {
    "credentials": entry(
        "a key, or the session token of a linked account",
        {
            "name": _NAME,
            "key": text(
                "a key: tk... of the test environment, pk... of production", pattern="^[tp]k."
            ),
            "token": text("instead of a key: the session token of a linked account"),
            "linked_account_id": _ACCOUNT,
            "organization": _ORGANIZATION,
            "environment": _ENVIRONMENT,
            "readings": readings(FAILED_IS_500),
        },
        "name",
    ),
    "applications": entry(
        "an application",
        {
            "name": _NAME,
            "id": _ID,
            "slug": _SLUG,
            "title": text("the application's name"),
            "icon": {"type": "string", "maxLength": 2000, "description": "the address of an icon"},
            "organization": _ORGANIZATION,
        },
        "slug",
    ),
    "workflows": entry(
        "a workflow",
        {
            "name": _NAME,
            "id": _ID,
            "slug": _SLUG,
            "alias": text("a name that stands for the id within the application"),
            "title": text("the workflow's name"),
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
    "linked_accounts": entry(
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
    "executions": entry(
        "an execution",
        {
            "name": _NAME,
            "id": _ID,
            "workflow": text("a workflow's name, id or alias"),
            "linked_account_id": _ACCOUNT,
            "state": one_of(*LIVE, *OVER),
            "step": text("the node it is at"),
            "since": _INSTANT,
            "created": _INSTANT,
            "sync": _FLAG,
            "config_id": text("the configuration it runs under"),
            "input": _OBJECT,
            "response": _JSON,
            "error": _JSON,
        },
        "workflow",
        "linked_account_id",
    ),
}
