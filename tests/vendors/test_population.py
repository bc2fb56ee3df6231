"""What all vendors' world files have in common, by the example of HydraCore's instances."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.client import create_app
from understudy.errors import InputError
from understudy.settings import FROZEN, Settings
from understudy.simulation.world import World
from understudy.vendors.hydracore.records import Instance
from understudy.vendors.population import Entry, Population, by_now, entry, moment, one_of, text

START = 1_767_225_600_000
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"


def empty() -> World:
    app = create_app(Settings(vendors=("hydracore",), clock=FROZEN))
    world: World = app.sandbox.session("default").world("hydracore")
    return world


def instance(stated: Entry) -> Instance:
    return Instance(
        id=stated["id"],
        name=stated.get("name", ""),
        tenant=TENANT,
        created=by_now(stated, "at", START, START),
    )


def populated(world: World, *stated: Entry) -> Population:
    population = Population(world, {"instances": stated}, START)
    population.add({"instances": instance})
    return population


def test_entries_become_records_and_a_name_goes_to_the_newest() -> None:
    world = empty()
    older = world["instances"].first("name", "lettings")
    assert older is not None
    populated(world, {"id": "new", "name": "lettings", "at": "-1h"})
    named = world["instances"].first("name", "lettings")
    assert named is not None
    assert (named.id, named.created) == ("new", START - 3_600_000)
    assert older.id in world["instances"]


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ([{"id": "a"}, {"id": "a"}], "/instances/1/id: instances have a 'a' already"),
        ([{"id": "a", "name": "n"}, {"id": "b", "name": "n"}], "/instances/1/name: a second 'n'"),
        ([{"id": "a", "at": "1s"}], "/instances/0/at: 1s lies after the session's start"),
        ([{"id": "a", "at": "soon"}], "/instances/0/at: 'soon'"),
    ],
)
def test_a_mistake_is_told_with_its_pointer(stated: list[Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        populated(empty(), *stated)
    assert str(caught.value).startswith(told)


def test_a_collection_that_there_is_not_is_told_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"a world has no ponies\. It has instances"):
        Population(empty(), {"ponies": []}, START).add({"instances": instance})


def test_what_could_have_been_named_is_told() -> None:
    population = Population(empty(), {}, START)
    assert population.names("instances") == "There are lettings, sales, theirs"
    assert population.names("workflows").startswith("There are arrears, cancelled, closing")


def test_an_instant_may_lie_ahead_where_nothing_says_it_is_past() -> None:
    assert moment({"expires": "1h"}, "expires", START) == START + 3_600_000
    assert moment({"expires": "2026-01-01T00:00:01Z"}, "expires", START) == START + 1_000
    assert moment({}, "expires", START) is None


def test_an_entry_describes_itself_and_is_closed() -> None:
    told = entry("a pony", {"name": text("its name"), "coat": one_of("bay", "roan")}, "name")
    assert told["required"] == ["name"]
    assert told["additionalProperties"] is False
    assert told["properties"]["coat"] == {"enum": ["bay", "roan"], "description": "bay or roan"}
    assert told["properties"]["name"]["minLength"] == 1
