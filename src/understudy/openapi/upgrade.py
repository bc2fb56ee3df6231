"""A document of OpenAPI 2.0 or 3.0 becomes one of 3.1; what it was made of is left as it is."""

from __future__ import annotations

from typing import Any

from understudy.openapi.structure import Kind, Path, Visitor, rewrite
from understudy.openapi.upgrade_schema import upgrade_schema
from understudy.openapi.upgrade_swagger import from_swagger

TARGET = "3.1.0"
# Where 2.0 keeps what 3.x keeps below `components`.
MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
    "#/securityDefinitions/": "#/components/securitySchemes/",
}


def upgrade(document: dict[str, Any]) -> dict[str, Any]:
    """The document as OpenAPI 3.1; parts that stay the same are shared with the original."""
    made = document
    if "swagger" in document:
        made = from_swagger(rewrite(document, "document", _Moving(), []))
    made = rewrite(made, "document", _Schemas(strict=not _before_31(document)), [])
    return {**made, "openapi": TARGET} if made.get("openapi") != TARGET else made


def _before_31(document: dict[str, Any]) -> bool:
    return "swagger" in document or str(document.get("openapi", "")).startswith("3.0")


class _Moving(Visitor):
    """References of 2.0 as 3.x writes them."""

    def visit(self, node: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        ref = node.get("$ref")
        if isinstance(ref, str):
            for old, new in MOVED.items():
                if ref.startswith(old):
                    return {**node, "$ref": new + ref.removeprefix(old)}
        return node


class _Schemas(Visitor):
    def __init__(self, *, strict: bool) -> None:
        self.strict = strict

    def visit(self, node: dict[str, Any], kind: Kind, path: Path) -> dict[str, Any]:
        return upgrade_schema(node, strict=self.strict) if kind == "schema" else node
