"""A first story of a document: records made, read, changed and removed, as it was just played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.checks.document_calls import DocumentSandbox, path_of
from understudy.checks.example_calls import ExampleCall
from understudy.cli.replay_targets import InProcessTarget
from understudy.errors import UnderstudyError
from understudy.modeled.assembly import Modeled
from understudy.modeled.records import ALONE, Item
from understudy.scenarios.language.values import text
from understudy.scenarios.loader import shipped_text
from understudy.scenarios.stories.export import export
from understudy.scenarios.stories.replay import replay
from understudy.server.admin.scenarios import run_of

SHIPPED = "looply/lost-answer"  # where no document is served
ABOUT_IT = ("read", "merge", "replace", "delete")  # what is done to a record that was made
HEAD = """\
# A first story: `understudy replay` plays it, and pytest finds it as a test. It
# was played just so; `${...}` is what an answer told before.
"""
AFTER = ("understudy", "scenario", "vendor", "steps")  # keys in this order


def shipped_story() -> tuple[str, str]:
    """A name for its file, and the text of a story that ships."""
    return SHIPPED.partition("/")[0], shipped_text(SHIPPED)


def document_story(made: Modeled) -> tuple[str, str]:
    """The same of a document: the calls that come out alike when they are played again."""
    name = made.vendor.name.replace("-", "_")
    sandbox = DocumentSandbox(made)
    try:
        calls = list(_played(made, sandbox))
        for count in range(len(calls), 0, -1):
            sandbox.reset()
            for call in calls[:count]:
                sandbox.ask(call)
            told = _exported(made, sandbox)
            if told["steps"] and _plays(told, made, sandbox):
                return name, HEAD + text(told)
    finally:
        sandbox.close()
    nothing = {"understudy": 1, "scenario": f"{made.vendor.title}: nothing is asked yet"}
    return name, text({**nothing, "steps": [{"advance": {"by": "1m"}}]})


def _played(made: Modeled, sandbox: DocumentSandbox) -> Iterator[ExampleCall]:
    """The calls of the story, each asked once: the later ones are about what the first made."""
    operations = made.contract.operations
    for each in operations.values():
        if made.api.behaviour(each).role == "create" and each.broken is None:
            found = list(_life(made, sandbox, each.id))
            if len(found) > 1:
                yield from found
                return
            sandbox.reset()
    usual, _ = made.vendor.first_call
    if usual in operations and operations[usual].broken is None:
        yield sandbox.valid(usual)


def _life(made: Modeled, sandbox: DocumentSandbox, create: str) -> Iterator[ExampleCall]:
    """A record is made; then it is read, changed and removed, where the document can do so."""
    of = made.api.behaviour(made.contract.operations[create]).of
    call = sandbox.valid(create)
    before = set(_ids(sandbox, of))
    reply, _ = sandbox.ask(call)
    yield call
    new = [each for each in _items(sandbox, of) if each.id not in before]
    if reply.status >= 300 or len(new) != 1:
        return
    for role in ABOUT_IT:
        for plan in made.api.plans(of, role):
            if plan.operation.broken is None and not plan.behaviour.by:
                yield sandbox.valid(plan.operation.id).with_values(**path_of(plan, new[0]))
                break


def _items(sandbox: DocumentSandbox, of: str) -> list[Item]:
    records = sandbox.world.collections[of]
    return [each for each in records.ranked("every", ALONE, 0, len(records)) if type(each) is Item]


def _ids(sandbox: DocumentSandbox, of: str) -> list[str]:
    return [each.id for each in _items(sandbox, of)]


def _exported(made: Modeled, sandbox: DocumentSandbox) -> dict[str, Any]:
    """What was asked, as a story of that vendor."""
    session = sandbox.app.sandbox.session("default")
    told: Mapping[str, Any] = export(run_of(session), sandbox.app.sandbox.contract).scenario
    title = f"{made.vendor.title}: a record's life" if len(told["steps"]) > 1 else "A first call"
    story = {**told, "scenario": title, "vendor": made.vendor.name}
    return {key: story[key] for key in AFTER}


def _plays(story: Mapping[str, Any], made: Modeled, sandbox: DocumentSandbox) -> bool:
    """Whether it comes out as told when it is played again."""
    try:
        read = sandbox.app.sandbox.scenario_of(text(story), "story")
        report = replay(read, InProcessTarget(sandbox.client), (made.vendor,))
    except UnderstudyError:
        return False
    return report.ok
