"""A story that is played in a session of this sandbox, a step at a time or all of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from threading import Thread
from typing import Any
from weakref import WeakKeyDictionary

from understudy.errors import InputError
from understudy.scenarios.stories.context import StoryContext
from understudy.scenarios.stories.model import Advance, CallStep, Scenario
from understudy.scenarios.stories.replay import Play, read_variables
from understudy.scenarios.stories.report import Outcome
from understudy.scenarios.stories.step_names import sentence
from understudy.scenarios.stories.target import Answered, Headers, Lost
from understudy.scenarios.stories.target import Session as StorySession
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.sessions.session import Session
from understudy.slices import InSlices

PATIENCE = 60  # seconds that a call of a story may take
LOOK = 0.002  # seconds between two looks whether a step is done

_plays: WeakKeyDictionary[Session, StoryPlay] = WeakKeyDictionary()


class SandboxTarget:
    """The sandbox itself, asked from a thread of its own while its loop goes on."""

    def __init__(self, sandbox: Sandbox, loop: asyncio.AbstractEventLoop) -> None:
        self.sandbox, self.loop = sandbox, loop

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        """One request, as from any client."""
        assert self.sandbox.ask_itself is not None
        asked = self.sandbox.ask_itself(method, path, headers, body)
        waiting = asyncio.run_coroutine_threadsafe(_awaited(asked), self.loop)
        try:
            return waiting.result(PATIENCE)
        except TimeoutError:
            waiting.cancel()
            return Lost(f"nothing came in {PATIENCE} s")


async def _awaited(asked: Any) -> Answered | Lost:
    answer: Answered | Lost = await asked
    return answer


class StoryPlay:
    """A story, its session, and how far it is."""

    def __init__(
        self,
        scenario: Scenario,
        target: SandboxTarget,
        session: StorySession,
        outcomes: Iterator[Outcome],
    ) -> None:
        self.scenario = scenario
        self.target = target
        self.session = session
        self.outcomes: list[Outcome] = []
        self.is_busy = False
        self.is_over = False
        self._coming = outcomes

    def advance(self, every: bool) -> None:
        """Plays the next step, or all that are left."""
        for outcome in self._coming:
            self.outcomes.append(outcome)
            if not every:
                break
        self.is_over = len(self.outcomes) >= self.length

    @property
    def length(self) -> int:
        """How many steps and verifications it has."""
        story = self.scenario
        return len(story.steps) + len(story.verify) + len(story.last)

    @property
    def verdict(self) -> str:
        """What it has come to."""
        if any(each.verdict == "failed" for each in self.outcomes):
            return "failed"
        return "passed" if self.is_over else "playing"

    def view(self) -> dict[str, Any]:
        """As the admin API tells it."""
        return {
            "session": self.session.name,
            "title": self.scenario.title,
            "file": self.scenario.file,
            "verdict": self.verdict,
            "left": self.length - len(self.outcomes),
            "steps": [*map(_played, self.outcomes), *self._still()],
        }

    def _still(self) -> Iterator[dict[str, Any]]:
        story = self.scenario
        every = [
            *((sentence(step), _kind(step)) for step in story.steps),
            *((f"{each.target}: {each.expected}", "verify") for each in story.verify),
            *((sentence(step), _kind(step)) for step in story.last),
        ]
        for told, kind in every[len(self.outcomes) :]:
            yield {"sentence": told, "kind": kind, "verdict": None}


def _kind(step: Any) -> str:
    if isinstance(step, CallStep):
        return "call"
    return "advance" if isinstance(step, Advance) else "change"


def _played(outcome: Outcome) -> dict[str, Any]:
    told = {
        "where": outcome.where,
        "sent": outcome.sent,
        "expected": outcome.expected,
        "actual": outcome.got,
        "because": outcome.because,
        "request": outcome.request,
    }
    return {
        "sentence": outcome.sentence or outcome.name,
        "kind": outcome.kind,
        "verdict": outcome.verdict,
        **{name: text for name, text in told.items() if text},
        **({"differences": list(outcome.differences)} if outcome.differences else {}),
    }


def begin_play(sandbox: Sandbox, scenario: Scenario) -> InSlices[StoryPlay]:
    """Starts a session for a story; what it gets wrong is an UnderstudyError."""
    target = SandboxTarget(sandbox, asyncio.get_running_loop())
    variables = read_variables(scenario, os.environ)
    vendors = tuple(sandbox.vendors.values())
    token = sandbox.settings.admin_token
    is_loaded = any(each is scenario for each in sandbox.first.scenarios)

    def begin() -> StoryPlay:
        session = StorySession.start(target, scenario, token=token, is_loaded=is_loaded)
        context = StoryContext(scenario, session, vendors, variables, None)
        return StoryPlay(scenario, target, session, Play(scenario, session, context).outcomes())

    play: StoryPlay = yield from _in_a_thread(begin)
    _plays[sandbox.sessions[play.session.name]] = play
    return play


def go_on(play: StoryPlay, every: bool) -> InSlices[None]:
    """Plays the next step of a story or all of them; InputError while another one is played."""
    if play.is_busy:
        raise InputError("a step of this story is being played", fix="Wait until it is done")
    play.is_busy = True
    play.target.loop = asyncio.get_running_loop()  # in process each call may have another
    try:
        yield from _in_a_thread(lambda: play.advance(every))
    finally:
        play.is_busy = False


def play_of(session: Session) -> StoryPlay | None:
    """The story that is played in a session."""
    return _plays.get(session)


def _in_a_thread(work: Any) -> InSlices[Any]:
    """What comes of work that asks the sandbox itself; other calls are answered meanwhile."""
    done: list[Any] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except Exception as error:
            failed.append(error)

    thread = Thread(target=run, name="story", daemon=True)
    thread.start()
    while thread.is_alive():
        yield LOOK
    if failed:
        raise failed[0]
    return done[0]
