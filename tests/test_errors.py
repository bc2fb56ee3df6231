"""The tree of exceptions in the docstring of `errors`, held against the classes there are."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path

from understudy import errors

SOURCE = Path(errors.__file__).parent
BRANCH = re.compile("([│├└─ ]*)([A-Z][A-Za-z]+)")
WIDTH = 4  # columns of one level of the tree


def drawn() -> Iterator[tuple[str, str]]:
    """Each exception of the tree with the one that it is below."""
    path: list[str] = []
    lines = iter((errors.__doc__ or "").splitlines())
    for line in lines:
        if line == "Exception" or path:
            branch = BRANCH.match(line)
            assert branch is not None, line
            depth = len(branch[1]) // WIDTH
            path = [*path[:depth], branch[2]]
            if depth:
                yield path[-1], path[-2]


def defined() -> Iterator[tuple[str, str]]:
    """Each public exception of the source with its base, and the built-in ones these have."""
    classes = [
        (node.name, base.id)
        for file in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for base in node.bases
        if isinstance(base, ast.Name)
    ]
    known = {"Exception", *(name for name in vars(builtins) if name.endswith("Error"))}
    while more := {name for name, base in classes if base in known} - known:
        known |= more
    for name, base in classes:
        if base in known:
            yield name, base
            if base != "Exception" and hasattr(builtins, base):
                yield base, "Exception"


def test_the_tree_has_every_exception_below_its_base() -> None:
    tree = list(drawn())
    assert sorted(set(tree)) == sorted(set(defined()))
    assert len(tree) == len(set(tree))


def test_siblings_stand_in_order() -> None:
    tree = list(drawn())
    for parent in {parent for _, parent in tree} - {"Exception", "UnderstudyError"}:
        siblings = [name for name, base in tree if base == parent]
        assert siblings == sorted(siblings)


def test_a_refusal_tells_its_place_and_its_fix() -> None:
    error = errors.InputError("no such state", where="/state", fix="Write DONE")
    assert str(error) == "/state: no such state. Write DONE"
    assert str(error.at("world.yaml:3#")) == "world.yaml:3#/state: no such state. Write DONE"
    assert error.exit_code == 2
