"""The vendors that commands know: those that ship, by their names, and documents by their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from understudy.cli.project import current
from understudy.cli.terminal import did_you_mean
from understudy.errors import InputError
from understudy.modeled.sources import is_document, make, read, read_all, with_documents
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
    """The vendors that ship, those of the project's documents, and those of other documents."""
    settings = project_settings(documents)
    if not settings.documents:
        return shipped()
    _, found = with_documents(replace(settings, vendors=()), shipped)
    return (*shipped(), *found)


def project_settings(documents: Sequence[str] = (), **usual: Any) -> Settings:
    """The settings of a sandbox in this process, as the project in force says."""
    project = current()
    if project is None:
        return Settings(**usual, documents=tuple(documents))
    from understudy.project.settings import in_process

    return in_process(project, {"documents": tuple(documents)}, usual)


def sandbox_with(vendors: Sequence[Vendor], **usual: Any) -> Sandbox:
    """A sandbox in this process with these vendors, as the project in force says."""
    settings = replace(project_settings(**usual), vendors=(), documents=())
    return Sandbox(settings, vendors)


def document_named(word: str) -> Modeled | None:
    """The document that a word of the command line means, of the project or another; None: it
    means none."""
    own = _of_project(word)
    if own is not None:
        return own
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


def sandbox_of(vendor: Vendor) -> Sandbox:
    """A sandbox in this process with that vendor alone, or with all of the project that it is
    of."""
    project = current()
    if project is None or vendor.name not in project.names:
        return Sandbox(Settings(vendors=(vendor.name,), clock=FROZEN), (vendor,))
    others = [each for each in project_vendors() if each.name != vendor.name]
    return sandbox_with((vendor, *others), clock=FROZEN)


def project_vendors() -> tuple[Vendor, ...]:
    """What the project in force serves; without one the vendors that ship."""
    settings = project_settings()
    return with_documents(settings, shipped)[1]


def _of_project(word: str) -> Modeled | None:
    project = current()
    if project is None:
        return None
    from understudy.project.settings import named_in

    name = named_in(project, word)
    found = read_all(project_settings()) if name is not None else ()
    world = project.source.value.get("world", {}).get(name, {})
    made = (make(each)._replace(world=world) for each in found if each.name == name)
    return next(made, None)
