"""The console: what the sandbox does and did, in a browser; it only uses the admin API."""

from __future__ import annotations

from understudy.server.console.answer import answer_console

__all__ = ["answer_console"]
