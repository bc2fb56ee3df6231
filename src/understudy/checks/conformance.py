"""Is the server true to its contracts? Every phase and every check of Schemathesis, none off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from understudy import resources
from understudy.checks import engine, remote
from understudy.checks.engine import Target
from understudy.checks.outcome import Progress, Report
from understudy.errors import InputError
from understudy.openapi.document import load as load_document
from understudy.server.app import create_app
from understudy.server.sessions import Sandbox
from understudy.settings import DEFAULT_PORT, FROZEN, Settings
from understudy.simulation.clock import FROZEN_START
from understudy.vendors import VENDORS

ADMIN = "admin"
MAX_EXAMPLES = 50  # requests drawn per operation in the fuzzing phase: about half a second each
IN_PROCESS = f"http://127.0.0.1:{DEFAULT_PORT}"  # so that a curl line fits a served sandbox


def run(
    vendors: Sequence[str] = (),
    *,
    url: str | None = None,
    max_examples: int | None = None,
    seed: int = 1,
    on_event: Callable[[Progress], object] = lambda progress: None,
) -> Report:
    """Checks these contracts (none named: all, and admin), each against a sandbox of its own.

    With `url` the sandbox that is served there is asked instead, in a session per contract.
    InputError for a name that does not exist, or where Schemathesis is not installed.
    """
    engine.require()
    drawn = MAX_EXAMPLES if max_examples is None else max_examples
    if drawn < 1:
        raise InputError("--max-examples must be at least 1", fix=f"The default is {MAX_EXAMPLES}")
    outcomes = []
    for name in chosen(vendors):
        with remote.session(url, name) if url else remote.nowhere() as base:
            target = target_of(name, base)
            outcome = engine.check(target, max_examples=drawn, seed=seed, on_event=on_event)
            outcomes.append(outcome)
    return Report(tuple(outcomes), seed, drawn)


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The contracts that are meant; InputError with those there are."""
    known = (*(vendor.name for vendor in VENDORS), ADMIN)
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"unknown vendor {unknown[0]!r}", fix=f"There are {', '.join(known)}")
    return tuple(dict.fromkeys(names)) or known


def target_of(name: str, base: str | None) -> Target:
    """The contract of that name and who answers for it: a fresh sandbox, or the one at `base`."""
    path = resources.spec(name)
    document = load_document(path)
    app = None
    if base is None:
        served = () if name == ADMIN else (name,)
        app = create_app(Settings(vendors=served, clock=FROZEN, magic=False, verify_replies=True))
    prefix = "" if name == ADMIN else f"/{name}"
    return Target(
        name,
        document,
        f"specs/{path.name}",
        f"{base or IN_PROCESS}{prefix}{base_path(document)}",
        app,
        {} if name == ADMIN else identities(name),
    )


def base_path(document: Mapping[str, Any]) -> str:
    """What the contract's server puts before every path."""
    return urlsplit(document["servers"][0]["url"]).path.rstrip("/")


def identities(name: str) -> dict[str, Mapping[str, str]]:
    """The base world's first key, and the first of another organisation."""
    sandbox = Sandbox(Settings(vendors=(name,), magic=False), VENDORS)
    vendor = sandbox.vendors[name]
    keys = list(sandbox.new_world(name, (), 0, FROZEN_START)["credentials"])
    if not keys:
        return {}
    others = [each for each in keys if each.tenant != keys[0].tenant]
    return {each.id: vendor.sign(each) for each in [keys[0], *others[:1]]}
