"""Which page is where: the addresses of the console."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from understudy.server.console import (
    calls,
    clock,
    coverage,
    records,
    rules,
    sessions,
    stories,
    vendors,
)
from understudy.server.console.visit import View
from understudy.slices import InSlices
from understudy.vendor import Reply

Page = Callable[..., InSlices[View | Reply]]


class Pages:
    """Pages by their address below the console; a part in braces is handed to the page."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self._pages = [(each.split("/"), page) for each, page in pages.items()]

    def find(self, below: Sequence[str]) -> tuple[Page, dict[str, Any]] | None:
        """The page of an address and what its parts say; None: there is none."""
        for parts, page in self._pages:
            if len(parts) == len(below) and all(
                part[0] == "{" or part == said for part, said in zip(parts, below, strict=True)
            ):
                pairs = zip(parts, below, strict=True)
                return page, {part[1:-1]: said for part, said in pairs if part[0] == "{"}
        return None


PAGES = Pages(
    {
        "sessions": sessions.show_sessions,
        "sessions/{session}": sessions.show_session,
        "sessions/{session}/calls": calls.show_calls,
        "sessions/{session}/calls/{number}": calls.show_call,
        "sessions/{session}/sequence": calls.show_sequence,
        "sessions/{session}/records": records.show_collections,
        "sessions/{session}/records/{vendor}/{collection}": records.show_records,
        "sessions/{session}/records/{vendor}/{collection}/{id}": records.show_record,
        "sessions/{session}/clock": clock.show_clock,
        "sessions/{session}/rules": rules.show_rules,
        "sessions/{session}/rules/new": rules.show_new_rule,
        "sessions/{session}/rules/{rule}": rules.show_rule,
        "sessions/{session}/stories": stories.show_stories,
        "sessions/{session}/story": stories.show_story,
        "sessions/{session}/story.yaml": stories.save_story,
        "sessions/{session}/coverage": coverage.show_coverage,
        "sessions/{session}/vendors": vendors.show_vendors,
        "sessions/{session}/vendors/{vendor}": vendors.show_vendor,
        "sessions/{session}/vendors/{vendor}/{operation}": vendors.show_operation,
    }
)
