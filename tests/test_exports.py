"""What users may import: `__all__` of the public packages, held against what is really there."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest

PUBLIC = ("understudy", "understudy.client", "understudy.vendor")


@pytest.mark.parametrize("package", PUBLIC)
def test_all_names_what_is_exported_in_order(package: str) -> None:
    module = import_module(package)
    exported = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(module.__all__) - {"__version__"} == exported
    assert module.__all__ == sorted(module.__all__, key=lambda each: (not each.isupper(), each))
