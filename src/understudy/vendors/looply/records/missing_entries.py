"""The entries that would make a missing thing exist, ready to paste into a world file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendor import Caller, Missing
from understudy.vendors.looply.records import ACTIVE, AWAITING_RESPONSE
from understudy.vendors.looply.records.populate import ORGANIZATION

_STEPS = [{"do": "check", "takes": "30s"}, {"wait": "approval"}, {"do": "post", "takes": "5m"}]


def declare(missing: Missing, caller: Caller | None) -> Mapping[str, Any] | None:
    """A section of a world file that has it; None where no world can."""
    whose = {} if caller is None else {"organization": caller.tenant}
    match missing.collection:
        case "credentials":
            entry = {"name": "mine", "key": "my-key", "organization": ORGANIZATION}
            return {"credentials": [entry]}
        case "workflows":
            return {"workflows": [_workflow(missing.id, missing.fields, whose)]}
        case "executions":
            return _execution(missing.fields, whose)
        case _:
            return None


def _workflow(
    workflow_id: str, fields: Mapping[str, Any], whose: Mapping[str, str]
) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": "approval"}
    if 0 < len(workflow_id) <= 36:
        entry["id"] = workflow_id
    if fields.get("version"):
        entry["version"] = fields["version"]
    schedule = {"schedule": fields["schedule"]} if "schedule" in fields else {}
    return {**entry, "status": ACTIVE, **whose, **schedule, "steps": _STEPS}


def _execution(fields: Mapping[str, Any], whose: Mapping[str, str]) -> dict[str, Any]:
    known = bool(fields.get("workflow_known"))
    entry: dict[str, Any] = {"workflow": fields["workflow_id"] if known else "approval"}
    if len(fields.get("id", "")) in range(1, 37):
        entry["id"] = fields["id"]
    if len(fields.get("process_id", "")) in range(1, 49):
        entry["process_id"] = fields["process_id"]
    if known:
        return {"executions": [entry]}
    workflow = _workflow(str(fields.get("workflow_id", "")), {}, whose)
    entry |= {"state": AWAITING_RESPONSE, "since": "-10m"}
    return {"workflows": [workflow], "executions": [entry]}
