"""The entries that would make a missing thing exist, ready to paste into a world file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.vendor import Caller, Missing
from understudy.vendors.interactly.records import WAITING
from understudy.vendors.interactly.records.populate import TEAM

_ID = re.compile("[0-9a-f]{24}")
_STEPS = [{"do": "greet", "takes": "2s"}, {"wait": "input"}, {"do": "answer", "takes": "3s"}]


def declare(missing: Missing, caller: Caller | None) -> Mapping[str, Any] | None:
    """A section of a world file that has it; None where no world can."""
    whose = {} if caller is None else {"team": caller.tenant}
    own = {"id": missing.id} if _ID.fullmatch(missing.id) else {}
    match missing.collection:
        case "credentials":
            return {"credentials": [{"name": "mine", "key": "my-key", "team": TEAM}]}
        case "workflows":
            return {"workflows": [{"name": "talk", **own, **whose, "steps": _STEPS}]}
        case "runs":
            workflow = {"name": "talk", **whose, "steps": _STEPS}
            run = {**own, "workflow": "talk", "state": WAITING, "since": "-10m"}
            return {"workflows": [workflow], "runs": [run]}
        case _:
            return None
