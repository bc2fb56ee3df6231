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

from .contract_client import ContractClient, ExampleCall


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


def of_calls(client: ContractClient) -> list[Any]:
    """Every call of the vendor's recipes and mistakes, in the session as it is."""
    recording = client.client = _instead(client)
    for operation in client.contract.operations:
        for way in (
            *answer_recipes.mistakes(client, operation),
            *answer_recipes.own(client, operation),
        ):
            for step in way.steps:
                if isinstance(step, ExampleCall):
                    client.send(step)
                else:
                    client.advance(step)
    return recording.heard


def of_stories(client: ContractClient) -> list[Any]:
    """Every story that ships for the vendor, each in a session of its own."""
    recording = client.client = _instead(client)
    for name in resources.scenarios():
        if name.startswith(f"{client.vendor}/"):
            story = client.app.sandbox.scenario(name)
            if story.steps:
                replay(story, InProcessTarget(recording), VENDORS, environment={})
    return recording.heard


def _instead(client: ContractClient) -> Recording:
    client.client.close()
    return Recording(client.app)


def main(arguments: Sequence[str]) -> None:
    with ContractClient(arguments[0]) as client:
        json.dump({"calls": of_calls(client), "stories": of_stories(client)}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
