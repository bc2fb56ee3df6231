"""A sandbox from Python: a session of its own, in this process or behind a URL.

with Sandbox(vendors=["looply"], clock="frozen") as sandbox:
    with sandbox.looply.client() as looply:
        looply.post("/resumeWorkflow/order-1001", json={"payload": {"source": "SAP"}})
    sandbox.clock.advance("2m")
    sandbox.looply.verify("resumeWorkflow", times=1)

In process there is no port: `client()`, `async_client()` and `intercept()` reach the sandbox, no
other client does. For any other, `serve()` listens in a thread, and `Sandbox(server.url)` opens a
session in it.
"""

from understudy.client.admin_api import Refused, UnexpectedHost
from understudy.client.application import create_app, serve
from understudy.client.clock import Clock
from understudy.client.sandbox import Sandbox
from understudy.client.vendor_client import VendorClient, VerificationFailed
from understudy.errors import InputError, UnderstudyError

__all__ = [
    "Clock",
    "InputError",
    "Refused",
    "Sandbox",
    "UnderstudyError",
    "UnexpectedHost",
    "VendorClient",
    "VerificationFailed",
    "create_app",
    "serve",
]
