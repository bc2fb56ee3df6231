"""What a person pastes to call a vendor: a line for a shell, and the headers that carry a key."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from understudy.openapi.operation import Contract
from understudy.scenarios.stories.requests import StepRequest
from understudy.server.pipeline.credential_hints import CredentialHeaders, credential_headers
from understudy.vendor import Credential, Vendor


def ways_of(
    vendor: Vendor, contract: Contract, credential: Credential | None
) -> Sequence[CredentialHeaders]:
    """How the key is sent, by operation; of a document, which may be large, as most want it."""
    if credential is None or not contract.schemes:
        return ()
    if contract.own:
        return credential_headers(vendor, contract, credential)
    return (CredentialHeaders(vendor.sign(credential), ()),)


def curl(vendor: Vendor, origin: str, call: StepRequest) -> str:
    """A call as a line for a shell."""
    parts = ["curl", "-i"]
    if call.method != ("POST" if call.body else "GET"):
        parts += ["-X", call.method]
    parts.append(quote(f"{origin}/{vendor.name}{call.path}"))
    for header, value in call.headers:
        parts += ["-H", quote(f"{header}: {value}")]
    if call.body:
        parts += ["-d", quote(call.body.decode())]
    return " ".join(parts)
