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
            key = {"name": "mine", "key": "my-key", "role": role}
            if role != PROXY:
                return {"credentials": [key]}
            return {"instances": [{"name": "mine"}], "credentials": [{**key, "instance": "mine"}]}
        case "instances":
            tenant = TENANT if caller is None else caller.tenant
            instance = {"name": "mine", "id": missing.id, "tenant": tenant}
            key = {"name": "mine", "key": "my-key", "role": PROXY, "instance": "mine"}
            return {"instances": [instance], "credentials": [{**key, "tenant": tenant}]}
        case "workflows":
            workflow = {"name": "mine", "id": missing.id}
            if "tenant" in missing.fields:  # it has no instance that the workflow could be in
                home = {"name": "mine", "tenant": missing.fields["tenant"]}
                return {"instances": [home], "workflows": [{**workflow, "instance": "mine"}]}
            return {"workflows": [{**workflow, **missing.fields}]}
        case _:
            return None
