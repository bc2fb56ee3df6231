"""A sandbox that somebody works in, so that a check of the admin API has what to ask about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from understudy.checks import targets
from understudy.scenarios.stories.requests import StepRequest, build_request
from understudy.server.inprocess import ConnectionLost, ask
from understudy.server.sessions.sandbox import Sandbox
from understudy.settings import Settings
from understudy.vendor import Vendor, default_credential

TOKEN = "conformance"  # what the admin API wants here, so that its security is checked, too
DEFAULT = "default"  # the session of a call that names none
RULE = b'{"operation": "*", "skip": 1000000, "reply": 503}'  # it never acts
STORY = b'{"name": "looply/lost-answer"}'
STORY_SESSION = "replay-looply-lost-answer-yaml"  # an example in the admin API
PATIENCE = 0.2  # seconds for a call that only has to be in the journal
SIGNED = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
STORY_CALLS = (  # a story whose session has played none of it
    ("DELETE", f"/__admin/sessions/{STORY_SESSION}", b""),
    ("POST", "/__admin/stories", STORY),
)


class InUse:
    """A sandbox that somebody works in, so that the admin API has something to tell of.

    What the check resets and clears would stay empty otherwise: a call comes before each request
    that asks for what was asked, a rule before each that names one, and a story is begun before
    each that asks for the story of a session.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self.call = first_call(app.sandbox)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and b"/requests" in scope["raw_path"]:
            call = self.call
            # What the check invents may lose the call or make it wait: it has been asked by then.
            with suppress(ConnectionLost, TimeoutError):
                asked = ask(self.app, call.method, call.path, call.headers, call.body)
                await asyncio.wait_for(asked, PATIENCE)
        if scope["type"] == "http" and b"/rules/" in scope["raw_path"]:
            path = f"/__admin/sessions/{DEFAULT}/rules"
            await ask(self.app, "POST", path, SIGNED.items(), RULE)
        if scope["type"] == "http" and b"/story" in scope["raw_path"]:
            for method, path, body in STORY_CALLS:
                await ask(self.app, method, path, SIGNED.items(), body)
        await self.app(scope, receive, send)


def in_use(vendors: Sequence[Vendor], base: str, token: str | None) -> Callable[[str], None]:
    """The same for a sandbox that is served at `base`: what is called before a request there."""
    import httpx

    @cache
    def made() -> StepRequest:
        vendor = targets.ask(base, "/vendors", token)["vendors"][0]["name"]
        return first_call(Sandbox(Settings(vendors=(vendor,)), vendors))

    def before(path: str) -> None:
        if "/requests" in path:
            call = made()
            url = f"{base}/~{DEFAULT}{call.path}"
            with suppress(httpx.TransportError):  # as above
                httpx.request(
                    call.method,
                    url,
                    headers=call.headers,
                    content=call.body,
                    timeout=PATIENCE,
                    trust_env=False,
                )
        if "/story" in path:
            headers = {**targets.signed(token), "content-type": "application/json"}
            with suppress(httpx.TransportError):
                for method, at, body in STORY_CALLS:
                    url = f"{base}{at}"
                    httpx.request(method, url, headers=headers, content=body, trust_env=False)

    return before


def first_call(sandbox: Sandbox) -> StepRequest:
    """The call that the first vendor shows to a newcomer."""
    vendor = next(iter(sandbox.vendors.values()))
    contract = sandbox.contract(vendor.name)
    name, arguments = vendor.first_call
    key = default_credential(sandbox.session(DEFAULT).world(vendor.name))
    operation = contract.operations[name]
    signature = {} if key is None else vendor.signed(key, operation)
    call = build_request(contract, operation, arguments, signature, {})
    return call._replace(path=f"/{vendor.name}{call.path}")
