"""A vendor: the Vendor value, and the words that vendors and server speak with each other."""

from understudy.vendor.authentication import (
    IN_QUERY,
    Caller,
    Credential,
    credentials,
    default_credential,
    find_credential,
    parted,
)
from understudy.vendor.examples import Leaves, compose, fill
from understudy.vendor.messages import (
    Call,
    Headers,
    Missing,
    Problem,
    ProblemKind,
    Reply,
    Request,
    refusal,
)
from understudy.vendor.vendor import Handler, Quota, Vendor

__all__ = [
    "IN_QUERY",
    "Call",
    "Caller",
    "Credential",
    "Handler",
    "Headers",
    "Leaves",
    "Missing",
    "Problem",
    "ProblemKind",
    "Quota",
    "Reply",
    "Request",
    "Vendor",
    "compose",
    "credentials",
    "default_credential",
    "fill",
    "find_credential",
    "parted",
    "refusal",
]
