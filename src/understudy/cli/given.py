"""What `serve` was given, as settings; what cannot be is refused by the option's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from understudy.cli.vendors import not_a_file, unknown_vendor
from understudy.errors import InputError
from understudy.settings import DEFAULT_HOST, FROZEN, REAL, Settings


def settings_of(vendors: tuple[str, ...], **options: Any) -> Settings:
    """The settings, refused by the name of the option that is wrong."""
    for name in vendors:
        not_a_file(name)
        unknown_vendor(name)
    _check_clock(options["clock"])
    _check_token(options["admin_token"])
    _check_host(options["host"], options["admin_token"])
    options["cors"] = tuple(dict.fromkeys(options["cors"]))
    _check_cors(options["cors"])
    options["scenarios"] = tuple(dict.fromkeys(options["scenarios"]))
    return Settings(vendors=tuple(dict.fromkeys(vendors)), **options)


def check_watched(scenarios: tuple[str, ...]) -> None:
    if not any(Path(each).is_file() for each in scenarios):
        fix = "Add --scenario FILE; a shipped scenario is edited by nobody"
        raise InputError("there is no file to watch", where="--watch", fix=fix)


def _check_clock(clock: str) -> None:
    from understudy.simulation.clock import clock_instant

    if clock in (REAL, FROZEN):
        return
    try:
        clock_instant(clock)
    except InputError as error:
        fix = "Say real, frozen or an instant like 2026-01-05T09:00:00Z"
        raise InputError(error.what, where="--clock", fix=fix) from None


def _check_cors(origins: tuple[str, ...]) -> None:
    from understudy.server.pages import Pages

    try:
        Pages(origins)
    except InputError as error:
        raise InputError(error.what, where="--cors", fix=error.fix) from None


def _check_token(token: str | None) -> None:
    if token is not None and (not token or not token.isascii() or not token.isprintable()):
        raise InputError(
            "a token that no header can carry", where="--admin-token", fix="Use printable ASCII"
        )


def _check_host(host: str, token: str | None) -> None:
    from understudy.server.listen import is_loopback

    if not host.strip():
        fix = f"Leave it out for {DEFAULT_HOST}"
        raise InputError("an empty text is no address", where="--host", fix=fix)
    if token is None and not is_loopback(host):
        raise InputError(
            f"{host} can be reached from other machines and /__admin would be open to them",
            where="--host",
            fix="Add --admin-token TOKEN",
        )
