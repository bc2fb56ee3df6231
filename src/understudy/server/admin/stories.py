"""Stories: those there are, and one played in a session of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from understudy import resources
from understudy.errors import UnderstudyError
from understudy.scenarios.stories.model import Scenario
from understudy.server.admin.lookup import session_of
from understudy.server.admin.problems import refused, unknown
from understudy.server.admin.scenarios import one_scenario, refused_scenario
from understudy.server.admin.story_play import StoryPlay, begin_play, go_on, play_of
from understudy.server.sessions.sandbox import Sandbox
from understudy.slices import InSlices
from understudy.vendor import Reply, Request

_shipped_heads: WeakKeyDictionary[Sandbox, list[dict[str, Any]]] = WeakKeyDictionary()


def list_stories(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """The stories that ship for the vendors that are served, and those the sandbox begins with."""
    told = [_head("", each) for each in sandbox.first.scenarios if each.steps]
    known = _shipped_heads.get(sandbox)
    if known is None:
        known = _shipped_heads[sandbox] = yield from _read_shipped(sandbox)
    return Reply(200, {"stories": [*told, *known]})


def _read_shipped(sandbox: Sandbox) -> InSlices[list[dict[str, Any]]]:
    found = []
    for name in _shipped(sandbox):
        try:
            scenario = sandbox.shipped_scenario(name)
        except UnderstudyError:  # it is about a vendor that is not served
            continue
        if scenario.steps:
            found.append(_head(name, scenario))
        yield None
    return found


def _shipped(sandbox: Sandbox) -> Iterator[str]:
    for name in resources.scenarios():
        vendor, slash, _ = name.partition("/")
        if not slash or vendor in sandbox.vendors or vendor not in sandbox.available:
            yield name


def _head(name: str, scenario: Scenario) -> dict[str, Any]:
    return {
        "name": name,
        "title": scenario.title,
        "file": scenario.file,
        "steps": len(scenario.steps) + len(scenario.verify) + len(scenario.last),
    }


def play_story(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Begins a story in a session of its own; with `all` it is played to its end."""
    body = dict(request.body)
    every = body.pop("all", False)
    scenario = _of_the_sandbox(body, sandbox) or one_scenario(body, sandbox)
    if not scenario.steps:
        error = UnderstudyError("it has no steps to play", fix="Load it into a session instead")
        raise refused_scenario(error)
    try:
        play = yield from begin_play(sandbox, scenario)
    except UnderstudyError as error:
        raise refused_scenario(error) from None
    if every:
        yield from go_on(play, every)
    place = f"/__admin/sessions/{play.session.name}/story"
    return Reply(201, play.view(), headers=(("Location", place),))


def _of_the_sandbox(body: dict[str, Any], sandbox: Sandbox) -> Scenario | None:
    """The story of a file that the sandbox was started with."""
    file = body.get("name")
    return next((each for each in sandbox.first.scenarios if each.file == file), None)


def get_story(request: Request, sandbox: Sandbox) -> Reply:
    """The story of a session, and how far it is."""
    return Reply(200, _play(request, sandbox).view())


def next_step(request: Request, sandbox: Sandbox) -> InSlices[Reply]:
    """Plays the next step of a session's story, or all that are left."""
    play = _play(request, sandbox)
    try:
        yield from go_on(play, bool((request.body or {}).get("all")))
    except UnderstudyError as error:
        raise refused("STORY_REFUSED", error) from None
    return Reply(200, play.view())


def _play(request: Request, sandbox: Sandbox) -> StoryPlay:
    session = session_of(request, sandbox)
    play = play_of(session)
    if play is None:
        because = f"no story is played in session {session.name!r}"
        fix = "Begin one: POST /__admin/stories"
        raise unknown("STORY_NOT_FOUND", session.name, because, "session", [], fix)
    return play
