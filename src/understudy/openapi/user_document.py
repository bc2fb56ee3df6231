"""A user's OpenAPI document: read, bundled with its files, made 3.1, kept by content."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from understudy.errors import ContractError
from understudy.openapi.bundle import bundle
from understudy.openapi.cache import cache_key, keep, recall
from understudy.openapi.document_bounds import Size, check_operations, too_deep
from understudy.openapi.document_credentials import ease_credentials
from understudy.openapi.document_discriminators import enforce_discriminators
from understudy.openapi.document_files import DocumentFiles, digest, read_bytes
from understudy.openapi.document_schemas import Places, mend_schemas
from understudy.openapi.document_text import parse_text
from understudy.openapi.document_version import NEWEST, version_of
from understudy.openapi.document_warning import DocumentWarning, Warnings
from understudy.openapi.upgrade import upgrade

FORMAT = 1  # of what is kept; raise it when its shape changes


class UserDocument(Struct, frozen=True):
    """What a user's document says, as OpenAPI 3.1 in which every `$ref` names a component."""

    file: str  # as its user named it
    version: str  # as it says itself: 2.0, 3.0.3
    value: dict[str, Any]
    warnings: tuple[DocumentWarning, ...] = ()
    digests: dict[str, str] = {}  # of the files it is made of besides, below its folder

    @property
    def files(self) -> tuple[Path, ...]:
        """All files it is made of, itself first."""
        main = Path(self.file)
        folder = main.resolve().parent
        return (main, *(folder / name for name in self.digests))


class _Kept(Struct):
    """What the cache holds of a document."""

    version: str
    value: dict[str, Any]
    warnings: tuple[DocumentWarning, ...]
    digests: dict[str, str]


def read_document(path: Path) -> UserDocument:
    """The document of a file; what is no OpenAPI at all is refused, all else is a warning."""
    content = read_bytes(path)
    place = blake2b(str(path.resolve().parent).encode("utf-8", "replace"), digest_size=4)
    stem, key = f"{path.stem}-{place.hexdigest()}", cache_key(content, FORMAT)
    kept = _recalled(stem, key, path)
    if kept is None:
        kept = _read(path, content)
        keep(stem, key, msgspec.to_builtins(kept))
    return UserDocument(str(path), kept.version, kept.value, kept.warnings, kept.digests)


def _recalled(stem: str, key: str, path: Path) -> _Kept | None:
    """What was kept, unless one of its files has changed since."""
    try:
        kept = msgspec.convert(recall(stem, key), _Kept)
        folder = path.resolve().parent
        for name, known in kept.digests.items():
            if digest(read_bytes(folder / name)) != known:
                return None
    except (msgspec.ValidationError, ContractError):
        return None
    return kept


def _read(path: Path, content: bytes) -> _Kept:
    try:
        return _made(path, content)
    except RecursionError:
        raise too_deep(str(path)) from None
    except ContractError as error:
        where = f"{path.parent / error.where}"  # messages name files as they lie in its folder
        raise ContractError(error.what, where=where, fix=error.fix) from None


def _made(path: Path, content: bytes) -> _Kept:
    warnings, size = Warnings(), Size()

    def parse(content: bytes, name: str) -> Any:
        value = parse_text(content, name, warnings)
        size.add(value, name)
        return value

    files = DocumentFiles(path, parse)
    value = parse(content, path.name)
    version = version_of(value, path.name)
    files.adopt(content, value)
    _check_shape(value, version, path.name, warnings)
    check_operations(value, path.name)
    whole, origins = bundle(value, files, warnings)
    places = Places(path.name, origins, swagger="swagger" in value)
    made = mend_schemas(_eased(upgrade(whole), path.name, warnings), places, warnings)
    return _Kept(version, enforce_discriminators(made), warnings.all(), files.digests)


def _eased(value: dict[str, Any], file: str, warnings: Warnings) -> dict[str, Any]:
    made, eased = ease_credentials(value)
    if eased:
        path, method, name = eased[0]
        more = f" and {len(eased) - 1} operations more" if eased[1:] else ""
        what = f"{name} says what security says, here{more}: a call may leave it out"
        fix = "Nothing, unless both must be sent"
        warnings.add(file, ["paths", path, method, "parameters"], what, fix)
    return made


def _check_shape(value: dict[str, Any], version: str, file: str, warnings: Warnings) -> None:
    """Tell what a document should have, and give it the least that its readers need."""
    if version.startswith(NEWEST):
        what = f"openapi is {version}; it is read as 3.1, and what is new in it is passed over"
        warnings.add(file, ["openapi"], what, "Nothing, unless it needs what is new")
    for key in ("paths", "info", "components"):
        if key in value and not isinstance(value[key], dict):
            warnings.add(file, [key], f"{key} is no object and is passed over", "Mend it")
            value[key] = {}
    if not value.setdefault("paths", {}):
        warnings.add(file, ["paths"], "there is no operation", "Declare one below paths")
