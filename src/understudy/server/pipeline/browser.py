"""A browser at the bare root: it is led to the console."""

from __future__ import annotations

from urllib.parse import quote

from understudy.vendor import Call, Reply

CONSOLE = "/__admin/console"


def wants_page(call: Call) -> bool:
    """Whether a browser asks for the bare root; a client that takes JSON gets JSON."""
    if call.method != "GET" or call.path.strip("/"):
        return False
    ranges = call.headers.get("accept", "").lower().split(",")
    names = {each.partition(";")[0].strip() for each in ranges}
    return "text/html" in names and not any(name.endswith("json") for name in names)


def to_console(session: str | None) -> Reply:
    """Where everything is shown; of a session that the path names, its calls."""
    below = f"/sessions/{quote(session, safe='')}/calls" if session else ""
    headers = (("Location", f"{CONSOLE}{below}"), ("Cache-Control", "no-store"), ("Vary", "Accept"))
    return Reply(303, headers=headers)
