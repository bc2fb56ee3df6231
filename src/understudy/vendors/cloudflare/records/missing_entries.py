"""The entries that would make a missing thing exist, ready to paste into a world file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.vendor import Caller, Missing

_STEPS = [
    {"do": "prepare", "takes": "30s"},
    {"wait": "approval", "timeout": "24h"},
    {"do": "finish", "takes": "5m"},
]
_WORD = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_-]{0,63}")


def declare(missing: Missing, caller: Caller | None) -> Mapping[str, Any] | None:
    """A section of a world file that has it; None where no world can."""
    whose = {} if caller is None else {"account": caller.tenant}
    match missing.collection:
        case "credentials":
            return {"credentials": [{"name": "mine", "token": "my-token"}]}
        case "scripts":
            return {"scripts": [{"name": missing.id, **whose}]}
        case "workflows" if _WORD.fullmatch(missing.id):
            return {"workflows": [{"name": missing.id, **whose, "steps": _STEPS}]}
        case "instances" if "workflow" in missing.fields:
            return {"instances": [_instance(missing) | whose]}
        case "versions" if "workflow" in missing.fields:
            version = {"id": missing.id.lower(), "steps": _STEPS}
            workflow = {"name": missing.fields["workflow"], **whose, "versions": [version]}
            return {"workflows": [workflow]}
        case _:
            return None


def _instance(missing: Missing) -> dict[str, Any]:
    return {
        "id": missing.id,
        "workflow": missing.fields["workflow"],
        "state": "running",
    }
