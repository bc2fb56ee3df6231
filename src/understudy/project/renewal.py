"""Documents of a project that is edited while it is served: read anew with what it says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from understudy.errors import ScenarioError
from understudy.modeled.sources import Named, named_again
from understudy.openapi.document_compiler import compile_document
from understudy.project import handlers
from understudy.project.project import check_grammar, read
from understudy.vendor import Handler


class Renewal:
    """What lies beside the documents of a project and is said of them, as it is now."""

    def __init__(self, file: str, documents: Sequence[Named]) -> None:
        self._path = Path(file)
        self._functions = self._path.parent / handlers.FILE
        self.files = (self._path, self._functions)
        self._documents = {each.name: each for each in documents}
        self._texts = dict.fromkeys(self._documents, self._handlers_text())

    def again(self, before: Named) -> Named:
        """The document, its behaviour and its functions as their files are now. A project that
        breaks the grammar says nothing of it: who watches it as a scenario tells that."""
        try:
            check_grammar(self._path)
        except ScenarioError:
            return named_again(before)
        section = read(self._path).sections.get(before.name)
        made = named_again(before)._replace(section=section)
        self._documents[made.name] = made
        text = self._handlers_text()
        if text != self._texts[made.name]:
            own = self._own() if text else {}
            made = made._replace(handlers=own.get(made.name, {}))
            self._texts[made.name] = text
        return made

    def _own(self) -> Mapping[str, Mapping[str, Handler]]:
        documents = [(name, each.document) for name, each in self._documents.items()]
        contracts = {n: compile_document(n, each.value, each.file) for n, each in documents}
        return handlers.read(self._functions, contracts)

    def _handlers_text(self) -> bytes:
        try:
            return self._functions.read_bytes()
        except OSError:
            return b""


def is_as_before(before: Named, after: Named) -> bool:
    """Whether nothing of a document, its behaviour and its functions has changed."""
    sections = [None if each.section is None else each.section.value for each in (before, after)]
    return (
        after.document.value == before.document.value
        and sections[0] == sections[1]
        and after.handlers is before.handlers
    )
