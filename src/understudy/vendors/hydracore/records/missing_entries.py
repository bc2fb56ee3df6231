"""The entries that would make a missing thing exist, ready to paste into a world file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.vendor import Caller, Missing
from understudy.vendors.hydracore.records import API_KEY, PROXY
from understudy.vendors.hydracore.records.populate import TENANT


def declare(missing: Missing, caller: Caller | None) -> Mapping[str, Any] | None:
    """A section of a world file that has what is missing; None where no world can."""
    match missing.collection:
        case "credentials":
            role = missing.fields.get("role", API_KEY)
            return {"credentials": [{"name": "mine", "key": "my-key", "role": role}]}
        case "instances":
            tenant = TENANT if caller is None else caller.tenant
            instance = {"name": "mine", "id": missing.id, "tenant": tenant}
            key = {"name": "mine", "key": "my-key", "role": PROXY, "instance": "mine"}
            return {"instances": [instance], "credentials": [{**key, "tenant": tenant}]}
        case "workflows":
            where = {"instance": missing.fields["instance"]} if missing.fields else {}
            return {"workflows": [{"name": "mine", "id": missing.id, **where}]}
        case _:
            return None
