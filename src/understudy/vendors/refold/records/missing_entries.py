"""The entries that would make a missing thing exist, ready to paste into a world file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.vendor import Caller, Missing
from understudy.vendors.refold.records import RUNNING, Key

_ID = re.compile(r"[0-9a-f]{24}")
_STEPS = [{"do": "work", "takes": "30s"}, {"reply": {"success": "true"}}]


def declare(missing: Missing, caller: Caller | None) -> Mapping[str, Any] | None:
    """A section of a world file that has it; None where no world can."""
    whose = _whose(caller)
    fields = missing.fields
    match missing.collection:
        case "credentials" if fields.get("token"):
            account = "ada@northwind.example"
            entry = {"name": "mine", "token": "my-token", "linked_account_id": account}
            return {"credentials": [entry]}
        case "credentials":
            return {"credentials": [{"name": "mine", "key": "tk-my-key"}]}
        case "workflows":
            return {"workflows": [_workflow(fields["slug"], missing.id, whose)]}
        case "executions":
            entry = {"workflow": "mine"}
            if _ID.fullmatch(missing.id):
                entry["id"] = missing.id
            entry |= {"linked_account_id": fields["linked_account_id"], "state": RUNNING}
            return {"workflows": [_workflow("asana", "", whose)], "executions": [entry]}
        case _:
            return None


def _workflow(slug: str, handle: str, whose: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": "mine"}
    if _ID.fullmatch(handle):
        entry["id"] = handle
    elif 0 < len(handle) <= 200:
        entry["alias"] = handle
    return {**entry, "slug": slug, **whose, "steps": _STEPS}


def _whose(caller: Caller | None) -> Mapping[str, str]:
    key = None if caller is None else caller.credential
    if not isinstance(key, Key):
        return {}
    return {"organization": key.organization, "environment": key.environment}
