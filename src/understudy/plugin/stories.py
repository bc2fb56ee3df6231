"""Files `test_*.scenario.yaml`: each is a test that plays its steps in a sandbox in process."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from understudy.cli.replay_output import outcome_lines
from understudy.cli.replay_targets import InProcessTarget
from understudy.cli.replay_until import with_replay
from understudy.client import create_app
from understudy.errors import UnderstudyError
from understudy.plugin.config import settings_of_stories
from understudy.scenarios.stories.model import Scenario
from understudy.scenarios.stories.replay import replay
from understudy.scenarios.stories.report import Report
from understudy.server.inprocess import InProcess

_APP: pytest.StashKey[Any] = pytest.StashKey()


class StoryFile(pytest.File):
    """A scenario file as a collector of one test."""

    def collect(self) -> Iterable[pytest.Item]:
        try:
            story = _app(self.config).sandbox.scenario(str(self.path))
        except UnderstudyError as error:
            raise self.CollectError(str(error)) from None
        if not story.steps:
            raise self.CollectError(f"{self.path}: it has no steps to play. Give it `steps`")
        yield Story.from_parent(self, name=story.title, story=story)


class Story(pytest.Item):
    """A story that is played."""

    def __init__(self, *, story: Scenario, **options: Any) -> None:
        super().__init__(**options)
        self.story = story

    def runtest(self) -> None:
        app = _app(self.config)
        vendors = tuple(app.sandbox.vendors.values())
        with InProcess(app) as process:
            try:
                report = replay(
                    self.story,
                    InProcessTarget(process),
                    vendors,
                    begun=app.sandbox.begun.says,
                )
            except UnderstudyError as error:
                pytest.fail(str(error), pytrace=False)
        if not report.ok:
            raise StoryFailed(report, self.story)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any) -> Any:
        """The steps as `understudy replay` tells them."""
        if not isinstance(excinfo.value, StoryFailed):
            return super().repr_failure(excinfo, *args)
        return "\n".join(excinfo.value.lines())

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"story: {self.story.title}"


class StoryFailed(Exception):
    """Something came otherwise than a story tells."""

    def __init__(self, report: Report, story: Scenario) -> None:
        super().__init__(report.title)
        self.report = report
        self.story = story

    def lines(self) -> Iterable[str]:
        yield f"{self.report.title}: {self.report.verdict}"
        for outcome in with_replay(self.report.outcomes, self.story.file, None):
            yield from outcome_lines(outcome)


def _app(config: pytest.Config) -> Any:
    """One application for all stories of a run: its contracts are compiled once."""
    if _APP not in config.stash:
        config.stash[_APP] = create_app(settings_of_stories(config))
    return config.stash[_APP]
