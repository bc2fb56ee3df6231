"""A rule as it stands in a session."""

from __future__ import annotations

from typing import NamedTuple

from understudy.scenarios.rules.rule import Rule


class RuleStatus(NamedTuple):
    """A rule in a session: where it came from, how often it matched and acted."""

    id: str
    rule: Rule
    origin: str  # the scenario's title, admin, magic
    matched: int
    acted: int
    on: bool = True  # somebody may have switched it off

    @property
    def spent(self) -> bool:
        """Whether it has acted as often as it may."""
        return self.rule.times is not None and self.acted >= self.rule.times
