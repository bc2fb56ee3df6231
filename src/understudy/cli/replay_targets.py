"""What a story is played against: a sandbox in this process, or one that runs behind a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from msgspec import structs

from understudy.cli.vendors import sandbox_of, vendor_named
from understudy.errors import InputError
from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.stories.context import DEFAULT, Signer
from understudy.scenarios.stories.model import CallStep, Scenario
from understudy.scenarios.stories.target import Answered, Headers, Lost, Target, is_sandbox
from understudy.settings import FROZEN, LONGEST_JOURNAL, Settings
from understudy.vendor import Credential, Vendor, default_credential
from understudy.vendors import NAMES, shipped

FRESH = Settings(clock=FROZEN, journal=LONGEST_JOURNAL)
PATIENCE = 60  # seconds for one answer; a story's waits are virtual


class InProcessTarget:
    """The application in this process, without a port."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        """One request to the application."""
        from understudy.server.inprocess import ConnectionLost

        try:
            answer = self.client.ask(method, path, headers, body)
        except ConnectionLost as lost:
            return Lost(str(lost))
        return Answered(answer.status, answer.headers, answer.body)


class HttpTarget:
    """A sandbox over HTTP."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def send(self, method: str, path: str, headers: Headers, body: bytes) -> Answered | Lost:
        """One request over the network."""
        import httpx

        try:
            answer = self.client.request(method, path, headers=list(headers), content=body)
        except httpx.TransportError as error:
            return Lost(f"{type(error).__name__}: {error}".rstrip(": "))
        return Answered(answer.status_code, answer.headers.multi_items(), answer.content)


@contextmanager
def target(
    url: str | None, vendors: Sequence[Vendor] = (), settings: Settings = FRESH
) -> Iterator[Target]:
    """The sandbox behind that URL; None: a fresh one in this process."""
    if url is None:
        from understudy.server.app import create_app
        from understudy.server.inprocess import InProcess

        with InProcess(create_app(settings, vendors or shipped(), NAMES)) as client:
            yield InProcessTarget(client)
    else:
        import httpx

        from understudy.server.wire.listen import is_loopback

        # No proxy knows this machine; beyond it there may be no other way.
        beyond = not is_loopback(urlsplit(url).hostname or "")
        with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=beyond) as client:
            yield HttpTarget(client)


def base_of_paths(url: str, stories: Sequence[Scenario]) -> str:
    """Where the paths of the stories begin: a base URL of a vendor ends with a part of them.

    What `serve` and `env` print for a vendor is the sandbox that it is served in.
    """
    contracts = {each.name: each for story in stories for each in _contracts(story)}
    for name, contract in contracts.items():
        base = url.rstrip("/")
        if not contract.base_path or base.endswith(contract.base_path):
            base = base.removesuffix(contract.base_path)
            origin = base.removesuffix(f"/{name}")
            if origin != base and "/~" not in origin and _serves(origin):
                return origin
            if base != url:
                return base
    return url


def _contracts(story: Scenario) -> list[Contract]:
    return [step.contract for step in story.steps if isinstance(step, CallStep)]


def _serves(origin: str) -> bool:
    with target(origin) as chosen:
        return is_sandbox(chosen)


def signer(environment: Mapping[str, str]) -> Signer:
    """Keys by the variables that `understudy env VENDOR` names; `as: other` adds `_OTHER`."""

    def signed(vendor: Vendor, operation: Operation, name: str) -> tuple[Mapping[str, str], str]:
        usual = _default_credential(vendor)
        if usual is None:
            return {}, "nobody"
        more = "" if name == DEFAULT else f"_{re.sub('[^A-Za-z0-9]', '_', name).upper()}"
        own = {f"{each}{more}": what for each, what in vendor.exports.items() if what != "url"}
        said = {what: environment.get(variable, "") for variable, what in own.items()}
        caller = structs.replace(usual, id=name, **said)
        headers = vendor.signed(caller, operation)
        used = [each for each, what in own.items() if said[what] and _carries(headers, said[what])]
        if used:
            return headers, f"{name}: {', '.join(used)} in {', '.join(headers)}"
        known, wanted = structs.asdict(usual), vendor.signed(usual, operation)
        keys = [each for each, what in own.items() if _carries(wanted, str(known[what] or "\n"))]
        lacks = f"{', '.join(keys)} is not set"
        if more:
            raise InputError(f"there is no credential `{name}`: {lacks}", fix="Export it")
        return {}, f"nobody: {lacks}"

    return signed


def _carries(headers: Mapping[str, str], text: str) -> bool:
    return any(text in value for value in headers.values())


def _default_credential(vendor: Vendor) -> Credential | None:
    """The same of a document, too."""
    if vendor.contract is None:
        return _usual_credential(vendor.name)
    return default_credential(sandbox_of(vendor).session("env").world(vendor.name))


@cache
def _usual_credential(vendor: str) -> Credential | None:
    """The credential that a newcomer has in the sandbox: of what kind a client's is."""
    return default_credential(sandbox_of(vendor_named(vendor)).session("env").world(vendor))
