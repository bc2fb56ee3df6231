"""Stories played against a sandbox: what is sent, what is expected, what is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.scripted_target import ScriptedTarget
from tests.scenarios.shop_vendor import SHOP, scenario
from understudy.errors import ScenarioError
from understudy.scenarios.stories.replay import replay
from understudy.scenarios.stories.report import Outcome, Report, difference, unlike
from understudy.scenarios.stories.target import Lost, is_sandbox

PLACE = "steps:\n  - { call: placeOrder, with: { order_id: a, body: {} }, expect: { status: 200 } }"


def play(text: str, stage: ScriptedTarget, **more: Any) -> Report:
    return replay(scenario(text), stage, (SHOP,), **more)


def test_a_story_is_played_in_a_session_of_its_own() -> None:
    stage = ScriptedTarget((200, {"id": "a"}))
    report = play(PLACE, stage)
    assert (report.verdict, report.title) == ("passed", "s")
    text = f"understudy: 1\nvendor: shop\n{PLACE}"
    assert stage.asked == [
        (
            "POST",
            "/__admin/sessions",
            {"scenario": text, "clock": "frozen", "seed": 0, "name": "replay-s-yaml"},
        ),
        (
            "GET",
            "/__admin/sessions/stage/records?vendor=shop&collection=credentials&limit=1000",
            None,
        ),
        ("POST", "/~stage/shop/v1/orders/a", {}),
        ("DELETE", "/__admin/sessions/stage", None),
    ]
    assert stage.headers[2] == {"x-api-key": "k-1", "content-type": "application/json"}


def test_the_scenario_says_its_clock_and_seed_itself() -> None:
    stage = ScriptedTarget((200, {}))
    play('seed: 7\nclock: { at: "2026-01-05T09:00:00Z" }\n' + PLACE, stage)
    assert set(stage.bodies("/sessions")[0]) == {"scenario", "name"}


def test_a_session_name_that_is_taken_gives_way_to_a_free_one() -> None:
    taken = (409, {"type": "urn:understudy:session-exists", "detail": "there is one"})
    stage = ScriptedTarget((200, {}), admin={"/sessions": [taken, (201, {"name": "session-1"})]})
    assert play(PLACE, stage).ok
    assert stage.calls == [("POST", "/~session-1/shop/v1/orders/a")]


def test_an_admin_token_is_sent_along() -> None:
    stage = ScriptedTarget((200, {}))
    play(PLACE, stage, token="secret")
    assert [headers.get("authorization") for headers in stage.headers] == [
        "Bearer secret",
        "Bearer secret",
        None,
        "Bearer secret",
    ]


def test_a_sandbox_that_refuses_the_scenario_is_told() -> None:
    refusal = {"detail": "no such workflow", "where": "text:9", "fix": "There are a, b"}
    with pytest.raises(ScenarioError) as refused:
        play(PLACE, ScriptedTarget(admin={"/sessions": (409, refusal)}))
    assert str(refused.value) == (
        "s.yaml: the sandbox refuses it: no such workflow (text:9). There are a, b"
    )


def test_a_difference_is_told_with_what_the_sandbox_says() -> None:
    why = {
        "because": "o-1 is open",
        "curl": "curl ...",
        "rules": [
            {"rule": "mine", "acted": False, "because": "order_id: expected 1, got 2"},
            {"rule": "other", "acted": True, "because": "it fired"},
        ],
    }
    stage = ScriptedTarget((409, {"code": "SOLD_OUT"}), admin={"/requests/4": (200, why)})
    report = replay(
        scenario(
            "steps:\n  - call: placeOrder\n    with: { order_id: a, body: {} }\n"
            "    expect: { status: 200, body: { id: a } }"
        ),
        Numbered(stage),
        (SHOP,),
    )
    assert report.failed == (
        Outcome(
            name="placeOrder",
            where="s.yaml:4",
            verdict="failed",
            sent="POST /v1/orders/a",
            expected='200 {"id": "a"}',
            got='409 {"code": "SOLD_OUT"}',
            differences=(
                "status: expected 200, got 409",
                'body/id: expected "a", got nothing',
            ),
            because="o-1 is open",
            request="stage.4",
            command="curl ...",
            sentence="order a is placed",
            operation="shop.placeOrder",
            rules=("mine: order_id: expected 1, got 2",),
        ),
    )


class Numbered:
    """A stage whose answers carry the number of their request."""

    def __init__(self, stage: ScriptedTarget) -> None:
        self.stage = stage

    def send(self, method: str, path: str, headers: Any, body: bytes) -> Any:
        answer = self.stage.send(method, path, headers, body)
        if isinstance(answer, Lost):
            return answer
        return answer._replace(headers=[*answer.headers, ("X-Understudy-Request", "stage.4")])


@pytest.mark.parametrize(
    ("expect", "answer", "differences"),
    [
        ("lost: true", Lost("reset"), ()),
        ("lost: true", (200, [1]), ("expected the answer to be lost, got 200 [1]",)),
        ("status: 200", Lost("reset"), ("no answer: reset",)),
        ("status: { $min: 500 }", (503, None), ()),
        ("status: 200, body: { $absent: true }", (200, None), ()),
        ("body: { $absent: true }", (200, {}), ("body: expected nothing, got {}",)),
        ("body: none left", (200, "none left"), ()),
        ("body: { a: { $absent: true } }", (200, {"b": 1}), ()),
        ("headers: { retry-after: { $absent: true } }", (200, {}), ()),
        ("headers: { x-n: '5' }", (200, {}), ('header x-n: expected "5", got nothing',)),
    ],
)  # fmt: skip
def test_what_is_expected(expect: str, answer: Any, differences: tuple[str, ...]) -> None:
    text = f"steps:\n  - {{ call: listOrders, expect: {{ {expect} }} }}"
    report = play(text, ScriptedTarget(answer))
    assert report.outcomes[0].differences == differences
    assert report.ok is (not differences)


def test_without_an_expectation_any_answer_will_do_but_none_will_not() -> None:
    assert play("steps: [{ call: listOrders }]", ScriptedTarget((500, None))).ok
    assert not play("steps: [{ call: listOrders }]", ScriptedTarget(Lost())).ok


def test_what_a_step_saves_later_steps_use() -> None:
    text = """\
steps:
  - call: placeOrder
    with: { order_id: a, body: { n: 3 } }
    save: { made: $.id, all: "$.items[*].n" }
  - call: placeOrder
    with: { order_id: "${made}", body: { all: "${all}", text: "order ${made}" } }
    expect: { body: { same: "${made}" } }
"""
    stage = ScriptedTarget(
        (200, {"id": "o-9", "items": [{"n": 1}, {"n": 2}]}), (200, {"same": "o-9"})
    )
    report = play(text, stage)
    assert report.ok
    assert report.saved == {"made": "o-9", "all": [1, 2]}
    assert stage.asked[-2] == (
        "POST",
        "/~stage/shop/v1/orders/o-9",
        {"all": [1, 2], "text": "order o-9"},
    )


def test_a_step_that_cannot_save_fails_and_what_needs_it_too() -> None:
    text = """\
steps:
  - { call: listOrders, save: { made: $.id } }
  - { call: readOrder, with: { order_id: "${made}" } }
"""
    report = play(text, ScriptedTarget((200, {})))
    assert [(each.differences, each.because) for each in report.failed] == [
        (("nothing to save as made: $.id selects nothing",), ""),
        ((), "`${made}` has no value here: the step that saves it did not"),
    ]


def test_until_plays_a_step_again_as_time_passes() -> None:
    text = """\
steps:
  - call: readOrder
    with: { order_id: a }
    until: { advance: 90s, at_most: 5 }
    expect: { body: { state: DONE } }
"""
    stage = ScriptedTarget(
        (200, {"state": "OPEN"}), (200, {"state": "OPEN"}), (200, {"state": "DONE"})
    )
    report = play(text, stage)
    assert (report.ok, report.outcomes[0].attempts) == (True, 3)
    assert stage.bodies("/clock/advance") == [{"by": "90000ms"}, {"by": "90000ms"}]


def test_until_gives_up() -> None:
    until = "until: { advance: 1s, at_most: 2 }"
    text = f"steps:\n  - {{ call: listOrders, {until}, expect: {{ status: 204 }} }}"
    report = play(text, ScriptedTarget((200, None), (200, None)))
    assert (report.verdict, report.outcomes[0].attempts) == ("failed", 2)


def test_time_passes_in_every_way() -> None:
    text = """\
steps:
  - advance: { by: 6m }
  - advance: { to: "2026-01-05T09:00:00Z" }
  - advance: next
  - advance: idle
  - call: listOrders
"""
    stage = ScriptedTarget((204, None))
    report = play(text, stage)
    assert stage.bodies("/clock/advance") == [
        {"by": "6m"},
        {"to": "2026-01-05T09:00:00Z"},
        {"next": True},
        {"idle": True},
    ]
    assert [each.name for each in report.outcomes][:3] == [
        "advance by 6m",
        "advance to 2026-01-05T09:00:00Z",
        "advance next",
    ]


def test_a_clock_that_refuses_fails_the_step() -> None:
    refusal = (409, {"detail": "the clock cannot go back", "fix": "Reset the session"})
    stage = ScriptedTarget(admin={"/clock/advance": refusal})
    report = play("steps: [{ advance: { to: '2020-01-01T00:00:00Z' } }]", stage)
    assert report.failed[0].because == (
        "the sandbox refuses it: the clock cannot go back. Reset the session"
    )


@pytest.mark.parametrize(
    ("caller", "header"),
    [("", "k-1"), ("as: other, ", "k-2"), ("as: nobody, ", None)],
)
def test_as_names_who_calls(caller: str, header: str | None) -> None:
    stage = ScriptedTarget((204, None))
    assert play(f"steps: [{{ {caller}call: listOrders }}]", stage).ok
    vendor_call = next(
        headers
        for headers, (_, path, _) in zip(stage.headers, stage.asked, strict=True)
        if path.startswith("/~")
    )
    assert vendor_call.get("x-api-key") == header


def test_a_credential_that_the_sandbox_has_not_fails_the_step() -> None:
    report = play("steps: [{ as: third, call: listOrders }]", ScriptedTarget())
    assert report.failed[0].because == (
        "there is no credential `third`. There are other, default, nobody"
    )


def test_a_named_entry_is_known_by_its_record() -> None:
    text = """\
world: { shop: { orders: [{ name: first, state: OPEN }, { name: second, id: o-2, state: OPEN }] } }
steps:
  - { call: readOrder, with: { order_id: "${first.id}" } }
  - { call: readOrder, with: { order_id: "${second.id}" } }
  - { call: readOrder, with: { order_id: "${first.total}" } }
"""
    record = {"id": "o-77", "state": "OPEN", "created": "", "fields": {"name": "first", "total": 5}}
    page = (200, {"records": [{"id": "x", "fields": {}}], "next": "x"})
    last = (200, {"records": [record], "next": None})
    keys = (200, {"records": (), "next": None})
    stage = ScriptedTarget(
        (204, None), (204, None), (204, None), admin={"/records": [page, last, keys]}
    )
    assert play(text, stage).ok
    assert [path.rpartition("/")[2] for _, path in stage.calls] == ["o-77", "o-2", "5"]


def test_of_two_records_with_one_name_the_later_entry_is_meant() -> None:
    text = """\
world:
  shop:
    orders: [{ name: first, id: o-1, state: OPEN }, { name: first, state: DONE }]
steps: [{ call: readOrder, with: { order_id: "${first.id}" } }]
"""
    records = [{"id": number, "fields": {"name": "first"}} for number in ("o-1", "o-2")]
    keys = (200, {"records": (), "next": None})
    admin = {"/records": [(200, {"records": records, "next": None}), keys]}
    stage = ScriptedTarget((204, None), admin=admin)
    assert play(text, stage).ok
    assert stage.calls == [("GET", "/~stage/shop/v1/orders/o-2")]


def test_verifications_are_held_at_the_end() -> None:
    unmet = {
        "operation": "shop.placeOrder",
        "expected": "2",
        "actual": 1,
        "where": "text:6",
        "requests": ["stage.1"],
        "nearest": [{"request": "stage.1", "status": 200, "differs": "order_id: other"}],
    }
    text = (
        PLACE + "\nverify:\n  - { operation: placeOrder, times: 2 }\n  - { operation: listOrders }"
    )
    report = play(text, ScriptedTarget((200, {}), admin={"/verify": (409, {"unmet": [unmet]})}))
    assert [(each.name, each.where, each.verdict) for each in report.outcomes] == [
        ("placeOrder", "s.yaml:4", "passed"),
        ("shop.placeOrder", "s.yaml:6", "failed"),
        ("shop.listOrders", "s.yaml:7", "passed"),
    ]
    (failed,) = report.failed
    assert (failed.kind, failed.expected, failed.got, failed.differences) == (
        "verify",
        "2 calls",
        "1 call",
        ("stage.1: order_id: other",),
    )


def test_finally_is_played_whatever_happened() -> None:
    text = """\
steps:
  - { call: listOrders, expect: { status: 200 } }
finally:
  - { name: cleaned up, call: readOrder, with: { order_id: a } }
"""
    report = play(text, ScriptedTarget((500, None), (204, None)))
    assert [(each.name, each.verdict) for each in report.outcomes] == [
        ("listOrders", "failed"),
        ("cleaned up", "passed"),
    ]


def test_a_step_whose_needs_are_lacking_is_skipped_with_the_reason() -> None:
    text = "steps:\n  - { call: listOrders }\n  - { advance: next, needs: [clock] }"
    report = play(text, ScriptedTarget((204, None)), has=("world", "rules"))
    assert [(each.verdict, each.because) for each in report.outcomes] == [
        ("passed", ""),
        ("skipped", "it needs clock, which the target has not"),
    ]


def test_a_story_with_nothing_left_is_inconclusive_never_green() -> None:
    seen: list[Outcome] = []
    stage = ScriptedTarget()
    report = play(
        "needs: [rules]\nsteps: [{ call: listOrders }]", stage, has=(), on_step=seen.append
    )
    assert (report.verdict, report.ok, stage.asked) == ("inconclusive", False, [])
    assert [each.because for each in seen] == ["it needs rules, which the target has not"]
    assert play("steps: [{ advance: next }]", ScriptedTarget()).verdict == "inconclusive"


def test_variables_come_from_the_environment() -> None:
    text = (
        "variables: { order: { env: ORDER }, key: { env: KEY, default: k } }\n"
        "steps: [{ call: readOrder, with: { order_id: '${order}', headers: { x-k: '${key}' } } }]"
    )
    stage = ScriptedTarget((204, None))
    assert play(text, stage, environment={"ORDER": "o-5"}).ok
    assert stage.calls == [("GET", "/~stage/shop/v1/orders/o-5")]
    with pytest.raises(ScenarioError) as refused:
        play(text, stage, environment={})
    assert str(refused.value) == (
        "s.yaml:3: the variable `order` has no value. Set ORDER, or give it a default"
    )


def test_every_step_is_told_as_it_is_played() -> None:
    seen: list[str] = []
    text = "steps: [{ call: listOrders }, { advance: next }]\nverify: [{ operation: listOrders }]"
    play(text, ScriptedTarget((204, None)), on_step=lambda outcome: seen.append(outcome.name))
    assert seen == ["listOrders", "advance next", "shop.listOrders"]


def test_the_transcript_has_every_call_in_order() -> None:
    text = "steps: [{ call: listOrders }, { call: listOrders, expect: { lost: true } }]"
    report = play(text, ScriptedTarget((200, {"a": 1}), Lost()))
    assert [(each.sent, each.status, each.body) for each in report.transcript] == [
        ("GET /v1/orders", 200, b'{"a":1}'),
        ("GET /v1/orders", None, b""),
    ]
    assert report == play(text, ScriptedTarget((200, {"a": 1}), Lost()))


@pytest.mark.parametrize(
    ("latest", "request_id"),
    [({"id": "stage.1", "lost": "answer"}, "stage.1"), ({"id": "stage.1"}, "")],
)
def test_a_lost_call_is_asked_after_by_its_number_if_a_fault_lost_it(
    latest: Any, request_id: str
) -> None:
    stage = ScriptedTarget(Lost(), admin={"/requests/latest": (200, latest)})
    (outcome,) = play("steps: [{ call: listOrders, expect: { lost: true } }]", stage).outcomes
    assert (outcome.verdict, outcome.request) == ("passed", request_id)


def test_the_session_is_given_back_when_the_sandbox_goes_away() -> None:
    stage = ScriptedTarget(admin={"/verify": (500, "broken")})
    with pytest.raises(ScenarioError):
        play("verify: [{ operation: listOrders }]", stage)
    assert stage.asked[-1][:2] == ("DELETE", "/__admin/sessions/stage")


def test_what_is_no_sandbox_is_asked_nothing_but_the_vendors_calls() -> None:
    stage = ScriptedTarget((204,), (204,))
    text = (
        "steps:\n  - { call: listOrders, expect: { status: 204 } }\n"
        "  - advance: { by: 1s }\n"
        "  - { call: listOrders, needs: [clock] }\n"
        "  - { call: listOrders, expect: { status: 204 } }\n"
        "verify:\n  - { operation: listOrders, times: 2 }"
    )
    report = replay(scenario(text), stage, (SHOP,), has=())
    assert stage.asked == [("GET", "/v1/orders", None)] * 2
    assert [each.verdict for each in report.outcomes] == [
        "passed", "skipped", "skipped", "passed", "skipped",
    ]  # fmt: skip
    assert report.outcomes[1].because == "it needs clock, which the target has not"
    assert report.verdict == "passed"


@pytest.mark.parametrize(
    ("part", "lacks"),
    [
        ("rules: [{ operation: listOrders, reply: 204 }]", "rules"),
        ("world: { shop: { orders: [{ state: OPEN }] } }", "world"),
        ("needs: [clock]", "clock"),
    ],
)
def test_a_story_with_nothing_left_is_inconclusive(part: str, lacks: str) -> None:
    report = replay(
        scenario(f"{part}\nsteps: [{{ call: listOrders }}]"), ScriptedTarget(), (SHOP,), has=()
    )
    assert (report.verdict, report.ok) == ("inconclusive", False)
    assert report.outcomes[0].because == f"it needs {lacks}, which the target has not"


def test_the_first_thing_that_went_otherwise_is_told() -> None:
    text = "steps: [{ call: listOrders }, { call: listOrders }]"
    one, same, other = (
        replay(scenario(text), ScriptedTarget(*answers), (SHOP,))
        for answers in ([(204,), (204,)], [(204,), (204,)], [(204,), (200,)])
    )
    assert difference(one, same) == ""
    assert difference(one, other) == "call 2, GET /v1/orders: status was 204, then 200"
    failed = unlike(one, 2, difference(one, other))
    assert (failed.verdict, failed.failed[0].name) == ("failed", "played again, the 2. time")


def test_a_sandbox_is_known_by_its_health() -> None:
    assert is_sandbox(
        ScriptedTarget(admin={"/health": (200, {"status": "ok", "vendors": ["shop"]})})
    )
    assert not is_sandbox(ScriptedTarget(admin={"/health": (404, {"message": "no"})}))


def test_a_step_is_played_so_often_each_time_as_expected() -> None:
    rounds: list[tuple[str, int, int]] = []
    step = "steps:\n  - { call: listOrders, times: 3, expect: { status: 204 } }"
    stage = ScriptedTarget((204, None), (204, None), (204, None))
    report = play(step, stage, on_round=lambda *told: rounds.append(told))
    assert (report.verdict, len(report.transcript)) == ("passed", 3)
    assert report.outcomes[0].often == "3 times"
    assert rounds == [("listOrders", 2, 3), ("listOrders", 3, 3)]


def test_between_two_of_them_time_passes() -> None:
    step = "steps:\n  - { call: listOrders, times: 3, every: 5ms }"
    stage = ScriptedTarget((204, None), (204, None), (204, None))
    assert play(step, stage).verdict == "passed"
    assert stage.bodies("/clock/advance") == [{"by": "5ms"}, {"by": "5ms"}]


def test_the_first_that_is_not_as_expected_ends_it() -> None:
    step = "steps:\n  - { call: listOrders, times: 3, expect: { status: 204 } }"
    report = play(step, ScriptedTarget((204, None), (409, {}), (204, None)))
    (failed,) = report.failed
    assert (failed.often, failed.differences) == ("2 of 3", ("status: expected 204, got 409",))
    assert len(report.transcript) == 2
