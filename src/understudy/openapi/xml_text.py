"""A value as XML text, named and wrapped as its schema's `xml` says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from understudy.openapi.shapes import Refs, items_of, properties_of, resolved

NAME = re.compile(r"[^\w.-]")
UNSENDABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ROOT = "root"  # what the outermost element is called where nothing names it
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_xml(value: Any, schema: Any, refs: Refs) -> str:
    """The text of a whole document; a list is an element around its items."""
    if isinstance(value, list):
        items = items_of(schema, refs)
        one = _called(items, refs, "item")
        inner = "".join(_element(one, each, items, refs) for each in value)
        return f"{HEAD}{_tagged(_called(schema, refs, f'{one}s'), (), inner)}"
    return HEAD + _element(_called(schema, refs, ROOT), value, schema, refs)


def _element(name: str, value: Any, schema: Any, refs: Refs) -> str:
    if isinstance(value, Mapping):
        properties = properties_of(schema, refs)
        members = [(key, each, properties.get(key, {})) for key, each in value.items()]
        apart = [each for each in members if _said(each[2], refs, "attribute") is True]
        attributes = [(_called(part, refs, key), _text(each)) for key, each, part in apart]
        inner = "".join(
            part for each in members if each not in apart for part in _member(*each, refs)
        )
        return _tagged(name, attributes, inner)
    return _tagged(name, (), escape(_text(value)))


def _member(name: str, value: Any, schema: Any, refs: Refs) -> Iterator[str]:
    """A property's element, or those of a list: each under its name, wrapped if so declared."""
    called = _xml_name(schema, refs) or name
    if not isinstance(value, list):
        yield _element(_plain(called), value, schema, refs)
        return
    items = items_of(schema, refs)
    one = _plain(_xml_name(items, refs) or (name if _said(schema, refs, "wrapped") else called))
    found = [_element(one, each, items, refs) for each in value]
    if _said(schema, refs, "wrapped") is True:
        yield _tagged(_plain(called), (), "".join(found))
    else:
        yield from found


def _tagged(name: str, attributes: Sequence[tuple[str, str]], inner: str) -> str:
    told = "".join(f" {key}={quoteattr(value)}" for key, value in attributes)
    return f"<{name}{told}>{inner}</{name}>" if inner else f"<{name}{told}/>"


def _called(schema: Any, refs: Refs, default: str) -> str:
    """The name that a schema says, else that of the component it is."""
    ref = schema.get("$ref") if isinstance(schema, Mapping) else None
    of_component = ref.rpartition("/")[2] if isinstance(ref, str) else ""
    return _plain(_xml_name(schema, refs) or of_component or default)


def _xml_name(schema: Any, refs: Refs) -> str:
    found = _said(schema, refs, "name")
    return found if isinstance(found, str) else ""


def _said(schema: Any, refs: Refs, key: str) -> Any:
    xml = resolved(schema, refs).get("xml")
    return xml.get(key) if isinstance(xml, Mapping) else None


def _plain(name: str) -> str:
    """The name without what no XML name has."""
    made = NAME.sub("_", name)
    return made if made[:1].isalpha() or made[:1] == "_" else f"_{made}"


def _text(value: Any) -> str:
    if value is None or isinstance(value, Mapping | list):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return UNSENDABLE.sub("\ufffd", str(value))
