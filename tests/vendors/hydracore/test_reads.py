"""Lists: pages, filters, order; and what belongs to whom."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.vendors.hydracore.harness import (
    ADA,
    BOB,
    FOREIGN,
    NOBODY,
    ONE,
    SALES,
    Harness,
    instance_path,
)

OTHER = "dddddddd-0000-4000-8000-000000000002"


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {"name": f"w{number}", "created": f"-{number}m", "title": str(number), **fields}


def titles(told: Any) -> list[str]:
    return [each["title"] for each in told.body["workflows"]]


def test_the_newest_comes_first_and_ties_go_by_id() -> None:
    same = [{"id": f"dddddddd-0000-4000-8000-00000000000{n}", "title": str(n)} for n in (3, 1, 2)]
    assert titles(Harness(*same).dashboard("GET")) == ["1", "2", "3"]
    assert titles(Harness(record(2), record(1), record(3)).dashboard("GET")) == ["1", "2", "3"]


@pytest.mark.parametrize("by", ["internal", "dashboard"])
def test_pages_hold_every_record_once(by: str) -> None:
    one = Harness(*(record(number) for number in range(1, 46)))
    seen: list[str] = []
    for page, size in ((1, 20), (2, 20), (3, 5)):
        told = getattr(one, by)("GET", f"?page={page}")
        shown = told.body["page"], told.body["per_page"], told.body["total"]
        assert shown == (page, 20, 45)
        assert len(told.body["workflows"]) == size
        seen += titles(told)
    assert seen == [str(number) for number in range(1, 46)]


@pytest.mark.parametrize("page", [4, 10**12])
def test_a_page_beyond_the_end_is_empty_and_true(page: int) -> None:
    told = Harness(record(1)).dashboard("GET", f"?page={page}&per_page=100")
    assert told.status == 200
    assert told.body == {"page": page, "per_page": 100, "total": 1, "workflows": []}


FILTERS = {
    "customer_id": (ADA, BOB),
    "workflow_type": ("lead", "viewing"),
    "status": ("active", "paused"),
    "reference": ("A", "B"),
}


@pytest.mark.parametrize("names", list(product([False, True], repeat=4)), ids=str)
def test_every_combination_of_filters_narrows_alike(names: tuple[bool, ...]) -> None:
    every = [dict(zip(FILTERS, values, strict=True)) for values in product(*FILTERS.values())]
    one = Harness(*(record(number, **fields) for number, fields in enumerate(every, 1)))
    chosen = {name: FILTERS[name][1] for name, used in zip(FILTERS, names, strict=True) if used}
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    wanted = [
        str(number) for number, fields in enumerate(every, 1) if chosen.items() <= fields.items()
    ]
    told = one.internal("GET", f"?{query}&per_page=100")
    assert (told.body["total"], titles(told)) == (len(wanted), wanted)
    page = one.internal("GET", f"?{query}&per_page=1&page=2")
    assert (page.body["total"], titles(page)) == (len(wanted), wanted[1:2])
    if "reference" not in chosen:
        assert titles(one.dashboard("GET", f"?{query}&per_page=100")) == wanted


def test_only_an_agent_filters_by_reference() -> None:
    one = Harness(record(1, reference="A"), record(2))
    assert one.internal("GET", "?reference=A").body["total"] == 1
    assert one.dashboard("GET", "?reference=A").body["total"] == 2


@pytest.mark.parametrize(
    "query",
    [
        "status=sleeping",
        "workflow_type=gardening",
        f"customer_id={NOBODY}",
        "status=",
        "status=ACTIVE",
    ],
)
def test_what_nothing_matches_is_an_empty_page(query: str) -> None:
    told = Harness(record(1)).dashboard("GET", f"?{query}")
    assert (told.status, told.body["total"], told.body["workflows"]) == (200, 0, [])


def test_a_filter_follows_a_record_through_its_changes() -> None:
    one = Harness({"id": ONE})
    one.advance(status="paused")
    assert one.dashboard("GET", "?status=active").body["total"] == 0
    assert one.dashboard("GET", "?status=paused&workflow_type=custom").body["total"] == 1


def test_suspended_records_come_by_their_suspension() -> None:
    one = Harness(
        {"title": "long ago", "status": "suspended", "created": "-3d", "since": "-2d", "step": "a"},
        {"title": "just now", "status": "suspended", "created": "-9d", "since": "-1m", "step": "b"},
        {"title": "at work"},
        {"title": "of another", "instance": "foreign", "status": "suspended"},
        {"title": "elsewhere", "instance": "sales", "status": "suspended", "created": "-1d"},
    )
    found = one.dashboard("GET", "/suspended").body
    assert [(each["title"], each["suspended_step"]) for each in found] == [
        ("just now", "b"),
        ("elsewhere", None),
        ("long ago", "a"),
    ]
    assert {len(each) for each in found} == {22}


def two_tenants() -> Harness:
    return Harness({"id": ONE}, {"id": OTHER, "instance": "foreign", "status": "suspended"})


def test_a_tenant_sees_its_own() -> None:
    one = two_tenants()
    assert [each["id"] for each in one.dashboard("GET").body["workflows"]] == [ONE]
    theirs = one.dashboard("GET", by="other-admin").body
    assert [each["id"] for each in theirs["workflows"]] == [OTHER]
    assert one.dashboard("GET", "/suspended").body == []


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "", None),
        ("POST", "/abort", None),
        ("POST", "/resume", {}),
        ("POST", "/suspend", {"step": "s"}),
    ],
)
@pytest.mark.parametrize("workflow_id", [OTHER, NOBODY])
def test_what_another_tenant_has_is_not_there(
    workflow_id: str, method: str, rest: str, body: Any
) -> None:
    one = two_tenants()
    told = one.dashboard(method, f"/{workflow_id}{rest}", body)
    assert (told.status, told.body) == (404, {"detail": "Workflow not found"})
    assert one.dashboard("GET", f"/{OTHER}", by="other-admin").body["status"] == "suspended"


INTERNAL = [
    ("GET", "", None),
    ("PATCH", "", {"action": "noted"}),
    ("POST", "/resume", {}),
    ("POST", "/suspend", {"step": "s"}),
]


@pytest.mark.parametrize(("method", "rest", "body"), INTERNAL)
def test_what_another_instance_has_is_not_there(method: str, rest: str, body: Any) -> None:
    one = Harness({"id": ONE, "instance": "sales"})
    told = one.internal(method, f"/{ONE}{rest}", body)
    assert (told.status, told.body) == (404, {"detail": "Workflow not found"})
    assert len(one.read()["history"]) == 1


@pytest.mark.parametrize(
    ("instance", "status", "detail"),
    [
        (SALES, 403, "Proxy key is not valid for this instance"),
        (FOREIGN, 404, "Instance not found"),
        (NOBODY, 404, "Instance not found"),
    ],
)
@pytest.mark.parametrize(("method", "rest", "body"), [*INTERNAL, ("LIST", "", None)])
def test_a_proxy_key_is_for_its_own_instance(
    instance: str, status: int, detail: str, method: str, rest: str, body: Any
) -> None:
    path = instance_path("" if method == "LIST" else f"/{ONE}{rest}", instance)
    told = Harness({"id": ONE}).ask("GET" if method == "LIST" else method, path, body)
    assert (told.status, told.body) == (status, {"detail": detail})


@pytest.mark.parametrize(
    ("by", "path"),
    [
        ("admin", f"/v1/workflows/{NOBODY}"),
        ("other-admin", f"/v1/workflows/{NOBODY}"),
        ("agent", instance_path(f"/{NOBODY}")),
        ("agent", instance_path(instance=NOBODY)),
    ],
)
def test_a_world_that_has_what_is_missing_is_told_and_can_be_used(by: str, path: str) -> None:
    one = Harness()
    number = one.ask("GET", path, by=by).headers["x-understudy-request"].rpartition(".")[2]
    missing = one.admin("GET", f"/test/requests/{number}").body["missing"]
    made = one.admin("POST", "", {"name": "again", "scenario": missing["yaml"], "clock": "frozen"})
    assert made.status == 201, made.body
    asked = f"?vendor=hydracore&collection={missing['collection']}&limit=200"
    records = one.admin("GET", f"/again/records{asked}").body["records"]
    one.admin("DELETE", "/again")
    assert missing["id"] in [each["id"] for each in records]
