"""The worlds of several scenarios as one, for a story of a session that had them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from understudy.errors import InputError
from understudy.scenarios.stories.model import Scenario

Entries = Callable[[str], Mapping[str, Mapping[str, Any]]]  # of a vendor: what its entries may say
LABEL = {"$ref": "#/$defs/name"}  # a name that is for the file alone, unknown to clients
CREDENTIALS = "credentials"  # one takes the place of an earlier one of its name


def recorded_world(scenarios: Sequence[Scenario], entries: Entries) -> dict[str, Any]:
    """What the scenarios add to the worlds, one after the other."""
    worlds: dict[str, dict[str, Any]] = {}
    for scenario in scenarios:
        for vendor, section in scenario.world.items():
            parents = [each.removesuffix("s") for each in entries(vendor)]
            _add(worlds.setdefault(vendor, {}), section, parents)
    return worlds


def check_names(before: Sequence[Scenario], scenario: Scenario, entries: Entries) -> None:
    """ScenarioError for a name that another scenario of the session gave to something else: in
    one file, such as `record` writes, two things of one name are a mistake."""
    for vendor, section in scenario.world.items():
        parents = [each.removesuffix("s") for each in entries(vendor)]
        for collection in section:
            if collection == CREDENTIALS or not _label(entries(vendor), collection):
                continue
            taken = {
                each["name"]: (_identity(each, parents), other.title)
                for other in before
                for each in other.world.get(vendor, {}).get(collection, ())
                if "name" in each
            }
            for number, each in enumerate(section[collection] if taken else ()):
                known = taken.get(each.get("name", ""))
                if known and ("id" not in each or known[0] != _identity(each, parents)):
                    what = f"a second {each['name']!r} among the {collection}"
                    fix = f"The scenario {known[1]!r} has one: choose another name"
                    error = InputError(what, where="/name", fix=fix)
                    raise scenario.blame(error, f"/world/{vendor}/{collection}/{number}")


def _label(entries: Mapping[str, Mapping[str, Any]], collection: str) -> bool:
    """Whether no client ever sees the names of a collection's entries."""
    said: Any = entries.get(collection, {}).get("properties", {}).get("name")
    return bool(said == LABEL)


def _add(world: dict[str, Any], section: Mapping[str, Any], parents: Sequence[str]) -> None:
    for name, value in section.items():
        if name == "base":
            world |= {name: value} if value == "none" else {}
        elif name == CREDENTIALS:
            world[name] = _latest([*world.get(name, ()), *value])
        else:
            new = {_identity(each, parents) for each in value if "id" in each}
            kept = [each for each in world.get(name, ()) if _identity(each, parents) not in new]
            world[name] = [*kept, *value]


def _identity(entry: Mapping[str, Any], parents: Sequence[str]) -> tuple[object, ...]:
    """What makes an entry the same thing: its id, and whose it is."""
    return (entry.get("id"), *(str(entry.get(each)) for each in parents))


def _latest(credentials: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The last of each name; what earlier ones said of how a page is read stays said."""
    found: dict[str, Mapping[str, Any]] = {}
    for each in credentials:
        had = found.pop(each["name"], {}).get("readings", [])
        said = each.get("readings", had)
        more = {"readings": list(dict.fromkeys([*had, *said]))} if said else {}
        found[each["name"]] = {**each, **more}
    return list(found.values())
