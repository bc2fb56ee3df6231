"""Where a client finds what an answer names: at the host and below the path that it called."""

from __future__ import annotations

from functools import lru_cache

from understudy.modeled.plan import Plan
from understudy.vendor import Request


def called_origin(plan: Plan, request: Request) -> str:
    """What stands before a path in a URL of this call: origin, session and vendor."""
    call = request.call
    host = call.headers.get("host", "")
    if not host:
        return call.mount
    return f"{_origin(host, plan.api.contract.servers)}{call.mount}"


@lru_cache(maxsize=256)
def _origin(host: str, servers: tuple[str, ...]) -> str:
    own = any(f"//{host}" in each for each in servers)
    return f"{'https' if own else 'http'}://{host}"
