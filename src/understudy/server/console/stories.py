"""Stories: those there are, one as it is played, and the session as a story."""

from __future__ import annotations

from typing import Any

from understudy import resources
from understudy.server.console.visit import View, Visit
from understudy.slices import InSlices
from understudy.vendor import Reply

TEXT = "text"  # the file of a story that was typed
MARKS = {"passed": "as expected", "failed": "not as expected", "skipped": "not played"}


def show_stories(visit: Visit, session: str) -> InSlices[View]:
    """The stories by vendor, and what there is of this session to keep as one."""
    told = yield from visit.ask("/stories")
    groups: dict[str, list[Any]] = {}
    for each in told["stories"]:
        vendor, slash, _ = each["name"].partition("/")
        groups.setdefault(vendor if slash else "yours", []).append(each)
    kept = None
    if visit.query.get("save"):
        kept = yield from visit.ask_session("/scenario")
    return View(
        "stories.html", {"groups": groups, "kept": kept, "chosen": visit.query.get("vendor", "")}
    )


def show_story(visit: Visit, session: str) -> InSlices[View]:
    """The story that is played in a session."""
    told = yield from visit.ask_session("/story")
    steps = [{"number": n, **step} for n, step in enumerate(told["steps"], 1)]
    failed = [each for each in steps if each["verdict"] == "failed"]
    coming = next((each["number"] for each in steps if each["verdict"] is None), 0)
    name = told["file"].removesuffix(".yaml")
    again = name if resources.scenario(name) is not None else told["file"]
    values = {
        "story": told,
        "again": "" if again == TEXT else again,
        "steps": steps,
        "failed": failed,
        "marks": MARKS,
        "coming": coming,
    }
    return View("story.html", values)


def save_story(visit: Visit, session: str) -> InSlices[Reply]:
    """The session as a file that `understudy replay` plays."""
    kept = yield from visit.ask_session("/scenario")
    name = f'attachment; filename="{visit.session["name"]}.yaml"'
    headers = (("Content-Disposition", name), ("X-Content-Type-Options", "nosniff"))
    media_type = "application/yaml; charset=utf-8"
    return Reply(200, raw=kept["text"].encode(), headers=headers, media_type=media_type)
