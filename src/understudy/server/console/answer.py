"""The answer to a browser below `/__admin/console`: a page, an asset, a login."""

from __future__ import annotations

import logging
from urllib.parse import parse_qsl, unquote

from understudy.server.admin.browser_login import (
    is_logged_in,
    is_token,
    knows_token,
    login_cookie,
    logout_cookie,
)
from understudy.server.console.assets import asset
from understudy.server.console.pages import PAGES
from understudy.server.console.rendering import (
    HTML,
    SECURE,
    render,
    render_login,
    render_refusal,
)
from understudy.server.console.visit import CONSOLE, Refused, View, Visit
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.wire.response import Response, sandbox_response
from understudy.slices import InSlices
from understudy.vendor import Call, Reply

log = logging.getLogger("understudy")

FIRST = "/sessions/default/calls"  # what is shown who names nothing


def answer_console(sandbox: Sandbox, call: Call) -> InSlices[Response]:
    """A page of the console; no session's journal hears of it."""
    try:
        reply = yield from _reply(sandbox, call)
    except Exception as error:
        log.exception("a page of the console broke")
        problem = {"title": "The sandbox broke", "detail": type(error).__name__}
        reply = _page(500, render_refusal(None, problem))
    if call.method == "HEAD":
        reply.raw = b""
    return sandbox_response(reply, sandbox.now())


def _reply(sandbox: Sandbox, call: Call) -> InSlices[Reply]:
    below = [unquote(each) for each in call.path.removeprefix(CONSOLE).strip("/").split("/")]
    if below[0] == "assets" and len(below) == 3:
        return asset(below[1], below[2])
    token = sandbox.settings.admin_token
    if token is not None and below[0] in ("login", "logout"):
        return _login(token, call) if below[0] == "login" else _logout(token)
    if not knows_token(call.headers, "GET", token):
        return _page(401, render_login(_asked(call), ""))
    if call.method not in ("GET", "HEAD"):
        return _page(405, render_refusal(None, {"detail": f"A page has no {call.method}"}))
    if below == [""]:
        return _moved(FIRST)
    return (yield from _shown(Visit(sandbox, call, below)))


def _shown(visit: Visit) -> InSlices[Reply]:
    """The page of a path; what the admin API refuses is told in one."""
    found = PAGES.find(visit.below)
    try:
        if found is None:
            there = "Everything there is can be reached from the bar above"
            raise Refused(404, {"title": "No such page", "detail": visit.call.path, "fix": there})
        page, values = found
        if "session" in values:
            yield from visit.enter(values["session"])
        view = yield from page(visit, **values)
    except Refused as refused:
        yield from visit.enter_any()
        return _page(refused.status, render_refusal(visit, refused.problem))
    return _page(200, render(visit, view)) if isinstance(view, View) else view


def _page(status: int, text: str) -> Reply:
    return Reply(status, raw=text.encode(), headers=SECURE, media_type=HTML)


def _moved(path: str, *more: tuple[str, str]) -> Reply:
    return Reply(303, headers=(("Location", f"{CONSOLE}{path}"), *SECURE, *more))


def _asked(call: Call) -> str:
    """The page to go on to behind a login, as far as it is one of ours."""
    path = call.path.removeprefix(CONSOLE)
    if not path.startswith("/") or path.startswith(("//", "/login", "/logout")):
        return ""
    return f"{path}?{call.query}" if call.query else path


def _login(token: str, call: Call) -> Reply:
    """A form for the token; with the right one the browser is let in."""
    if call.method != "POST":
        return _moved(FIRST) if is_logged_in(call.headers, token) else _page(200, render_login())
    typed = dict(parse_qsl(call.body[:10_000].decode("utf-8", "replace")))
    onward = typed.get("onward", "")
    if not is_token(typed.get("token", ""), token):
        return _page(401, render_login(onward, "That is not the token of this sandbox."))
    inside = onward.startswith("/sessions/") and onward.isprintable() and onward.isascii()
    return _moved(onward if inside else FIRST, ("Set-Cookie", login_cookie(token)))


def _logout(token: str) -> Reply:
    return _moved("/login", ("Set-Cookie", logout_cookie(token)))
