"""Credentials: the keys of a world, how one is found, and the caller that has it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from understudy.simulation.collection import Record, by
from understudy.simulation.world import Kind, World

IN_QUERY = "?"  # what begins the name of a key among the headers of a signature: `?api_key`


class Credential(Record, frozen=True, kw_only=True):
    """A key of the world: what a client sends, whose it is, and what it may do."""

    key: str
    tenant: str = ""
    role: str = ""
    readings: tuple[str, ...] = ()  # where a page can be read in two ways: the less likely ones


class Caller(Struct, frozen=True, gc=False):
    """Who asks: the credential's name, its tenant, and the credential itself."""

    name: str
    tenant: str
    credential: Credential

    def meets(self, reading: str) -> bool:
        """Whether the vendor is to this caller as that reading of its pages has it."""
        return reading in self.credential.readings


def parted(signature: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The headers of a signature, and what of it travels in the query."""
    query = {n[1:]: text for n, text in signature.items() if n.startswith(IN_QUERY)}
    headers = {n: text for n, text in signature.items() if not n.startswith(IN_QUERY)}
    return headers, query


def credentials(record: type[Credential] = Credential) -> Kind[Credential]:
    """The kind every world has: its keys."""
    return Kind("credentials", record, indexes={"key": by("key")})


def find_credential(world: World, key: str | None) -> Credential | None:
    """The credential of that key; under `--any-key` the world's default, whatever came."""
    keys = world.collections["credentials"]
    found: Credential | None = None if key is None else keys.first("key", key)
    if found is None and key and "any_key" in world.flags:
        return default_credential(world)
    return found


def default_credential(world: World) -> Credential | None:
    """The credential called `default`, else the one that was declared first."""
    keys = world["credentials"]
    found: Credential | None = keys.get("default") or next(keys.as_added(), None)
    return found
