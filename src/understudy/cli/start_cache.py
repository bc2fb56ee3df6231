"""What `serve` told of the vendors that ship when they were last served, kept by content: neither
their contracts nor their worlds need be made to tell it again."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from understudy import resources
from understudy.cli.serve_output import Served
from understudy.openapi.cache import cache_key, keep, recall
from understudy.server.admin import CONTRACT
from understudy.server.sessions.catalog import BASE
from understudy.server.sessions.sandbox import Sandbox

FORMAT = 1  # raise it when what is kept changes


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a vendor; of our own API only that its contract is one."""

    origin: str
    served: Served | None


class StartCache:
    """What is known of what this sandbox serves from the starts before."""

    def __init__(self, sandbox: Sandbox, origin: str) -> None:
        self._sandbox = sandbox
        self._origin = origin
        self._keys = {
            name: cache_key(self._content(name), FORMAT)
            for name in (*sandbox.vendors, CONTRACT)
            if self._ships(name)
        }
        self.known: dict[str, Served] = {}
        self.checked: set[str] = set()  # those whose contracts are known to be right
        for name in self._keys:
            self._recall(name)

    def keep(self, served: Mapping[str, Served]) -> None:
        """Keeps for the next start what this one had to find out."""
        for name in self._keys.keys() - self.checked:
            kept = Kept(self._origin, served.get(name))
            keep(_stem(name), self._keys[name], msgspec.to_builtins(kept))

    def _ships(self, name: str) -> bool:
        """Whether all there is to tell of a vendor hangs on what ships: no scenario adds to it."""
        scenarios = self._sandbox.first.scenarios
        if name not in resources.specs():
            return False
        if name == CONTRACT:
            return True
        contract = self._sandbox.vendors[name].contract
        return contract is None and not any(name in each.world for each in scenarios)

    def _content(self, name: str) -> bytes:
        settings, base = self._sandbox.settings, resources.scenario(f"{name}/{BASE}")
        parts = [resources.spec(name).read_bytes(), b"" if base is None else base.read_bytes()]
        said = settings.any_key, settings.no_auth, settings.require_session
        start = self._sandbox.first.seed, self._origin.rpartition(":")[0]
        return b"\0".join([*parts, repr((said, start)).encode(), resources.code_stamp()])

    def _recall(self, name: str) -> None:
        told = recall(_stem(name), self._keys[name])
        if told is None:
            return
        try:
            kept = msgspec.convert(told, Kept)
        except msgspec.ValidationError:
            return
        self.checked.add(name)
        if kept.served is not None:
            self.known[name] = _at(kept.served, kept.origin, self._origin)


def _stem(name: str) -> str:
    return f"start-{name}"


def _at(served: Served, before: str, now: str) -> Served:
    """The same at another port."""
    url, line = (each.replace(before, now) for each in (served.url, served.curl))
    return msgspec.structs.replace(served, url=url, curl=line)
