"""What a command asks a running sandbox: its admin API, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from understudy.cli.running_servers import found_url
from understudy.errors import InputError
from understudy.settings import DEFAULT_HOST, DEFAULT_PORT

DEFAULT_URL = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
SHOWN = 20  # names told of those there are
NOBODY = "no sandbox answers"
PATIENCE = 10  # seconds; the admin API answers within milliseconds

F = TypeVar("F", bound=Callable[..., Any])

url_option: Callable[[F], F] = click.option(
    "--url",
    default=found_url,
    show_default=f"the sandbox that runs here, else {DEFAULT_URL}",
    envvar="UNDERSTUDY_URL",
    show_envvar=True,
    metavar="BASE",
    help="Where the sandbox runs.",
)
token_option: Callable[[F], F] = click.option(
    "--admin-token",
    envvar="UNDERSTUDY_ADMIN_TOKEN",
    show_envvar=True,
    metavar="TOKEN",
    help="What that sandbox was started with.",
)


def origin(url: str) -> str:
    """The base URL without a slash at its end; InputError when it is none."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise InputError(f"{url!r} is no base URL", where="--url", fix=f"Write {DEFAULT_URL}")
    return url.rstrip("/")


session_option: Callable[[F], F] = click.option(
    "--session", default="default", show_default=True, metavar="NAME", help="Which session."
)


def get(url: str, path: str, token: str | None, patience: float = PATIENCE) -> Any:
    """The JSON of an admin resource; a refusal is told as the sandbox tells it."""
    return ask(url, "GET", path, token, patience=patience)


def ask(
    url: str,
    method: str,
    path: str,
    token: str | None,
    body: Any = None,
    patience: float = PATIENCE,
) -> Any:
    """The JSON that the admin API answers; a refusal is told as the sandbox tells it."""
    import httpx

    headers = {"authorization": f"Bearer {token}"} if token else {}
    try:
        place = f"{url}/__admin{path}"
        reply = httpx.request(
            method, place, headers=headers, json=body, timeout=patience, trust_env=False
        )
        value = reply.json() if reply.content else None
    except httpx.TransportError as error:
        fix = "Start one with `understudy serve`, or name another with --url"
        raise InputError(f"{NOBODY} ({error})", where=url, fix=fix) from None
    except ValueError:
        raise _no_sandbox(url) from None
    if reply.is_success:
        return value
    raise _refused(url, value)


def _no_sandbox(url: str) -> InputError:
    """What answers there is something else, or the URL goes on where a sandbox's ends."""
    scheme, _, rest = url.partition("://")
    host, slash, _ = rest.partition("/")
    fix = f"Write {scheme}://{host}" if slash else "Name one with --url"
    return InputError("what answers is no sandbox", where=url, fix=fix)


def _refused(url: str, problem: Any) -> InputError:
    if not isinstance(problem, dict) or "detail" not in problem:
        return _no_sandbox(url)
    fix = str(problem.get("fix", ""))
    if problem.get("status") == 401:
        fix = "Say its --admin-token"
    there = problem.get("exists", ())
    if there:
        guess = f"{fix} " if fix.startswith("Did you mean") else ""
        more = "" if len(there) <= SHOWN else f" and {len(there) - SHOWN} more"
        fix = f"{guess}There are {', '.join(map(str, there[:SHOWN]))}{more}"
    return InputError(str(problem["detail"]), where=url, fix=fix)
