"""What a replay knows: values that steps saved, the world's named records, who may call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import convert

from understudy.errors import InputError
from understudy.openapi.operation import Operation
from understudy.scenarios.language.captures import captures, follow
from understudy.scenarios.language.jsonpath import compiled
from understudy.scenarios.language.operations import NOBODY
from understudy.scenarios.stories.model import CallStep, Scenario
from understudy.scenarios.stories.target import Answered, Session, entry_of
from understudy.vendor import Credential, Vendor

DEFAULT = "default"

# The headers of whom a step calls as, by the credential's name, and what is told of them.
Signer = Callable[[Vendor, Operation, str], tuple[Mapping[str, str], str]]


class StoryContext:
    """The values of one replay's captures and credentials."""

    def __init__(
        self,
        scenario: Scenario,
        session: Session,
        vendors: Sequence[Vendor],
        variables: Mapping[str, Any],
        signer: Signer | None = None,  # where there is no session whose world has credentials
    ) -> None:
        self.scenario = scenario
        self.session = session
        self.signer = signer
        self.vendors = {vendor.name: vendor for vendor in vendors}
        self.saved = dict(variables)
        self._records: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self._named: dict[str, Mapping[str, Any]] = {}
        self._credentials: dict[tuple[str, str | None], Credential | None] = {}

    def save(self, step: CallStep, answer: Answered) -> list[str]:
        """Keeps what a step saves; what could not be."""
        body = answer.json()
        for name, path in step.save.items():
            found = compiled(path)(body)
            if not found:
                return [f"nothing to save as {name}: {path} selects nothing"]
            self.saved[name] = found[0] if len(found) == 1 else found
        return []

    def lookup(self, names: tuple[str, ...]) -> Any:
        """The value of a capture: what a step saved, a variable, or a named entry's record."""
        value = self.saved.get(names[0], self._named.get(names[0]))
        try:
            if names[0] in self.saved or names[0] in self._named:
                return follow(value, names[1:])
        except LookupError:
            pass
        raise LookupError("${" + ".".join(names) + "}")

    def read_records(self) -> None:
        """Reads the records of the names that the steps use, before anything happens to them."""
        used = {
            names
            for step in (*self.scenario.steps, *self.scenario.last)
            if isinstance(step, CallStep)
            for value in (step.arguments, step.expect and (step.expect.body, step.expect.headers))
            for _, names in captures(value)
        }
        for names in sorted(used):  # the order of the questions is the same in any process
            named = self.scenario.named_entries.get(names[0])
            if named is None or names[0] in self._named:
                continue
            entry: Mapping[str, Any] = named.entry
            if any(each[1:2] and each[1] not in entry for each in used if each[0] == names[0]):
                entry = entry_of(named, self._all(named.vendor, named.collection))
            self._named[names[0]] = entry

    def _all(self, vendor: str, collection: str) -> list[Mapping[str, Any]]:
        key = (vendor, collection)
        if key not in self._records:
            self._records[key] = self.session.records(vendor, collection)
        return self._records[key]

    def signature(self, step: CallStep) -> tuple[Mapping[str, str], str]:
        """The headers of the credential that a step calls as, and what is to be told of them."""
        if step.caller == NOBODY:
            return {}, ""
        vendor = self.vendors[step.contract.name]
        if self.signer is not None:
            return self.signer(vendor, step.operation, step.caller or DEFAULT)
        key = (vendor.name, step.caller)
        if key not in self._credentials:
            self._credentials[key] = self._credential(vendor, step.caller)
        credential = self._credentials[key]
        return ({} if credential is None else vendor.signed(credential, step.operation)), ""

    def _credential(self, vendor: Vendor, name: str | None) -> Credential | None:
        records = self._all(vendor.name, "credentials")
        by_name = {each["id"]: each for each in records}
        by_name |= {each["fields"]["name"]: each for each in records if each["fields"].get("name")}
        if name is not None and name not in by_name:
            raise InputError(
                f"there is no credential `{name}`", fix=f"There are {', '.join(by_name)}, nobody"
            )
        found = by_name.get(name or DEFAULT) or (records[0] if records else None)
        if found is None:
            return None
        kind = next(each for each in vendor.kinds if each.name == "credentials")
        fields = {**found["fields"], "id": found["id"], "state": found["state"]}
        made: Credential = convert(fields, kind.record)
        return made
