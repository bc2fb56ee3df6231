"""Understudy: a sandbox that stands in for real vendors' workflow APIs."""

from understudy.errors import (
    ContractError,
    InputError,
    ScenarioError,
    SimulationError,
    UnderstudyError,
)

__version__ = "0.1.0"

__all__ = [
    "ContractError",
    "InputError",
    "ScenarioError",
    "SimulationError",
    "UnderstudyError",
    "__version__",
]
