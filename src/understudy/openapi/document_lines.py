"""The lines of a user's warnings, found when somebody wants to read them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec import structs

from understudy.errors import ContractError
from understudy.openapi.document_files import read_bytes
from understudy.openapi.document_text import decoded, read_lines
from understudy.openapi.document_warning import DocumentWarning
from understudy.openapi.user_document import UserDocument
from understudy.yaml import Document


def located(document: UserDocument) -> tuple[DocumentWarning, ...]:
    """The warnings of a document with their lines, where its files can still be read."""
    texts: dict[str, Document | None] = {}
    folder = Path(document.file).resolve().parent
    return tuple(map(partial(_located, folder, texts), document.warnings))


def _located(
    folder: Path, texts: dict[str, Document | None], warning: DocumentWarning
) -> DocumentWarning:
    if warning.line is not None or not warning.pointer:
        return warning
    if warning.file not in texts:
        texts[warning.file] = _text(folder / warning.file)
    text = texts[warning.file]
    if text is None:
        return warning
    line = text.where(warning.pointer).rpartition(":")[2]
    return structs.replace(warning, line=int(line))


def _text(file: Path) -> Document | None:
    with suppress(ContractError):
        return read_lines(decoded(read_bytes(file), file.name), file.name)
    return None
