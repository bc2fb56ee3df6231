"""A sandbox from Python: a session of its own, in this process or behind a URL.

with Sandbox(vendors=["looply"], clock="frozen") as sandbox:
    with sandbox.looply.client() as looply:
        looply.post("/resumeWorkflow/order-1001", json={"payload": {"source": "SAP"}})
    sandbox.clock.advance("2m")
    sandbox.looply.verify("resumeWorkflow", times=1)
"""

from understudy.client.clock import Clock
from understudy.client.door import Refused, UnexpectedHost
from understudy.client.sandbox import Sandbox
from understudy.client.session import VendorClient, VerificationFailed

__all__ = ["Clock", "Refused", "Sandbox", "UnexpectedHost", "VendorClient", "VerificationFailed"]
