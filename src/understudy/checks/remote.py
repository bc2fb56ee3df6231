"""A session of its own in a sandbox that somebody else serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from urllib.parse import urlsplit

from understudy.errors import InputError

SECONDS = 10.0  # a sandbox answers within milliseconds


def nowhere() -> nullcontext[None]:
    """No address: the check starts its own sandbox."""
    return nullcontext(None)


@contextmanager
def session(url: str, name: str) -> Iterator[str]:
    """The address of a fresh session in the sandbox at `url`, taken away again afterwards.

    A URL that names a session (`/~mine`) is used as it is. Where the admin API wants a token the
    session is made by its first call, and stays.
    """
    import httpx

    base = url.rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputError(
            f"{url!r} is no base URL", where="--url", fix="Write http://127.0.0.1:4010"
        )
    with httpx.Client(base_url=base.partition("/~")[0], timeout=SECONDS) as client:
        try:
            health = client.get("/__admin/health")
        except httpx.HTTPError as error:
            raise _nobody(url, str(error) or type(error).__name__) from None
        if "x-understudy" not in health.headers and health.status_code not in (200, 401):
            raise _nobody(url, f"/__admin/health says {health.status_code}")
        if "/~" in base or name == "admin":
            yield base
            return
        own = f"check-{name}"
        client.delete(f"/__admin/sessions/{own}")
        client.post("/__admin/sessions", json={"name": own, "clock": "frozen", "seed": 0})
        try:
            yield f"{base}/~{own}"
        finally:
            client.delete(f"/__admin/sessions/{own}")


def _nobody(url: str, why: str) -> InputError:
    return InputError(
        f"no sandbox answers at {url}: {why}",
        where="--url",
        fix="Start one with: understudy serve",
    )
