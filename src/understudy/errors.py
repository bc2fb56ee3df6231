"""What can be wrong with what a user gave us, and how it is told.

UnderstudyError             anything we refuse, with the place and the fix
├── InputError              a flag, an environment variable, an admin request
│   ├── ContractError       an OpenAPI document
│   └── ScenarioError       a scenario file
└── SimulationError         a world that cannot go on (a loop that never lets time pass)
"""

from __future__ import annotations


class UnderstudyError(Exception):
    """A refusal a person reads: where, what, and what to do about it."""

    exit_code = 2

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}. {self.fix}" if self.fix else head

    def at(self, where: str) -> UnderstudyError:
        """The same refusal, told with the place it happened at in front of its own."""
        place = f"{where}{self.where}" if self.where.startswith("/") else self.where or where
        return type(self)(self.what, where=place, fix=self.fix)


class InputError(UnderstudyError):
    """A flag, an environment variable or an admin request that cannot be used."""


class ContractError(InputError):
    """An OpenAPI document that cannot be served; `where` is `file#/json/pointer`."""


class ScenarioError(InputError):
    """A scenario that cannot be played; `where` is `file:line`."""

    others: tuple[ScenarioError, ...] = ()  # what else is wrong with it, in parts of their own


class SimulationError(UnderstudyError):
    """A world that cannot go on; `where` names the record."""
