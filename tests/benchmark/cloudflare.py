"""The loads on Cloudflare: an instance that is created, and one that is described."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from tests.benchmark.load import Target

CREATE = "createInstance"
DESCRIBE = "describeInstance (3 steps)"
ACCOUNT = "6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01"  # of the base world, like the rest
INSTANCES = f"/accounts/{ACCOUNT}/workflows/order-approval/instances"
BODY = json.dumps({"params": {"order": 2001, "amount": 129}})


def targets(base: str, headers: Mapping[str, str]) -> dict[str, Target]:
    """The two operations on one server, whose base URL may have a path."""
    url = urlsplit(base)
    origin, path = f"{url.scheme}://{url.netloc}", url.path + INSTANCES
    json_headers = {**headers, "content-type": "application/json"}
    return {
        CREATE: Target(origin, [path], "POST", json_headers, BODY),
        DESCRIBE: Target(origin, [f"{path}/order-1005"], "GET", headers),
    }
