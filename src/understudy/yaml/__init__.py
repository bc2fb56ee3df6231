"""YAML 1.2 core, read safely through PyYAML's C parser; what is read can tell its lines.

No dates, no `on`, no merging; every key is a text and stands once. No nesting ends the stack.
"""

from understudy.yaml.document import Document, Warned, escape, place_in
from understudy.yaml.reading import Bounds, read
from understudy.yaml.scalars import core, core_or_text

__all__ = ["Bounds", "Document", "Warned", "core", "core_or_text", "escape", "place_in", "read"]
