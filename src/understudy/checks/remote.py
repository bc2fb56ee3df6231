"""A session of its own in a sandbox that somebody else serves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from understudy.errors import InputError
from understudy.simulation.clock import FROZEN_START, iso, spoken

EACH_CALL = 5_000  # milliseconds a call moves the clock, so that what was started goes on
CLOCK = {"at": iso(FROZEN_START), "each_call": spoken(EACH_CALL)}
SECONDS = 10.0  # a sandbox answers within milliseconds


def nowhere() -> nullcontext[None]:
    """No address: the check starts its own sandbox."""
    return nullcontext(None)


@contextmanager
def session(url: str, name: str) -> Iterator[str]:
    """The address of a fresh session in the sandbox at `url`, taken away again afterwards.

    A URL that names a session (`/~mine`) is used as it is. Where the admin API wants a token the
    session is made by the first call to it, and stays.
    """
    import httpx

    base = url.rstrip("/")
    with httpx.Client(base_url=base.partition("/~")[0], timeout=SECONDS) as client:
        try:
            health = client.get("/__admin/health")
            if health.status_code != 200:
                raise _nobody(url, f"/__admin/health says {health.status_code}")
            if "/~" in base or name == "admin":
                yield base
                return
            made = client.post("/__admin/sessions", json={"clock": CLOCK, "seed": 0})
            own = made.json()["name"] if made.status_code == 201 else f"check-{name}"
            try:
                yield f"{base}/~{own}"
            finally:
                client.delete(f"/__admin/sessions/{own}")
        except httpx.HTTPError as error:
            raise _nobody(url, str(error) or type(error).__name__) from None


def _nobody(url: str, why: str) -> InputError:
    return InputError(
        f"no sandbox answers at {url}: {why}",
        where="--url",
        fix="Start one with: understudy serve",
    )
