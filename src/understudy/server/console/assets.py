"""The style sheet, the scripts and the icon: below the hash of all of them, so kept for ever."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from pathlib import Path

from understudy.server.console.visit import CONSOLE
from understudy.server.wire.response import problem
from understudy.vendor import Reply

FOLDER = Path(__file__).parent / "assets"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_EVER = (
    ("Cache-Control", "public, max-age=31536000, immutable"),
    ("X-Content-Type-Options", "nosniff"),
)


@cache
def assets() -> dict[str, bytes]:
    """All of them by name."""
    return {each.name: each.read_bytes() for each in sorted(FOLDER.iterdir())}


@cache
def assets_hash() -> str:
    """What changes with any of them."""
    digest = blake2b(digest_size=8)
    for name, content in assets().items():
        digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def asset_url(name: str) -> str:
    """Where one is; modules import each other from beside them."""
    assert name in assets()
    return f"{CONSOLE}/assets/{assets_hash()}/{name}"


def asset(hashed: str, name: str) -> Reply:
    """One of them, to be kept; under another hash it is none of this sandbox's."""
    found = assets().get(name)
    if found is None or hashed != assets_hash():
        return problem(
            404, "No such asset", "Another version of the console had it; reload the page"
        )
    return Reply(200, raw=found, headers=FOR_EVER, media_type=TYPES[Path(name).suffix])
