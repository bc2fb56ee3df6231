"""The vendor's own Python SDK, sync and async, at its strictest, over all it has of workflows."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from cloudflare import APIStatusError, AsyncCloudflare, BadRequestError, Cloudflare, NotFoundError
from cloudflare.resources.workflows import WorkflowsResource

from tests.clients.sandbox_process import Session

AT: dict[str, Any] = {"account_id": "account_id", "workflow_name": "order"}
VERSION = "0a6b5d1e-1c11-4a10-9b01-000000000001"
TOKEN: dict[str, Any] = {"api_token": "shop-token"}
KEY: dict[str, Any] = {
    "api_email": "ops@shop.example",
    "api_key": "144c9defac04969c7bfad8efaa8ea194aaaaa",
}

Call = Callable[[Any], Any]  # of `client.workflows`; sync it gives a value, async it is awaited
Step = tuple[str, Call, Callable[[Any], Any], Any]  # the method, the call, what is told, wanted


def names(found: list[Any]) -> list[str]:
    return [each.name for each in found]


# Every method of the SDK's workflows, in an order that tells a story; lists are walked to the end.
STORY: tuple[Step, ...] = (
    ("list", lambda w: w.list(account_id="account_id", per_page=1), names, ["nightly", "order"]),
    (
        "get",
        lambda w: w.get("nightly", account_id="account_id"),
        lambda told: told.schedules[0].cron,
        "0 2 * * *",
    ),
    (
        "update",
        lambda w: w.update(
            "fresh",
            account_id="account_id",
            script_name="s",
            class_name="C",
            limits={"steps": 5},
            concurrency={"limit": 2},
            default_retention={"success_retention": "1 day", "error_retention": 5000},
            schedules=[{"cron": "0 * * * *"}],
        ),
        lambda told: (told.name, told.terminator_running, told.triggered_on),
        ("fresh", 0, None),
    ),
    (
        "delete",
        lambda w: w.delete("fresh", account_id="account_id"),
        lambda told: (told.status, told.success),
        ("ok", True),
    ),
    (
        "instances.create",
        lambda w: w.instances.create(
            **AT,
            instance_id="i",
            params='{"order": 7}',
            instance_retention={"error_retention": "2 days", "success_retention": 60000},
            location_hint="weur",
        ),
        lambda told: (told.id, told.status, told.version_id, told.trigger_source),
        ("i", "queued", VERSION, "api"),
    ),
    (
        "instances.bulk",
        lambda w: w.instances.bulk(**AT, body=[{"instance_id": "a"}, {"params": "params"}]),
        lambda told: [each.status for each in told],
        ["queued", "queued"],
    ),
    (
        "instances.list",
        lambda w: w.instances.list(**AT, per_page=2),
        lambda told: sorted(each.status for each in told),
        ["running"] * 3,
    ),
    (
        "instances.get",
        lambda w: w.instances.get("i", **AT, order="desc", simple="false"),
        lambda told: (told.status, told.params, told.steps[0].name, told.output, told.step_count),
        ("running", {"order": 7}, "check-1", "", 1),
    ),
    (
        "instances.step",
        lambda w: w.instances.step("i", **AT, name="check-1", type="step", attempt=1),
        lambda told: (told.status, told.error, told.output),
        ("running", None, None),
    ),
    (
        "instances.status.edit",
        lambda w: w.instances.status.edit("i", **AT, status="pause"),
        lambda told: (told.status, told.timestamp.isoformat()),
        ("waitingForPause", "2026-01-05T09:00:00+00:00"),
    ),
    (
        "instances.status.edit",
        lambda w: w.instances.status.edit("a", **AT, status="restart", from_={"name": "check"}),
        lambda told: told.status,
        "queued",
    ),
    (
        "instances.status.edit",
        lambda w: w.instances.status.edit("a", **AT, status="terminate", rollback=True),
        lambda told: told.status,
        "terminated",
    ),
    (
        "instances.events.create",
        lambda w: w.instances.events.create("approved", **AT, instance_id="i", body={"by": "a"}),
        lambda told: told.instance_id,
        "i",
    ),
    (
        "versions.list",
        lambda w: w.versions.list(**AT),
        lambda told: [each.limits.steps for each in told],
        [100],
    ),
    (
        "versions.get",
        lambda w: w.versions.get(VERSION, **AT),
        lambda told: (told.language, told.has_dag, told.default_retention.success_retention),
        ("javascript", False, 604_800_000),
    ),
    (
        "versions.graph",
        lambda w: w.versions.graph(VERSION, **AT),
        lambda told: told.graph.workflow.nodes[0].type,
        "step_sleep",
    ),
)


@pytest.fixture(params=[TOKEN, KEY], ids=["token", "key"])
def sdk(shop: Session, request: pytest.FixtureRequest) -> Iterator[Cloudflare]:
    """The SDK as it comes; only its base URL is ours, and every answer is held to its types."""
    with Cloudflare(**request.param, base_url=shop.url, _strict_response_validation=True) as made:
        yield made


def test_every_method_sync(sdk: Cloudflare) -> None:
    for method, call, told, wanted in STORY:
        answer = call(sdk.workflows)
        answer = list(answer) if method.endswith(("list", "bulk")) else answer
        assert told(answer) == wanted, method


def test_every_method_async(shop: Session) -> None:
    async def play() -> None:
        made = AsyncCloudflare(**TOKEN, base_url=shop.url, _strict_response_validation=True)
        async with made as client:
            for method, call, told, wanted in STORY:
                paged = method.endswith(("list", "bulk"))
                answer = await (walked if paged else itself)(call(client.workflows))
                assert told(answer) == wanted, method

    asyncio.run(play())


async def walked(pages: AsyncIterator[Any]) -> list[Any]:
    return [each async for each in pages]


async def itself(answer: Awaitable[Any]) -> Any:
    return await answer


def test_the_story_leaves_no_method_out() -> None:
    assert {method for method, *_ in STORY} == set(methods(WorkflowsResource))


def methods(resource: type, prefix: str = "") -> Iterator[str]:
    """Every call of a resource and of those below it."""
    for name, value in vars(resource).items():
        if name.startswith(("_", "with_")):
            continue
        below = getattr(value, "func", None) or getattr(value, "fget", None)
        if inspect.isfunction(value):
            yield prefix + name
        elif below is not None:
            returned = inspect.signature(below, eval_str=True).return_annotation
            yield from methods(returned, f"{prefix}{name}.")


def test_an_instance_from_its_creation_to_its_end(shop: Session, sdk: Cloudflare) -> None:
    instances = sdk.workflows.instances
    # The SDK says that `params` is a text; the API takes any JSON, and the SDK sends it so.
    instances.create(**AT, instance_id="i", params={"order": 7})  # type: ignore[arg-type]
    shop.advance("30s")
    waiting = instances.get("i", **AT)
    assert (waiting.status, waiting.success, waiting.end, waiting.rollback) == (
        "running",
        None,
        None,
        None,
    )
    check, wait = waiting.steps
    assert (check.type, getattr(check, "output", ""), wait.type) == (
        "step",
        '{"ok":true}',
        "waitForEvent",
    )
    instances.events.create("approved", **AT, instance_id="i", body={"by": "ada"})
    shop.advance("1m")
    done = instances.get("i", **AT)
    assert (done.status, done.success, done.output, done.error) == ("complete", True, 7, None)
    event = instances.step("i", **AT, name="approval-1", type="waitForEvent")
    assert (event.output, event.event_type) == ({"by": "ada"}, "approved")


def test_a_stream_is_read_raw(shop: Session) -> None:
    workflow = {"name": "export", "steps": [{"do": "dump", "output": "a;b"}], "streams": ["dump"]}
    world = {"cloudflare": {"workflows": [workflow]}}
    shop.admin("POST", "/scenario", {"scenario": {"understudy": 1, "world": world}})
    with Cloudflare(**TOKEN, base_url=shop.url, _strict_response_validation=True) as client:
        instances, at = client.workflows.instances, {**AT, "workflow_name": "export"}
        instances.create(**at, instance_id="i")
        shop.advance("1s")
        raw = instances.with_raw_response.step("i", **at, name="dump-1", type="step")
        assert (raw.headers["content-type"], raw.read()) == ("application/octet-stream", b"a;b")


def test_it_finds_its_account_by_itself(sdk: Cloudflare) -> None:
    assert [each.id for each in sdk.accounts.list(per_page=5)] == ["account_id"]
    assert [each.id for each in sdk.accounts.list(name="nobody")] == []
    (membership,) = sdk.memberships.list(account={"name": "shop"}, order="account.name")
    assert membership.account is not None
    assert (membership.account.id, membership.status) == ("account_id", "accepted")


def test_it_knows_who_it_is(shop: Session) -> None:
    for credential in (TOKEN, KEY):
        made = Cloudflare(**credential, base_url=shop.url, _strict_response_validation=True)
        with made as client:
            user = client.user.get()
            assert user is not None
            assert user.email == "ops@shop.example"
    with Cloudflare(**TOKEN, base_url=shop.url, _strict_response_validation=True) as client:
        verified = client.user.tokens.verify()
        assert verified is not None
        assert verified.status == "active"


def test_every_status_passes_its_types(origin: str) -> None:
    url = f"{origin}/~types/cloudflare/client/v4"
    account = "6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01"  # the base world's
    seen = set()
    token = "cf-token-northwind"
    with Cloudflare(api_token=token, base_url=url, _strict_response_validation=True) as client:
        for workflow in client.workflows.list(account_id=account):
            at: dict[str, Any] = {"account_id": account, "workflow_name": workflow.name}
            if workflow.name != "thumbnails":
                for each in client.workflows.instances.list(**at):
                    told = client.workflows.instances.get(each.id, **at)
                    seen.add(told.status)
                    assert told.status == each.status
                    assert told.step_count == len(told.steps)
    assert len(seen) >= 8  # real time passes: what rolls back may be over by now


@pytest.mark.parametrize(
    ("call", "error", "code"),
    [
        (lambda w: w.get("nobody", account_id="account_id"), NotFoundError, 10200),
        (lambda w: w.instances.get("nobody", **AT), NotFoundError, 10400),
        (lambda w: w.instances.create(**AT, instance_id="a b"), BadRequestError, 10002),
        (lambda w: w.list(account_id="another"), APIStatusError, 10000),
    ],
)
def test_refusals_are_its_exceptions(
    sdk: Cloudflare, call: Call, error: type[APIStatusError], code: int
) -> None:
    with pytest.raises(error) as caught:
        call(sdk.workflows)
    assert [each.code for each in caught.value.errors] == [code]


def test_it_tries_a_conflict_three_times(shop: Session, sdk: Cloudflare) -> None:
    status = sdk.workflows.instances.status
    sdk.workflows.instances.create(**AT, instance_id="i")
    with pytest.raises(APIStatusError) as caught:
        status.edit("i", **AT, status="restart", from_={"name": "ship"})
    assert caught.value.status_code == 409
    assert [told for _, told in shop.asked()] == [200, 409, 409, 409]
