"""Every exception of the package, as a tree; what a user gave us wrongly is an UnderstudyError.

Exception
├── UnderstudyError             anything we refuse, with the place and the fix
│   ├── InputError              a flag, an environment variable, an admin request
│   │   ├── ContractError       an OpenAPI document
│   │   ├── IllegalTransition   simulation: an event that a record's state does not allow
│   │   ├── Refused             client: the sandbox refuses an admin call
│   │   ├── ScenarioError       a scenario file
│   │   │   ├── UnknownScenario     no shipped scenario and no file has that name
│   │   │   └── UnreadableScenario  a file that cannot be read
│   │   └── TooManySessions     server: a session beyond the bound
│   └── SimulationError         a world that cannot go on (a loop that never lets time pass)
├── AssertionError
│   └── VerificationFailed      client: other calls came than a test wanted
├── CallTimeout                 server: nothing came within the caller's timeout
├── ConnectionLost              server: a fault dropped the connection
├── EvaluationError             modeled: an expression that has no value for what it is asked about
├── ExpressionError             modeled: an expression that cannot be used
├── Misread                     modeled: a value with an expression in it that cannot be used
├── Problem                     vendor: why a call is refused; the envelope gives it its form
│   └── WordedRefusal           modeled: one whose whole answer somebody wrote
├── Refused                     server: a request beyond a bound, answered before it is whole
├── RuntimeError
│   └── UnexpectedHost          client: a call to a host that is no vendor's was stopped
├── StoryFailed                 plugin: a story of a scenario file came out otherwise
├── Unfinished                  server: the client left before its request was whole
├── Unwritable                  scenarios: a request that no step can send
├── UnusableError               openapi: a file that a reference may not or cannot mean
└── ValueError
    ├── TooManyParts            openapi: a multipart body beyond its bound
    └── Unsupported             openapi: a pattern that no sample can be written for
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
