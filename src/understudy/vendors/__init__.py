"""The vendors that ship; each is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from understudy.errors import InputError
from understudy.vendor import Vendor

NAMES = ("looply", "refold", "cloudflare", "interactly", "hydracore")
VENDORS: tuple[Vendor, ...]  # all of them, made when it is first asked for


def shipped(names: Iterable[str] = ()) -> tuple[Vendor, ...]:
    """The vendors of these names, or all: who serves one does not wait for the others."""
    return tuple(_vendor(name) for name in (tuple(names) or NAMES))


def _vendor(name: str) -> Vendor:
    if name not in NAMES:
        raise InputError(f"unknown vendor {name!r}", fix=f"There are {', '.join(NAMES)}")
    vendor: Vendor = import_module(f"{__name__}.{name}").VENDOR
    return vendor


def __getattr__(name: str) -> object:
    if name != "VENDORS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return shipped()
