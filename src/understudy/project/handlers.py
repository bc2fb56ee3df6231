"""Functions by operationId in `handlers.py` beside a project: what YAML cannot say."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from functools import wraps
from importlib.util import module_from_spec, spec_from_file_location
from inspect import Parameter, iscoroutinefunction, isfunction, signature
from pathlib import Path
from traceback import extract_tb
from types import FunctionType, ModuleType
from typing import Any

from understudy.errors import InputError
from understudy.openapi.operation import Contract
from understudy.project.discovery import shown
from understudy.scenarios.language.operations import known
from understudy.simulation.world import World
from understudy.vendor import Handler, Problem, Reply, Request

FILE = "handlers.py"
MODULE = "understudy_project_handlers"
TAKES = "def {}(request, world): ... return Reply(200, {{...}})"
NO_NAME = re.compile(r"\W")


def read(path: Path, contracts: Mapping[str, Contract]) -> Mapping[str, Mapping[str, Handler]]:
    """The functions of the file beside a project, by document and operationId; InputError with
    file and line for one that cannot be meant."""
    found: dict[str, dict[str, Handler]] = {}
    for function in _functions(_loaded(path)):
        document, operation = _meant(function, contracts, path)
        _check(function, path)
        found.setdefault(document, {})[operation] = _guarded(function, path)
    return found


def _loaded(path: Path) -> ModuleType:
    """The file's module, imported anew; what it may import lies beside it."""
    spec = spec_from_file_location(MODULE, path)
    assert spec is not None, "a file that ends with .py has one"
    assert spec.loader is not None, "and a loader"
    module = module_from_spec(spec)
    beside = str(path.parent.resolve())
    sys.modules[MODULE] = module
    sys.path.insert(0, beside)
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        where = f"{shown(Path(error.filename or path))}:{error.lineno or 1}"
        raise InputError(f"this is no Python: {error.msg}", where=where, fix="Mend it") from None
    except Exception as error:
        what = f"it cannot be imported: {_described(error)}"
        raise InputError(what, where=_place(error, path), fix="Mend it") from None
    finally:
        sys.path.remove(beside)
    return module


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")


def _place(error: BaseException, path: Path) -> str:
    """The last line of the file that an error came by."""
    own = str(path)
    lines = [each.lineno for each in extract_tb(error.__traceback__) if each.filename == own]
    return f"{shown(path)}:{lines[-1] if lines and lines[-1] else 1}"


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """What the file defines itself, but for names that begin with _."""
    for name, value in vars(module).items():
        if isfunction(value) and value.__module__ == MODULE and not name.startswith("_"):
            yield value


def _line(function: FunctionType, path: Path) -> str:
    return f"{shown(path)}:{function.__code__.co_firstlineno}"


def _meant(
    function: FunctionType, contracts: Mapping[str, Contract], path: Path
) -> tuple[str, str]:
    """The document and the operation that a function is called after."""
    name = function.__name__
    spelt = {
        (document, each): NO_NAME.sub("_", each)
        for document, contract in contracts.items()
        for each in contract.operations
    }
    meant = [place for place, written in spelt.items() if written == name]
    if len(meant) == 1:
        return meant[0]
    if meant:
        what = f"{' and '.join(document for document, _ in meant)} have an operation `{name}`"
        fix = "Give one of them another operationId"
        raise InputError(what, where=_line(function, path), fix=fix)
    fix = f"{known(name, list(dict.fromkeys(spelt.values())))}; a name for itself begins with _"
    what = f"no operation is called `{name}`"
    raise InputError(what, where=_line(function, path), fix=fix)


def _check(function: FunctionType, path: Path) -> None:
    """InputError unless it can be called with a request and a world."""
    name = function.__name__
    places = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    takes = [each for each in signature(function).parameters.values() if each.kind in places]
    try:
        signature(function).bind(None, None)
    except TypeError:
        there = ", ".join(each.name for each in takes) or "nothing"
        what = f"`{name}` takes {there}, and is called with a request and a world"
        fix = f"Write {TAKES.format(name)}"
        raise InputError(what, where=_line(function, path), fix=fix) from None
    if iscoroutinefunction(function):
        what = f"`{name}` is async, and nothing may wait while a request is answered"
        raise InputError(what, where=_line(function, path), fix=f"Write {TAKES.format(name)}")


def _guarded(function: FunctionType, path: Path) -> Handler:
    """The function; what it does wrongly is told as its own mistake, and changes nothing."""

    @wraps(function)
    def handle(request: Request, world: World) -> Reply:
        before = world.fork()
        try:
            reply: Any = function(request, world)
            if type(reply) is Reply:
                return reply
            what = f"`{function.__name__}` returned {_kind(reply)}, not a Reply"
            place = _line(function, path)
        except Problem:
            world.restore(before)
            raise
        except Exception as error:
            what, place = f"`{function.__name__}` failed: {_described(error)}", _place(error, path)
        world.restore(before)
        raise Problem("internal", f"{place}: {what}")

    return handle


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
