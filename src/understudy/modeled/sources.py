"""Where documents come from: a file, `name=file`, a folder; and the names they are served by."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from understudy import resources
from understudy.errors import InputError

if TYPE_CHECKING:
    from understudy.modeled.assembly import Modeled
    from understudy.modeled.section import Section
    from understudy.openapi.user_document import UserDocument
    from understudy.settings import Settings
    from understudy.vendor import Handler, Vendor

SUFFIXES = (".yaml", ".yml", ".json")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}")
RESERVED = ("__admin", "admin", "nobody", "sandbox")  # paths and words of our own
LONGEST = 24  # characters of a name that is made of a title
LONGEST_TITLE = 400  # characters that are looked at
MOST = 50  # documents of one folder
SPOKEN = re.compile(rb"""["']?(?:openapi|swagger)["']?\s*:\s*["']?[0-9]""")
WORD = re.compile(r"[a-z0-9]+")
# What titles say of every API, and of none in particular.
NOISE = frozenset(
    {"a", "an", "and", "api", "apis", "client", "definition", "doc", "docs", "document", "for"}
    | {"documentation", "example", "http", "json", "of", "official", "open", "openapi", "public"}
    | {"reference", "rest", "restful", "schema", "server", "service", "spec", "specification"}
    | {"swagger", "the", "v", "web"}
)


class Named(NamedTuple):
    """A document that was read, and the name it is served under."""

    name: str
    document: UserDocument
    section: Section | None = None  # what a project says of its behaviour
    handlers: Mapping[str, Handler] = {}  # its functions by operationId, in front of all others


def is_document(word: str, vendors: Collection[str] = ()) -> bool:
    """Whether a word of the command line means a document, as no vendor of that name ships."""
    if word in vendors:
        return False
    if "/" in word or "\\" in word or word.lower().endswith(SUFFIXES):
        return True
    return "=" in word or Path(word).exists()


def with_documents(
    settings: Settings,
    shipped: Callable[[Sequence[str]], Sequence[Vendor]],
    documents: tuple[Named, ...] | None = None,
) -> tuple[Settings, tuple[Vendor, ...]]:
    """The vendors that settings ask for: the documents, and of those that ship the named ones;
    all that ship where no document and no name is said."""
    if not settings.documents:
        return settings, tuple(shipped(settings.vendors))
    named = read_all(settings) if documents is None else documents
    found = [make(each, stateless=settings.stateless).vendor for each in named]
    names = tuple(each.name for each in found)
    more = shipped(settings.vendors) if settings.vendors else ()
    return replace(settings, vendors=names + settings.vendors), (*found, *more)


def read_all(settings: Settings) -> tuple[Named, ...]:
    """The documents that settings name."""
    found: list[Named] = []
    for source in settings.documents:
        found += read(source, (*resources.specs(), *(each.name for each in found)))
    return tuple(_with_behaviour(found, settings))


def _with_behaviour(found: Sequence[Named], settings: Settings) -> Iterator[Named]:
    """The documents with what the project says of them, and the functions that lie beside it."""
    from understudy.openapi.document_compiler import compile_document

    own: Mapping[str, Mapping[str, Handler]] = {}
    if settings.handlers is not None:
        documents = ((each.name, each.document) for each in found)
        own = settings.handlers({n: compile_document(n, d.value, d.file) for n, d in documents})
    for each in found:
        section = settings.sections.get(each.name)
        yield each._replace(section=section, handlers=own.get(each.name, {}))


def load(
    source: str, taken: Collection[str] = (), *, stateless: bool = False
) -> tuple[Modeled, ...]:
    """The vendors of the documents of a source, under names that are not taken."""
    return tuple(make(each, stateless=stateless) for each in read(source, taken))


def make(named: Named, *, stateless: bool = False) -> Modeled:
    """The vendor of a document that was read."""
    from understudy.modeled.assembly import modeled

    document = named.document
    return modeled(
        named.name,
        document.value,
        document.file,
        section=named.section,
        handlers=named.handlers,
        stateless=stateless,
    )


def read(source: str, taken: Collection[str] = ()) -> tuple[Named, ...]:
    """The documents of a source by name; what is none is refused in a line."""
    from understudy.openapi.user_document import read_document

    name, path = split(source)
    if name:
        _check(name, taken)
    files = _files(path)
    if name and len(files) > 1:
        there = ", ".join(each.name for each in files)
        raise InputError(
            f"{path} holds {len(files)} documents, and {name!r} can be the name of one",
            fix=f"Name one of {there}",
        )
    found: list[Named] = []
    for file in files:
        document = read_document(file)
        others = (*taken, *(each.name for each in found))
        found.append(Named(name or name_of(document, others), document))
    return tuple(found)


def named_again(before: Named) -> Named:
    """A document that was read, as its file is now."""
    from understudy.openapi.user_document import read_document

    return before._replace(document=read_document(Path(before.document.file)))


def split(source: str) -> tuple[str, Path]:
    """The name that somebody gave (or none) and the path of `orders.yaml` or `name=orders.yaml`."""
    if "://" in source:
        raise InputError(
            f"{source} is a URL, and nothing is fetched", fix="Download it and name the file"
        )
    name, equals, path = source.partition("=")
    if not equals or "/" in name or Path(source).exists():
        return "", Path(source)
    if not path:
        raise InputError(f"{source!r} names no file", fix=f"Write {name}=openapi.yaml")
    return name, Path(path)


def name_of(document: UserDocument, taken: Collection[str] = ()) -> str:
    """A short name made of a document's title, else of its file."""
    info = document.value.get("info")
    title = str(info.get("title") or "") if isinstance(info, dict) else ""
    file = Path(document.file)
    stem = file.resolve().parent.name if file.stem.lower() in NOISE else file.stem
    return _free(_short(title) or _short(stem) or "api", taken)


def _short(text: str) -> str:
    """The words of a text that tell it from others, as many as stay short."""
    plain = normalize("NFKD", text[:LONGEST_TITLE]).encode("ascii", "ignore").decode()
    words = WORD.findall(plain.lower())
    telling = [each for each in words if each not in NOISE and not re.fullmatch("v?[0-9]+", each)]
    made = ""
    for word in telling:
        longer = f"{made}-{word}" if made else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        made = longer
    return made


def _free(name: str, taken: Collection[str]) -> str:
    """The name, or the first of it with a number that nobody has."""
    numbered, number = name, 1
    while numbered in taken or numbered in RESERVED:
        number += 1
        numbered = f"{name}-{number}"
    return numbered


def _check(name: str, taken: Collection[str]) -> None:
    """InputError with a better one for a name that cannot be had."""
    if NAME.fullmatch(name) is None:
        better = re.sub("[^A-Za-z0-9_]+", "-", name).strip("-")[:40]
        raise InputError(
            f"{name[:80]!r} is no name for a path",
            fix=f"Use at most 40 of A-Z a-z 0-9 _ -{f', like {better}' if better else ''}",
        )
    if name in RESERVED or name in taken:
        why = "a word of the sandbox itself" if name in RESERVED else "taken"
        better = _free(f"my-{name.strip('_')}", taken)
        raise InputError(f"the name {name!r} is {why}", fix=f"Choose another, like {better}")


def _files(path: Path) -> tuple[Path, ...]:
    """The documents that a path means: itself, or those that lie in a folder."""
    if not path.is_dir():
        return (path,)
    found = tuple(documents_in(path))
    if not found:
        raise InputError(f"{path} holds no OpenAPI document", fix="Name the file itself")
    if len(found) > MOST:
        raise InputError(
            f"{path} holds {len(found)} documents, at most {MOST} are read", fix="Name those wanted"
        )
    return found


def documents_in(folder: Path) -> Iterator[Path]:
    """The OpenAPI documents that lie in a folder."""
    from understudy.openapi.document_files import read_bytes

    for file in sorted(folder.iterdir()):
        if file.suffix.lower() in SUFFIXES and file.is_file() and _speaks(read_bytes(file)):
            yield file


def _speaks(content: bytes) -> bool:
    """Whether a text says at its outermost level that it is OpenAPI."""
    if content.lstrip()[:1] == b"{":
        return SPOKEN.search(content) is not None
    return any(SPOKEN.match(line) for line in content.splitlines())
