"""Vendors and operations by the names a scenario uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from understudy.openapi.operation import Contract, Operation
from understudy.scenarios.language.source import Source
from understudy.vendor import Vendor

ANY = "*"
NOBODY = "nobody"  # instead of a credential's name: without one

LISTED = 40  # names that a refusal lists in full: the operations of the largest vendor
NEAR = 10  # of more names, those that are listed
MAGIC = "magic-"  # names that ship to be refused; nobody looks for them


class Named(NamedTuple):
    """What the record may be that a call names."""

    fields: frozenset[str] = frozenset()  # of any record of the vendor
    kinds: tuple[str, ...] | None = None  # None: nobody knows which
    states: tuple[str, ...] = ()


ANYTHING = Named()


class Names:
    """What operations there are; `default` is the vendor of names written without one."""

    def __init__(
        self,
        vendors: Sequence[Vendor],
        contract: Callable[[str], Contract],
        default: str | None = None,
    ) -> None:
        self.vendors = {vendor.name: vendor for vendor in vendors}
        self.contract = contract
        self.default = default
        self._named: dict[tuple[str, str | None], Named] = {}

    def of(self, vendor: str | None) -> Names:
        """The same with another vendor for names written without one."""
        return Names(tuple(self.vendors.values()), self.contract, vendor)

    def any_operation(self, name: str) -> str | None:
        """Of `*` and `vendor.*` the vendor ("": every one); None: the name of one operation."""
        if name == ANY:
            return self.default or ""
        vendor, dot, rest = name.partition(".")
        return vendor if dot and rest == ANY and vendor in self.vendors else None

    def operation(self, name: str, source: Source, pointer: str) -> tuple[Contract, Operation]:
        """The operation of that name; ScenarioError with the names there are."""
        vendor, dot, rest = name.partition(".")
        if dot and vendor in self.vendors:
            return self._found(vendor, rest, name, source, pointer)
        if dot:
            raise source.refuse(
                f"there is no vendor `{vendor}`", pointer, known(vendor, self.vendors)
            )
        if self.default is not None:
            return self._found(self.default, name, name, source, pointer)
        return self._only(name, source, pointer)

    def named(self, vendor: str | None, operation_id: str | None) -> Named:
        """What there is to know of the record that a call of an operation may name."""
        if vendor is None or vendor not in self.vendors:
            return ANYTHING
        if (vendor, operation_id) not in self._named:
            self._named[vendor, operation_id] = _named(self.vendors[vendor], operation_id)
        return self._named[vendor, operation_id]

    def events(self, vendor: str) -> list[str]:
        """The events of all lifecycles that a vendor's records have."""
        kinds = self.vendors[vendor].kinds if vendor in self.vendors else ()
        lifecycles = [each.lifecycle for each in kinds if each.lifecycle is not None]
        return list(dict.fromkeys(event for each in lifecycles for event in each.events))

    def _found(
        self, vendor: str, rest: str, name: str, source: Source, pointer: str
    ) -> tuple[Contract, Operation]:
        contract = self.contract(vendor)
        operation = contract.operations.get(rest)
        if operation is None:
            raise source.refuse(
                f"{vendor} has no operation `{rest}`", pointer, known(rest, contract.operations)
            )
        return contract, operation

    def _only(self, name: str, source: Source, pointer: str) -> tuple[Contract, Operation]:
        contracts = [self.contract(vendor) for vendor in self.vendors]
        found = [each for each in contracts if name in each.operations]
        if len(found) == 1:
            return found[0], found[0].operations[name]
        if found:
            ways = " or ".join(f"{each.name}.{name}" for each in found)
            raise source.refuse(f"several vendors have `{name}`", pointer, f"Say {ways}")
        every = [f"{each.name}.{each_id}" for each in contracts for each_id in each.operations]
        close = [
            each
            for each in every
            if each.partition(".")[2]
            in get_close_matches(name, [each.partition(".")[2] for each in every], 1)
        ]
        raise source.refuse(
            f"no vendor has an operation `{name}`",
            pointer,
            f"Did you mean `{close[0]}`?" if close else f"There are {', '.join(every)}",
        )


def known(name: str, there: Iterable[str], farther: Iterable[str] = ()) -> str:
    """The close one and those there are, to say with a name that is none; of many the nearest.
    Those `farther` away may be meant, but are counted only."""
    names = [each for each in there if not each.startswith(MAGIC)]
    others = [each for each in farther if not each.startswith(MAGIC)]
    if not names and not others:
        return "There are none here"
    close = get_close_matches(name, names, 1) or get_close_matches(name, others, 1)
    hint = f"Did you mean `{close[0]}`? There are" if close else "There are"
    listed = names if len(names) <= LISTED else get_close_matches(name, names, NEAR, 0)
    listed = listed or get_close_matches(name, others, NEAR, 0)
    more = len(names) + len(others) - len(listed)
    return f"{hint} {', '.join(listed)}{f' and {more} more' if more else ''}"


def _named(vendor: Vendor, operation_id: str | None) -> Named:
    fields = frozenset(name for kind in vendor.kinds for name in kind.field_names)
    about = None if vendor.about is None else vendor.about.get(operation_id or "")
    kinds = [kind for kind in vendor.kinds if about is None or kind.name in about]
    states = [
        state
        for kind in kinds
        for state in (("",) if kind.lifecycle is None else kind.lifecycle.states)
    ]
    return Named(fields, tuple(kind.name for kind in kinds), tuple(dict.fromkeys(states)))
