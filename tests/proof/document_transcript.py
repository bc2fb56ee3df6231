"""Everything the small documents' calls are told, byte for byte: what no process may change."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from understudy.checks import answer_recipes
from understudy.checks.document_calls import DocumentSandbox
from understudy.checks.example_calls import ExampleCall
from understudy.modeled.sources import load

FOLDER = Path(__file__).parent / "documents"


def told(name: str) -> Iterator[str]:
    """Each call of a document's recipes and mistakes, in one session: its answer as it came."""
    (made,) = load(str(FOLDER / f"{name}.yaml"))
    sandbox = DocumentSandbox(made)
    for operation in made.contract.operations:
        for way in answer_recipes.mistakes(sandbox, operation):
            for step in way.steps:
                if isinstance(step, ExampleCall):
                    reply, _ = sandbox.ask(step)
                    yield f"{reply.status} {[*reply.headers]} {reply.body.decode('latin-1')}"
    sandbox.close()


if __name__ == "__main__":
    json.dump({name: [*told(name)] for name in sys.argv[1:]}, sys.stdout)
