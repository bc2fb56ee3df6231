"""A sandbox from Python: a session of its own, in this process or behind a URL.

with Sandbox(vendors=["looply"], clock="frozen") as sandbox:
    with sandbox.looply.client() as looply:
        looply.post("/resumeWorkflow/order-1001", json={"payload": {"source": "SAP"}})
    sandbox.clock.advance("2m")
    sandbox.looply.verify("resumeWorkflow", times=1)
"""

from understudy.client.door import Refused
from understudy.client.sandbox import Sandbox
from understudy.client.session import Clock, VendorClient, VerificationFailed

__all__ = ["Clock", "Refused", "Sandbox", "VendorClient", "VerificationFailed"]
