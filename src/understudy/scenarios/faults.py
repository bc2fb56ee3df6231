"""A rule's misbehaviour: what is lost, withheld, cut or spoilt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from understudy.errors import InputError, NotBuilt

NOT_BUILT = (
    "hang",
    "truncate",
    "malformed",
    "content_type",
    "drip",
    "latency",
    "virtual",
    "limit",
)
AT_THE_GATE = frozenset(("hang", "latency", "limit"))


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to a call beside its answer."""

    lose: Literal["request", "answer"] | None = None
    by: Literal["reset", "close"] = "reset"

    @property
    def at_the_gate(self) -> bool:
        """Whether it strikes before the call is looked at: any call, also a bad one."""
        return self.lose == "request"

    def __str__(self) -> str:
        return f"lose {self.lose} by {self.by}"


def fault(value: Mapping[str, Any], where: str = "") -> Fault:
    """The fault of a rule that keeps to the grammar; NotBuilt for the kinds still to come."""
    for name in value:
        if name in NOT_BUILT:
            raise NotBuilt(
                f"the fault `{name}` is not built yet",
                where=f"{where}/{name}",
                fix="There is {lose: request} and {lose: answer}, by reset or close",
            )
    if "lose" not in value:
        raise InputError("`by` says how something is lost", where=where, fix="Say lose: answer")
    return Fault(value["lose"], value.get("by", "reset"))
