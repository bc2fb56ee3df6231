"""Everything a vendor's calls and stories are told, byte for byte: what no process may change."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from understudy import resources
from understudy.checks import answer_recipes
from understudy.cli.replay_targets import InProcessTarget
from understudy.scenarios.stories.replay import replay
from understudy.server.inprocess import Answered, ConnectionLost, InProcess
from understudy.vendors import VENDORS

from .door import Door, ExampleCall


class Recording(InProcess):
    """Keeps what crossed the wire."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.heard: list[Any] = []

    def ask(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        timeout: float | None = None,
    ) -> Answered:
        try:
            reply = super().ask(method, target, headers, body, timeout)
        except ConnectionLost as lost:
            self.heard.append(str(lost))
            raise
        told = [list(each) for each in reply.headers]
        self.heard.append([reply.status, told, reply.body.decode("latin-1")])
        return reply


def of_calls(door: Door) -> list[Any]:
    """Every call of the vendor's recipes and mistakes, in the session as it is."""
    recording = door.client = _instead(door)
    for operation in door.contract.operations:
        for way in (
            *answer_recipes.mistakes(door, operation),
            *answer_recipes.own(door, operation),
        ):
            for step in way.steps:
                if isinstance(step, ExampleCall):
                    door.send(step)
                else:
                    door.advance(step)
    return recording.heard


def of_stories(door: Door) -> list[Any]:
    """Every story that ships for the vendor, each in a session of its own."""
    recording = door.client = _instead(door)
    for name in resources.scenarios():
        if name.startswith(f"{door.vendor}/"):
            story = door.app.sandbox.scenario(name)
            if story.steps:
                replay(story, InProcessTarget(recording), VENDORS, environment={})
    return recording.heard


def _instead(door: Door) -> Recording:
    door.client.close()
    return Recording(door.app)


def main(arguments: Sequence[str]) -> None:
    with Door(arguments[0]) as door:
        json.dump({"calls": of_calls(door), "stories": of_stories(door)}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
