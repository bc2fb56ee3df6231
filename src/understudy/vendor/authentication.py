"""Credentials: the keys of a world, how one is found, and the caller that has it."""

from __future__ import annotations

from msgspec import Struct

from understudy.simulation.collection import Record, by
from understudy.simulation.world import Kind, World


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
