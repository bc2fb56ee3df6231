"""How one sandbox is run: what `serve` was told, and every bound with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_HOST = "127.0.0.1"  # loopback: nobody else's machine can reach it
DEFAULT_PORT = 4010
DEFAULT_JOURNAL = 1_000
LONGEST_JOURNAL = 100_000  # requests; 400 MB in one session at the very worst
LARGEST_SEED = (1 << 53) - 1  # what JSON numbers are exact to
REAL = "real"
FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One value that the whole server reads; the bounds refuse, nothing is evicted silently."""

    vendors: tuple[str, ...] = ()  # names; empty: all there are
    documents: tuple[str, ...] = ()  # OpenAPI documents beside them: `orders.yaml`, `name=file`
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT  # 0: a free one
    scenarios: tuple[str, ...] = ()  # files or shipped names, loaded into every new session
    clock: str = REAL  # "real", "frozen" (2026-01-01T00:00:00Z) or an RFC 3339 instant (frozen)
    seed: int = 0
    require_session: bool = False  # vendor calls that name no session are refused
    any_key: bool = False  # every key counts as the first credential
    no_auth: bool = False  # nobody is asked for a key that a document wants
    stateless: bool = False  # documents answer their examples and samples alone
    magic: bool = True  # the shipped magic inputs; conformance goes without
    admin_token: str | None = None  # what /__admin wants as a bearer token; None: open
    cors: tuple[str, ...] = ()  # origins of pages beside this machine's; "*": all, "off": none
    strict_names: bool = False  # a call that carries a name which nothing reads is refused
    keep_secrets: bool = False  # what is told of a request has its secrets in it
    project: str = ""  # the project file among the scenarios, which has more to say
    sections: Mapping[str, Any] = field(default_factory=dict)  # of it, by document: its behaviour
    handlers: Any = None  # reads the functions beside it, once the contracts are known
    overrules: frozenset[str] = frozenset()  # of clock and seed: what is said over the project's
    verify_replies: bool = False  # hold every reply against the contract; a mismatch is a 500

    body_bytes: int = 8 * 1024 * 1024  # bodies are read whole; gateways commonly stop at 10 MB
    body_values: int = 50_000  # with keys and fields: up to 80 ms in which nobody else is served
    snapshot_bytes: int = 48 * 1024 * 1024  # put back over HTTP: some 45,000 records, 3 s
    header_count: int = 128  # a browser sends about 20, a proxy chain doubles that
    streams: int = 100  # of events, at once: each is a connection that stays
    header_bytes: int = 32 * 1024  # what the journal keeps per call without hurting
    path_bytes: int = 8 * 1024  # path and query together; common servers stop at 8 KB
    sessions: int = 1_000  # about 1 MB each with a base world: 1 GB at the very worst
    rules: int = 1_000  # in one session; each call walks those of its operation
    journal: int = DEFAULT_JOURNAL  # requests kept in one session, with 4 KB each for their bodies
