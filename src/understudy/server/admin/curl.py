"""What a shell is told to ask the same again. Secrets that came are left out; a key that the
session's world has is looked up there, where `/records` tells it to the same people anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from shlex import quote

from understudy.server.admin.missing import caller_of
from understudy.server.sessions.observers import TESTER
from understudy.server.sessions.session import Session
from understudy.server.wire.headers import IN_PROCESS_HOST, REDACTED
from understudy.server.wire.response import SANDBOX
from understudy.settings import DEFAULT_PORT
from understudy.simulation.journal import Entry

_CONNECTION = frozenset(
    b"host content-length connection accept-encoding user-agent transfer-encoding".split()
) | {b"x-understudy-session"}
SUFFIXES = (".yaml", ".yml", ".json")  # of scenarios that come from a file
_LONGEST = 100_000  # bytes of an argument: a shell hands no more than 128 KB to a command
_SAYABLE = frozenset(b" !#$&()*+,./:;<=>?@[]^_`{|}~") | {
    each for each in range(128) if chr(each).isalnum()
}
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")


def repeat_command(session: Session, entry: Entry) -> str:
    """The line that asks the same again; before it, where nobody listens, the one that serves."""
    if not _in_process(entry):
        return curl(session, entry)
    files = (each.file for each in session.loaded if each.file.endswith(SUFFIXES))
    return "\n".join([serve_command(*files), curl(session, entry)])


def serve_command(*files: str) -> str:
    """The command that serves sessions which start with these scenarios."""
    return " ".join(["understudy", "serve", *(f"--scenario {quote(each)}" for each in files)])


def _in_process(entry: Entry) -> bool:
    return entry.headers.get(b"host") == IN_PROCESS_HOST.encode()


def curl(session: Session, entry: Entry) -> str:
    """The curl line of a request; what is unknown of it stands there in angle brackets."""
    parts = ["curl", "-i"]
    if entry.method != ("POST" if entry.body else "GET"):
        parts += ["-X", quote(entry.method)]
    query = f"?{entry.query}" if entry.query else ""
    prefix = "" if _in_process(entry) or entry.by == TESTER else f"/~{session.name}"
    vendor = "" if entry.vendor == SANDBOX or entry.by == TESTER else f"/{entry.vendor}"
    path = f"{prefix}{vendor}{entry.path}{query}"
    parts.append(quote(_origin(session, entry) + path))
    for line in _headers(session, entry):
        parts += ["-H", quote(line)]
    if entry.body and b"content-type" not in entry.headers:
        parts += ["-H", "content-type:"]  # curl would send one of its own
    if not entry.body:
        return " ".join(parts)
    return _with_body(parts, entry.body)


def _origin(session: Session, entry: Entry) -> str:
    """Where the sandbox was reached; its own address when the vendor's host was asked for."""
    settings = session.catalog.settings
    host = entry.headers.get(b"host", b"").decode("latin-1")
    servers = () if entry.vendor == SANDBOX else session.catalog.contract(entry.vendor).servers
    theirs = any(f"//{host}" in server for server in servers)
    if _in_process(entry) or theirs or not _HOST.fullmatch(host):
        host = f"{settings.host}:{settings.port or DEFAULT_PORT}"
    return f"http://{host}"


def _headers(session: Session, entry: Entry) -> Iterator[str]:
    known = _keys(session, entry)
    for raw, value in entry.headers.items():
        if raw in _CONNECTION or (raw, value) == (b"accept", b"*/*"):
            continue
        name, said = raw.decode("latin-1"), value.decode("latin-1")
        if value.endswith(REDACTED):
            said = known.get(name) or _placeholder(session, entry, name, whose=not known)
        yield f"{name}: {said}"


def _keys(session: Session, entry: Entry) -> dict[str, str]:
    """The headers that carry who asked, if the world still knows them."""
    caller = caller_of(session, entry)
    if caller is None:
        return {}
    vendor = session.catalog.vendors[entry.vendor]
    operations = session.catalog.contract(entry.vendor).operations
    signed = dict(vendor.sign(caller.credential))
    if entry.operation is not None:
        signed |= vendor.signed(caller.credential, operations[entry.operation])
    return {name.lower(): text for name, text in signed.items()}


def _placeholder(session: Session, entry: Entry, header: str, *, whose: bool) -> str:
    """What stands for a secret; `whose`: it may be the caller's, whose own ones are not known."""
    if entry.vendor == SANDBOX:
        return "<a key>"
    schemes = session.catalog.contract(entry.vendor).schemes.values()
    prefix = next((each.prefix for each in schemes if each.header == header), "")
    secret = f"<the key of {entry.caller}>" if entry.caller and whose else "<a key>"
    return f"{prefix.capitalize()} {secret}" if prefix else secret


def _with_body(parts: list[str], body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    if text.encode() == body and "\0" not in text and len(body) <= _LONGEST:
        return " ".join([*parts, "--data-raw", quote(text)])
    said = "".join(chr(each) if each in _SAYABLE else f"\\{each:03o}" for each in body)
    return " ".join(["printf", f"'{said}'", "|", *parts, "--data-binary", "@-"])
