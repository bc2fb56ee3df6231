"""The vendors that commands know: those that ship, by their names, and documents by their files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.cli.terminal import did_you_mean
from understudy.errors import InputError
from understudy.modeled.sources import is_document, make, read, with_documents
from understudy.server.sessions.sandbox import Sandbox
from understudy.settings import FROZEN, Settings
from understudy.vendor import Vendor
from understudy.vendors import NAMES, shipped

if TYPE_CHECKING:
    from understudy.modeled.assembly import Modeled


def vendor_named(name: str) -> Vendor:
    """The vendor of that name or document; InputError with the names there are."""
    made = document_named(name)
    if made is not None:
        return made.vendor
    check_vendor(name)
    return shipped([name])[0]


def vendors_with(documents: Sequence[str]) -> tuple[Vendor, ...]:
    """The vendors that ship, and those of documents."""
    if not documents:
        return shipped()
    _, found = with_documents(Settings(documents=tuple(documents)), shipped)
    return (*shipped(), *found)


def document_named(word: str) -> Modeled | None:
    """The document that a word of the command line means; None: it means none."""
    if not is_document(word, NAMES):
        return None
    found = read(word, NAMES)
    if len(found) > 1:
        there = ", ".join(each.document.file for each in found)
        raise InputError(f"{word} holds {len(found)} documents", fix=f"Name one of {there}")
    return make(found[0])


def check_vendor(name: str, *more: str) -> None:
    """InputError unless a vendor (or one of `more`) has that name."""
    names = (*NAMES, *more)
    if name not in names:
        raise InputError(f"there is no vendor {name!r}", fix=did_you_mean(name, names))


def check_no_file(name: str) -> None:
    """InputError for an OpenAPI file, or a URL, where a vendor's name belongs."""
    path, kind = Path(name), "URL" if "://" in name else "file"
    if path.suffix.lower() in (".yaml", ".yml", ".json") or "/" in name or path.is_file():
        raise InputError(
            f"{name} is a {kind}, and a contract alone has no behaviour to serve",
            fix=f"Name a vendor: {', '.join(NAMES)}",
        )


def sandbox_of(vendor: Vendor) -> Sandbox:
    """A sandbox in this process with that vendor alone."""
    return Sandbox(Settings(vendors=(vendor.name,), clock=FROZEN), (vendor,))
