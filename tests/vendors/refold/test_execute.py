"""What an execute looks at and in which order, and what it runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.refold.harness import (
    ADA,
    BOB,
    OTHER_KEY,
    PRODUCTION_KEY,
    TEST_KEY,
    TOKEN,
    Harness,
    workflow,
)

BOTH = pytest.mark.parametrize("public", [False, True], ids=["v1", "v2"])


def runs(harness: Harness) -> int:
    return len(harness.world["executions"])


# Everything is wrong; row by row the first thing is mended, and the next is told.
ORDER: list[tuple[dict[str, Any], tuple[int, str]]] = [
    ({}, (401, "UNAUTHORIZED")),
    ({"key": "tk11111111-aaaa-4bbb-8ccc-000000000001"}, (400, "INVALID_LINKED_ACCOUNT_ID")),
    ({"account": ADA}, (400, "SLUG_REQUIRED")),
    ({"slug": "asana"}, (400, "VALIDATION_ERROR")),
    ({"raw": b"{}"}, (404, "INVALID_WORKFLOW_ID")),
    ({"workflow": "import-tasks"}, (400, "SYNC_NOT_ALLOWED")),
    ({"sync": "false"}, (200, "OK_ASYNC")),
]


@BOTH
def test_the_order_in_which_a_call_is_looked_at(public: bool) -> None:
    call: dict[str, Any] = {
        "workflow": "nothing",
        "key": "tk-nobody",
        "account": None,
        "slug": None,
        "raw": b"{",
        "sync": "true",
        "public": public,
    }
    with Harness() as harness:
        count = runs(harness)
        for mended, told in ORDER:
            call |= mended
            assert runs(harness) == count
            assert harness.execute(**call).code == told
        assert runs(harness) == count + 1


@pytest.mark.parametrize(
    ("sent", "sync"),
    [
        (None, False),
        ("false", False),
        ("", False),
        ("1", False),
        ("yes", False),
        ("true", True),
        ("TRUE", True),
        (" True ", True),
        ("true, true", False),
    ],
)
@BOTH
def test_only_true_is_synchronous(sent: str | None, sync: bool, public: bool) -> None:
    with Harness() as harness:
        told = harness.execute(sync=sent, public=public)
        assert told.answer == ("OK_SYNC" if sync else "OK_ASYNC")
        assert harness.execution(told.body["execution_id"]).sync is sync


@BOTH
def test_a_group_node_is_refused_in_sync_and_leaves_no_trace(public: bool) -> None:
    with Harness() as harness:
        before = harness.world.collections.copy()
        counts = {name: len(each) for name, each in before.items()}
        told = harness.execute("import-tasks", sync="true", account="new@x.example", public=public)
        assert told.code == (400, "SYNC_NOT_ALLOWED")
        assert harness.because() == "one of its nodes is a Group node"
        assert {name: len(each) for name, each in before.items()} == counts


@pytest.mark.parametrize("handle", ["665f1c2ea1b2c3d400000001", "create-task"])
@BOTH
def test_an_id_or_an_alias(handle: str, public: bool) -> None:
    with Harness() as harness:
        run = harness.execution(harness.start(handle, public=public))
        assert run.workflow == "665f1c2ea1b2c3d400000001"


@pytest.mark.parametrize(
    ("handle", "slug"),
    [
        ("665f1c2ea1b2c3d400000001", "slack"),  # an id of another application
        ("665f1c2ea1b2c3d400000001", "trello"),  # of one that nobody has
        ("sync-projects", "slack"),  # an alias of another application
        ("no-such-alias", "asana"),
        ("f" * 24, "asana"),
        ("665f1c2ea1b2c3d400000031", "jira"),  # another organisation's
        ("665f1c2ea1b2c3d400000021", "asana"),  # the other environment's
        ("%00", "asana"),
        ("%ff", "asana"),
    ],
)
@BOTH
def test_what_is_no_workflow_of_the_application(handle: str, slug: str, public: bool) -> None:
    with Harness() as harness:
        told = harness.execute(handle, slug=slug, public=public)
        assert told.code == (404, "INVALID_WORKFLOW_ID")


def test_an_id_comes_before_an_alias_of_the_same_form() -> None:
    taken = "665f1c2ea1b2c3d400000002"
    with Harness(**workflow({"reply": "by alias"}, alias=taken)) as harness:
        told = harness.execute(taken, sync="true")
        assert told.body["return_value"] == {"success": "true", "changed": 3}


def test_an_alias_may_have_the_form_of_an_id() -> None:
    free = "f" * 24
    with Harness(**workflow({"reply": "by alias"}, alias=free)) as harness:
        assert harness.execute(free, sync="true").body["return_value"] == "by alias"


@pytest.mark.parametrize("account", ["zoe@new.example", "42", "Zoë", "a b"])
@BOTH
def test_a_linked_account_is_there_from_its_first_use_on(account: str, public: bool) -> None:
    with Harness() as harness:
        accounts = harness.world["linked_accounts"]
        before = len(accounts)
        sent = account.encode().decode("latin-1")  # as a client that sends UTF-8 does
        harness.start(account=sent, public=public)
        harness.start(account=sent, public=public)
        assert len(accounts) == before + 1
        tenant = "65bc6e05a1b2c3d400000001/test"
        met = accounts.get(f"{tenant}/{sent}")
        assert met is not None
        assert met.created == harness.world.now


def test_a_run_needs_no_published_workflow_in_the_first_version_and_one_in_the_second() -> None:
    with Harness() as harness:
        assert harness.execute("weekly-digest", slug="slack").code == (200, "OK_ASYNC")
        told = harness.execute("weekly-digest", slug="slack", public=True)
        assert told.code == (400, "WORKFLOW_NOT_PUBLISHED")


def test_a_workflow_of_one_account_is_found_by_that_account_only() -> None:
    with Harness() as harness:
        asked: dict[str, Any] = {"slug": "slack", "public": True}
        assert harness.execute("reminder", account=ADA, **asked).status == 404
        assert harness.because() == "it belongs to the linked account 'bob@northwind.example'"
        assert harness.execute("reminder", account=BOB, **asked).status == 200


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"", b"{}"),
        (b"{}", b"{}"),
        (b' {"Task Name": "Order paper"}\n', b'{"Task Name": "Order paper"}'),
        (b'{"payload": {"a": [1, null]}}', b'{"payload": {"a": [1, null]}}'),
        (b'{"": {"\\u00e4 b": 1e3, "n": 1.10}}', b'{"": {"\\u00e4 b": 1e3, "n": 1.10}}'),
        (b'{"id": 123456789012345678901234567890}', b'{"id": 123456789012345678901234567890}'),
    ],
)
@BOTH
def test_the_body_is_the_event_as_it_was_sent(raw: bytes, kept: bytes, public: bool) -> None:
    with Harness() as harness:
        run = harness.execution(harness.start(raw=raw, public=public))
        assert bytes(run.input) == kept
        harness.after("1s")
        path = f"/refold/api/v2/public/execution/{run.id}"
        headers = [("x-api-key", TEST_KEY), ("linked_account_id", ADA)]
        assert kept in harness.client.ask("GET", path, headers).body


@pytest.mark.parametrize(
    "raw", [b"{", b"[]", b"null", b'"text"', b"1", b"{} {}", b'{"a": NaN}', b"\xff", b"[" * 9999]
)
@BOTH
def test_what_is_no_json_object_is_refused(raw: bytes, public: bool) -> None:
    with Harness() as harness:
        count = runs(harness)
        assert harness.execute(raw=raw, public=public).code == (400, "VALIDATION_ERROR")
        assert runs(harness) == count


def test_the_same_call_twice_is_two_runs() -> None:
    with Harness() as harness:
        assert harness.start(body={"id": 1}) != harness.start(body={"id": 1})


def test_an_id_begins_with_the_second_it_was_made_in() -> None:
    with Harness() as harness:
        assert int(harness.start()[:8], 16) == harness.world.now // 1000
        run = harness.after("1h").start()
        assert int(run[:8], 16) == harness.world.now // 1000
        assert len(run) == 24


def test_environments_and_organisations_have_workflows_of_their_own() -> None:
    with Harness() as harness:
        asked: dict[str, Any] = {"sync": "true"}
        assert harness.execute(**asked).body["return_value"]["task"] == "1201"
        live = harness.execute(key=PRODUCTION_KEY, **asked)
        assert live.body["return_value"]["task"] == "9901"
        assert harness.execute(key=OTHER_KEY, **asked).status == 404
        assert harness.execute("open-ticket", slug="jira", key=OTHER_KEY, **asked).status == 200


def test_a_token_says_the_account_whatever_a_header_says() -> None:
    token: dict[str, Any] = {"authorization": f"Bearer {TOKEN}"}
    with Harness() as harness:
        run = harness.start(key=None, account=BOB, public=True, **token)
        assert harness.execution(run).linked_account_id == ADA
        assert harness.execute(key=None, account=ADA, **token).code == (401, "UNAUTHORIZED")


def test_the_configuration_is_kept_with_the_run() -> None:
    with Harness() as harness:
        assert harness.read(harness.start(config_id="travel", public=True))["config_id"] == "travel"
        assert harness.read(harness.start(public=True))["config_id"] == ""
        assert (
            harness.read(harness.start(config_id="travel"))["config_id"] == ""
        )  # the page knows none
