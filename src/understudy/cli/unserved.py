"""A scenario for a vendor that is not among those that are served."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from understudy.errors import InputError, UnderstudyError
from understudy.server.sessions import Sandbox
from understudy.settings import Settings
from understudy.vendors import VENDORS


def unserved(settings: Settings) -> InputError | None:
    """The refusal that names the vendors which the scenarios lack; None: they lack none."""
    others = [vendor.name for vendor in VENDORS if vendor.name not in settings.vendors]
    for count in range(1, len(others) + 1):
        for more in combinations(others, count):
            wanted = (*settings.vendors, *more)
            if _loads(replace(settings, vendors=wanted)):
                what = f"{' and '.join(settings.scenarios)} is for {' and '.join(more)}, too"
                fix = f"Say understudy serve {' '.join(wanted)}"
                return InputError(what, where="--scenario", fix=fix)
    return None


def _loads(settings: Settings) -> bool:
    try:
        Sandbox(settings, VENDORS)
    except UnderstudyError:
        return False
    return True
