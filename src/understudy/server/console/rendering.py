"""Pages from templates: everything that is not written in one is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import json

from understudy import __version__
from understudy.server.admin.browser_login import SAYS, page_word
from understudy.server.console.assets import asset_url
from understudy.server.console.visit import ADMIN, CONSOLE, View, Visit

FOLDER = Path(__file__).parent / "templates"
HTML = "text/html; charset=utf-8"
SECURE = (  # a page loads only what is ours, and runs nothing that stands in it
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
VIEWS = (  # the bar: what follows the session in the address, and its name
    ("calls", "Calls"),
    ("records", "Records"),
    ("clock", "Clock"),
    ("rules", "Rules"),
    ("stories", "Stories"),
    ("coverage", "Coverage"),
    ("vendors", "Vendors"),
)


@cache
def environment() -> Environment:
    """The templates, compiled when first used."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"path": lambda text: quote(str(text), safe=""), "time": time, "day": day}
    made.filters |= {"json": as_json, "kind": status_kind}
    made.globals |= {"asset": asset_url, "version": __version__, "CONSOLE": CONSOLE, "ADMIN": ADMIN}
    return made


def render(visit: Visit, view: View) -> str:
    """A page of a session."""
    return environment().get_template(view.template).render(_common(visit) | dict(view.values))


def render_refusal(visit: Visit | None, problem: Mapping[str, Any]) -> str:
    """What could not be shown, and what to do."""
    common = _common(visit) if visit is not None else _stranger()
    told = {"title": "", "detail": "", "fix": "", "exists": ()} | dict(problem)
    return environment().get_template("refusal.html").render(common | {"problem": told})


def render_login(onward: str = "", wrong: str = "") -> str:
    """The form that asks for the token."""
    values = _stranger() | {"onward": onward, "wrong": wrong}
    return environment().get_template("login.html").render(values)


def _common(visit: Visit) -> dict[str, Any]:
    """What every page of a session has."""
    token = visit.sandbox.settings.admin_token
    session = visit.session.get("name", "default")
    below = visit.below[2] if len(visit.below) > 2 else "sessions"
    return {
        "visit": visit,
        "url": visit.url,
        "session": visit.session,
        "admin": f"{ADMIN}/sessions/{quote(session, safe='')}",
        "views": VIEWS,
        "at": below,
        "guarded": token is not None,
        "says": SAYS,
        "word": "" if token is None else page_word(token),
    }


def _stranger() -> dict[str, Any]:
    """What a page has that knows no session."""
    return {"visit": None, "session": {}, "views": (), "at": "", "guarded": False, "word": ""}


def time(text: str) -> str:
    """The time of day of an instant: `09:00:00`."""
    return text[11:19]


def day(text: str) -> str:
    """Its day: `2026-01-05`."""
    return text[:10]


def as_json(value: Any) -> str:
    """A value as JSON, for what a script reads."""
    return json.encode(value).decode()


def status_kind(status: int) -> str:
    """What colour a status has: fine, refused, failed, none."""
    return {2: "fine", 3: "fine", 4: "refused", 5: "failed"}.get(status // 100, "none")
