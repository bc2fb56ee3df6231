"""What is broken or unusual in an OpenAPI document, told with line and pointer: for `validate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from msgspec import structs

from understudy.cli.terminal import plural
from understudy.errors import ContractError
from understudy.modeled.sources import Named
from understudy.openapi.document_compiler import broken, compile_document
from understudy.openapi.document_lines import located
from understudy.openapi.document_warning import DocumentWarning
from understudy.openapi.user_document import UserDocument

MOST = 40  # warnings of one document; beyond them only their number
LONGEST = 400  # characters of one
NOT_SERVED = "it will be answered 501"
SWAGGER = {  # where a document of version 2.0 has what stands in its conversion
    "/components/schemas/": "/definitions/",
    "/components/parameters/": "/parameters/",
    "/components/responses/": "/responses/",
    "/components/securitySchemes/": "/securityDefinitions/",
}


def tell_document(named: Named, *, every: bool = False) -> None:
    """Prints the operations that are not served, then the other warnings, then what there is."""
    document = named.document
    contract = compile_document(named.name, document.value, document.file)
    unserved = [_unserved(document, *each) for each in broken(contract).items()]
    others = [_warning(document, each) for each in contract.warnings]
    found = [*_placed(document, unserved), *_placed(document, [*document.warnings, *others])]
    told = [*dict.fromkeys(map(_line, found))]
    for line in told if every else told[:MOST]:
        click.echo(line)
    if len(told) > MOST and not every:
        click.echo(f"{plural(len(told) - MOST, 'warning')} more: --all shows them")
    counts = [plural(len(contract.operations), "operation")]
    counts += [f"{len(unserved)} of them not served"] if unserved else []
    counts += [plural(len(told), "warning")] if told else []
    fine = "" if told else "fine, "
    click.echo(f"{document.file}: {fine}OpenAPI {document.version}, {', '.join(counts)}")


def _unserved(document: UserDocument, id: str, error: ContractError) -> DocumentWarning:
    made = _warning(document, error)
    return structs.replace(made, what=f"{id}: {made.what}; {NOT_SERVED}")


def _warning(document: UserDocument, error: ContractError) -> DocumentWarning:
    """A mistake that compiling found: its pointer as the document's author would say it."""
    pointer = error.where.partition("#")[2]
    if document.version == "2.0":
        for made, written in SWAGGER.items():
            if pointer.startswith(made):
                pointer = written + pointer.removeprefix(made)
    return DocumentWarning(Path(document.file).name, pointer, error.what, error.fix)


def _placed(document: UserDocument, told: list[DocumentWarning]) -> Iterator[DocumentWarning]:
    """Warnings with their lines, in the order of the files, named as they lie in the folder."""
    folder = Path(document.file).parent
    found = located(structs.replace(document, warnings=tuple(told)))
    for each in sorted(found, key=lambda each: (each.file, each.line or 0)):
        yield structs.replace(each, file=str(folder / each.file))


def _line(warning: DocumentWarning) -> str:
    line = f"warning: {warning}"
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."
