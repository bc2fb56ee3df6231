"""What is checked, and as whom: the caller, and another organisation that must see none of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Target:
    """One contract and the server that must be true to it."""

    name: str
    document: Mapping[str, Any]
    file: str  # where the document comes from, for messages
    base_url: str  # everything before the contract's paths
    app: Any = None  # an ASGI app instead of the network
    identities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # name -> headers
    # told the path template of each request before it is sent
    before: Callable[[str], None] | None = None
    # identity -> operationId -> headers, where operations want different ones
    signed: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


def written(target: Target, folder: Path) -> dict[str, Any]:
    """Who calls, and who else must not see what the caller sees, as Schemathesis reads it."""
    users = [
        {
            "name": name,
            "fixedHeaders": [{"name": key, "value": value} for key, value in headers.items()],
        }
        for name, headers in target.identities.items()
    ]
    path = folder / "identities.json"
    path.write_text(json.dumps({"auth": users}), encoding="utf-8")
    names = list(target.identities)
    auth: dict[str, Any] = {"path": str(path), "user": names[0]}
    if len(names) > 1:
        auth["peers"] = names
    return {"wfc": auth}


@dataclass(frozen=True)
class _Signing:
    """Schemathesis' provider of credentials for an identity with a key per operation."""

    by_operation: Mapping[str, Mapping[str, str]]

    def get(self, case: Any, context: Any) -> Mapping[str, str]:
        return self.by_operation[context.operation.definition.raw["operationId"]]

    def set(self, case: Any, data: Mapping[str, str], context: Any) -> None:
        case.headers.update(data)


def sign_by_operation(schema: Any, target: Target) -> None:
    """Every identity signs each operation with the key that it wants."""
    from schemathesis.wfc.escalation import escalating_provider

    provider = escalating_provider(schema)
    for name, by_operation in target.signed.items():
        assert provider is not None, "several identities were given"
        provider.providers[provider.names.index(name)] = _Signing(by_operation)
