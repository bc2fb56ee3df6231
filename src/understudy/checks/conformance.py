"""Is the server true to its contracts? Every phase and every check of Schemathesis, none off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from understudy import resources
from understudy.checks import schemathesis_engine, targets
from understudy.checks.admin_in_use import TOKEN, InUse, in_use
from understudy.checks.allowances import operations
from understudy.checks.outcome import Progress, Report
from understudy.checks.targets import Target
from understudy.errors import InputError
from understudy.modeled.assembly import Modeled
from understudy.openapi.document import load as load_document
from understudy.server.app import create_app
from understudy.server.sessions.sandbox import Sandbox
from understudy.settings import DEFAULT_PORT, FROZEN, Settings
from understudy.simulation.clock import FROZEN_START
from understudy.vendor import Credential, Vendor, default_credential

ADMIN = "admin"
DEFAULT = "default"  # the session of a call that names none; the base world's first credential
MAX_EXAMPLES = 50  # requests drawn per operation in the fuzzing phase: about half a second each
IN_PROCESS = f"http://127.0.0.1:{DEFAULT_PORT}"  # so that a curl line fits a served sandbox


def run(
    vendors: Sequence[Vendor],
    names: Sequence[str] = (),
    *,
    documents: Sequence[Modeled] = (),
    url: str | None = None,
    token: str | None = None,
    max_examples: int | None = None,
    seed: int = 1,
    on_event: Callable[[Progress], object] = lambda progress: None,
) -> Report:
    """Checks these contracts (no name: all vendors, and admin) and documents, each in a sandbox of
    its own.

    With `url` the sandbox that is served there is asked instead, in a session per contract; its
    admin API as whoever has `token`.
    InputError for a name that does not exist, or where Schemathesis is not installed.
    """
    schemathesis_engine.require()
    drawn = MAX_EXAMPLES if max_examples is None else max_examples
    if drawn < 1:
        raise InputError("--max-examples must be at least 1", fix=f"The default is {MAX_EXAMPLES}")
    own = tuple(each.vendor.name for each in documents)
    contracts = (*(chosen(vendors, names) if names or not own else ()), *own)
    with targets.direct(url):
        if url is not None and not names and not own:
            served = (*targets.served(url), ADMIN)
            contracts = tuple(each for each in contracts if each in served)
        outcomes = []
        for name in contracts:
            world = exact_world(documents, name)
            with targets.session(url, name, token, world) if url else targets.nowhere() as base:
                target = target_of(name, vendors, base, token, documents)
                outcome = schemathesis_engine.check(
                    target, max_examples=drawn, seed=seed, on_event=on_event
                )
                outcomes.append(outcome)
    return Report(tuple(outcomes), seed, drawn)


def chosen(vendors: Sequence[Vendor], names: Sequence[str]) -> tuple[str, ...]:
    """The contracts that are meant; InputError with those there are."""
    known = (*(vendor.name for vendor in vendors), ADMIN)
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"unknown vendor {unknown[0]!r}", fix=f"There are {', '.join(known)}")
    return tuple(dict.fromkeys(names)) or known


def target_of(
    name: str,
    vendors: Sequence[Vendor],
    base: str | None,
    token: str | None = None,
    documents: Sequence[Modeled] = (),
) -> Target:
    """The contract of that name and who answers for it: a fresh sandbox, or the one at `base`."""
    made = next((each for each in documents if each.vendor.name == name), None)
    if made is not None:
        return document_target(made, base)
    path = resources.spec(name)
    document = load_document(path)
    prefix = "" if name == ADMIN else f"/{name}"
    target = Target(
        name,
        document,
        f"specs/{path.name}",
        f"{base or IN_PROCESS}{prefix}{base_path(document)}",
    )
    if name == ADMIN:
        target = as_admin(target, vendors, base, TOKEN if base is None else token)
    else:
        vendor = next(each for each in vendors if each.name == name)
        target = replace(target, identities=identities(vendor), signed=signed(vendor))
    return target if base is not None else replace(target, app=sandbox_of(name, vendors))


def document_target(made: Modeled, base: str | None) -> Target:
    """A user's document, with what it leaves open filled in and allowed."""
    from understudy.checks.document_target import CheckedDocument

    vendor, checked = made.vendor, CheckedDocument(made)
    app = None if base is not None else exact_sandbox_of(vendor, made)
    url = f"{base or IN_PROCESS}/{vendor.name}{made.contract.base_path}"
    return Target(
        vendor.name,
        checked.document,
        made.contract.file,
        url,
        app=app,
        identities=identities(vendor) if made.contract.schemes else {},
        signed=signed(vendor) if made.contract.schemes else {},
        excused=checked.excused,
        whole=checked.whole,
        passes=checked.passes,
    )


def as_admin(
    target: Target, vendors: Sequence[Vendor], base: str | None, token: str | None
) -> Target:
    """The admin API as whoever has that token sees it; what runs at `base` is put to use."""
    if token is None:
        target = replace(target, document=without_token(target.document))
    else:
        target = replace(target, identities={ADMIN: {"authorization": f"Bearer {token}"}})
    return target if base is None else replace(target, before=in_use(vendors, base, token))


def sandbox_of(name: str, vendors: Sequence[Vendor]) -> Any:
    """A sandbox in process: plain worlds, a clock that only calls move, every reply verified."""
    served = () if name == ADMIN else (name,)
    token = TOKEN if name == ADMIN else None
    settings = Settings(
        vendors=served, clock=FROZEN, magic=False, verify_replies=True, admin_token=token
    )
    app = create_app(settings, vendors)
    if name == ADMIN:
        return InUse(app)
    app.sandbox.session(DEFAULT).clock.each_call = targets.EACH_CALL
    return app


def exact_sandbox_of(vendor: Vendor, made: Modeled | None = None) -> Any:
    """A document's sandbox in which its one key counts, and no other: else each would do."""
    app = sandbox_of(vendor.name, (vendor,))
    if made is not None:
        from understudy.checks.document_calls import begin_with

        begin_with(app, made)
    session = app.sandbox.session(DEFAULT)
    world = session.world(vendor.name)
    key = default_credential(world)
    if key is not None:
        entry = {"name": DEFAULT, "key": key.key}
        vendor.populate(world, {"credentials": [entry]}, session.started)
    return app


def exact_world(documents: Sequence[Modeled], name: str) -> Mapping[str, Any] | None:
    """What makes a served document's one key count, and no other; None: it is no document's."""
    made = next((each for each in documents if each.vendor.name == name), None)
    if made is None or not made.contract.schemes:
        return None
    world = sandbox_of(name, (made.vendor,)).sandbox.session(DEFAULT).world(name)
    key = default_credential(world)
    if key is None:
        return None
    return {name: {"credentials": [{"name": DEFAULT, "key": key.key}]}}


def base_path(document: Mapping[str, Any]) -> str:
    """What the contract's server puts before every path."""
    url: str = document["servers"][0]["url"]
    return urlsplit(url).path.rstrip("/")


def without_token(document: Mapping[str, Any]) -> dict[str, Any]:
    """The admin API as it is without a token: open."""
    served = deepcopy({**document, "security": []})
    for _, _, operation, _ in operations(served):
        operation.update(security=[])
    return served


def identities(vendor: Vendor) -> dict[str, Mapping[str, str]]:
    """The headers of the base world's own key, and of the first one of another organisation."""
    return {each.id: vendor.sign(each) for each in callers(plain_sandbox(vendor), vendor.name)}


def signed(vendor: Vendor) -> dict[str, dict[str, Mapping[str, str]]]:
    """The same by operation, for a vendor whose operations want different keys."""
    if vendor.sign_for is None:
        return {}
    sandbox = plain_sandbox(vendor)
    every = sandbox.contract(vendor.name).operations.values()
    return {
        each.id: {operation.id: vendor.signed(each, operation) for operation in every}
        for each in callers(sandbox, vendor.name)
    }


def plain_sandbox(vendor: Vendor) -> Sandbox:
    """A sandbox of that vendor with its base world alone."""
    return Sandbox(Settings(magic=False), (vendor,))


def callers(sandbox: Sandbox, name: str) -> list[Credential]:
    """The base world's own credential, and the first one of another organisation."""
    keys = sandbox.new_world(name, (), 0, FROZEN_START)["credentials"]
    own = keys.get(DEFAULT) or next(iter(keys), None)
    if own is None:
        return []
    other = next((each for each in keys.as_added() if each.tenant != own.tenant), None)
    return [own] if other is None else [own, other]
