"""What should have been asked, held over HTTP against what was."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.server.admin.admin_client import KEY, PATH, AdminClient
from understudy import slices
from understudy.openapi.request import decode_json
from understudy.server.admin import past_calls
from understudy.server.admin.verify import SLICE
from understudy.server.inprocess import Answered, ask

SENT = [*KEY.items(), ("content-type", "application/json")]

STORY = {
    "understudy": 1,
    "scenario": "One resume",
    "vendor": "looply",
    "verify": [{"operation": "resumeWorkflow", "times": 1}],
}


def test_what_came_as_often_as_wanted_is_verified(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    body = [
        {"operation": "looply.resumeWorkflow", "when": {"process_id": "order-1001"}, "times": 1},
        {"operation": "terminateWorkflow", "times": 0},
        {"operation": "resumeWorkflow"},
    ]
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert (told.status, told.answer) == (200, "VERIFIED")
    assert told.body == {
        "ok": True,
        "verified": [
            {"operation": "looply.resumeWorkflow", "expected": "1", "actual": 1},
            {"operation": "looply.terminateWorkflow", "expected": "0", "actual": 0},
            {"operation": "looply.resumeWorkflow", "expected": "at least 1", "actual": 1},
        ],
    }


@pytest.mark.parametrize(
    ("when", "came"),
    [
        ({"body": {"payload": {"source": "SAP"}}}, 2),
        ({"body": {"payload": {"source": "TEAMS"}}}, 0),
        ({"record": {"state": "AWAITING_RESPONSE"}}, 1),
        ({"process_id": {"$matches": "^order-"}}, 2),
        ({"header.content-type": "application/json"}, 2),
        ({"header.accept": {"$absent": True}}, 0),
        ({"query.trace": "1"}, 0),
    ],
)
def test_conditions_are_those_of_a_rule(
    admin: AdminClient, session: str, when: Any, came: int
) -> None:
    admin.resume(session=session)
    admin.resume(session=session)
    body = {"operation": "resumeWorkflow", "when": when, "times": came}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert told.body["verified"][0]["actual"] == came


def test_what_came_instead_is_told(admin: AdminClient, session: str) -> None:
    admin.resume("order-1002", session=session)
    admin.call("POST", "/terminateWorkflow/order-1002", session=session)
    body = {"operation": "resumeWorkflow", "when": {"process_id": "order-1001"}, "times": 1}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert (told.status, told.answer) == (409, "NOT_VERIFIED")
    assert told.body["detail"] == "looply.resumeWorkflow came 0 times, wanted 1"
    assert told.body["unmet"] == [
        {
            "operation": "looply.resumeWorkflow",
            "expected": "1",
            "actual": 0,
            "where": "/",
            "requests": [],
            "nearest": [
                {
                    "request": f"{session}.1",
                    "status": 409,
                    "differs": 'process_id: expected "order-1001", got "order-1002"',
                }
            ],
        }
    ]
    assert told.body["calls"] == [
        {"operation": "looply.resumeWorkflow", "times": 1},
        {"operation": "looply.terminateWorkflow", "times": 1},
    ]


def test_what_came_too_often_is_named(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    body = {"operation": "resumeWorkflow", "times": 0}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert told.body["detail"] == "looply.resumeWorkflow came once, wanted 0"
    assert told.body["unmet"][0]["requests"] == [f"{session}.1"]


def test_the_nearest_miss_comes_first(admin: AdminClient, session: str) -> None:
    admin.resume("order-1002", session=session)
    admin.resume("order-1001", session=session)
    when = {"process_id": "order-1001", "body": {"payload": {"source": "TEAMS"}}}
    body = {"operation": "resumeWorkflow", "when": when}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    nearest = [each["request"] for each in told.body["unmet"][0]["nearest"]]
    assert nearest == [f"{session}.2", f"{session}.1"]


def test_of_many_misses_what_reads_most_alike_comes_first(admin: AdminClient, session: str) -> None:
    for name in ("invoice-77", *(f"order-{number}" for number in range(20))):
        admin.resume(name, session=session)
    body = {"operation": "resumeWorkflow", "when": {"process_id": "invoice-7"}}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    nearest = told.body["unmet"][0]["nearest"]
    assert len(nearest) == 5
    assert nearest[0]["differs"] == 'process_id: expected "invoice-7", got "invoice-77"'


def test_of_many_that_matched_the_first_are_told(admin: AdminClient, session: str) -> None:
    for _ in range(12):
        admin.resume(session=session)
    told = admin.ask(
        "POST", f"/sessions/{session}/verify", {"operation": "resumeWorkflow", "times": 0}
    )
    (unmet,) = told.body["unmet"]
    assert unmet["requests"] == [f"{session}.{number}" for number in range(1, 11)]
    assert (unmet["actual"], unmet["more"]) == (12, 2)


@pytest.mark.parametrize(
    ("times", "holds", "wanted"),
    [
        ({"$min": 1}, True, "at least 1"),
        ({"$min": 3}, False, "at least 3"),
        ({"$max": 3}, True, "at most 3"),
        ({"$max": 1}, False, "at most 1"),
        ({"$min": 1, "$max": 3}, True, "1 to 3"),
        ({"$min": 3, "$max": 4}, False, "3 to 4"),
        ({"$min": 2, "$max": 2}, True, "2"),
    ],
)
def test_at_least_and_at_most(
    admin: AdminClient, session: str, times: dict[str, int], holds: bool, wanted: str
) -> None:
    admin.resume(session=session)
    admin.resume(session=session)
    body = {"operation": "resumeWorkflow", "times": times}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert told.status == (200 if holds else 409)
    (each,) = told.body["verified" if holds else "unmet"]
    assert (each["expected"], each["actual"]) == (wanted, 2)


@pytest.mark.parametrize(
    ("times", "status", "detail"),
    [
        ({"$min": 3, "$max": 1}, 409, "no number is at least 3 and at most 1"),
        ({}, 400, "/times must have one of $min or $max; got an empty object"),
        ({"min": 1}, 400, "/times/min is not known; /times has $min and $max"),
        (
            "1",
            400,
            '/times must be a whole number or an object like {"$min": 1, "$max": 3}; got "1"',
        ),
    ],
)
def test_what_no_count_can_be_is_refused(
    admin: AdminClient, session: str, times: Any, status: int, detail: str
) -> None:
    body = {"operation": "resumeWorkflow", "times": times}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert (told.status, told.body["detail"]) == (status, detail)


def test_a_form_of_an_operation_counts_as_it(admin: AdminClient, session: str) -> None:
    workflow = "be9439c2-16b9-4de2-bb1a-9154b85af065"
    admin.call("POST", f"/triggerworkflow/{workflow}", session=session, json={})
    body = {"operation": "triggerWorkflow", "when": {"workflow_id": workflow}, "times": 1}
    assert admin.ask("POST", f"/sessions/{session}/verify", body).status == 200


def test_without_a_body_the_sessions_scenarios_are_held(admin: AdminClient, session: str) -> None:
    admin.ask("POST", f"/sessions/{session}/scenario", {"scenario": STORY})
    assert admin.ask("POST", f"/sessions/{session}/verify").status == 409
    admin.resume(session=session)
    assert admin.ask("POST", f"/sessions/{session}/verify").status == 200


def test_nothing_to_verify_is_never_green(admin: AdminClient, session: str) -> None:
    told = admin.ask("POST", f"/sessions/{session}/verify")
    assert (told.status, told.answer) == (409, "EXPECTATION_REFUSED")


def test_an_unknown_operation_is_answered_with_those_there_are(
    admin: AdminClient, session: str
) -> None:
    told = admin.ask("POST", f"/sessions/{session}/verify", {"operation": "resume"})
    assert (told.status, told.answer) == (404, "OPERATION_NOT_FOUND")
    assert told.body["exists"][0] == "looply.resumeWorkflow"


def test_a_condition_no_call_could_meet_is_refused(admin: AdminClient, session: str) -> None:
    body = {"operation": "resumeWorkflow", "when": {"proces_id": "x"}}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert (told.status, told.answer) == (409, "EXPECTATION_REFUSED")
    assert told.body["where"] == "/when/proces_id"
    assert "process_id" in told.body["fix"]


def test_a_journal_that_was_too_small_cannot_say_how_often() -> None:
    admin = AdminClient(journal=2)
    for _ in range(3):
        admin.resume()
    body = [
        {"operation": "resumeWorkflow", "times": 2},
        {"operation": "terminateWorkflow", "times": 0},
        {"operation": "resumeWorkflow"},
        {"operation": "resumeWorkflow", "times": {"$min": 2}},
        {"operation": "resumeWorkflow", "times": {"$max": 9}},
    ]
    told = admin.ask("POST", "/sessions/default/verify", body)
    assert (told.status, told.answer) == (409, "NOT_VERIFIED")
    assert [(each["operation"], each["expected"]) for each in told.body["unmet"]] == [
        ("looply.resumeWorkflow", "2"),
        ("looply.terminateWorkflow", "0"),
        ("looply.resumeWorkflow", "at most 9"),
    ], "that it came at all, and so often at least, is sure"
    assert told.body["unmet"][1]["because"] == (
        "nobody can say, for the journal no longer has the first 1 requests; "
        "`understudy serve --journal 3` keeps them"
    )


def test_too_many_are_too_many_whatever_the_journal_lost() -> None:
    admin = AdminClient(journal=2)
    for _ in range(4):
        admin.resume()
    body = {"operation": "resumeWorkflow", "times": {"$max": 1}}
    (unmet,) = admin.ask("POST", "/sessions/default/verify", body).body["unmet"]
    assert (unmet["actual"], unmet.get("because")) == (2, None)


def test_which_of_like_verifications_is_unmet_is_told(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    wanted = [{"process_id": "order-1001"}, {"process_id": "order-1002"}]
    body = [{"operation": "resumeWorkflow", "when": each, "times": 1} for each in wanted]
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert [each["where"] for each in told.body["unmet"]] == ["/1"]


def test_whose_calls_they_were_is_verified_by_name(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    other = {"x-api-key": "looply-key-contoso"}
    for headers in (other, other, {"x-api-key": "nobodys"}):
        admin.call("GET", "/getOrganizationWorkflows", session=session, headers=headers)
    body = [
        {"operation": "resumeWorkflow", "as": "default", "times": 1},
        {"operation": "getOrganizationWorkflows", "as": "other", "times": 2},
        {"operation": "getOrganizationWorkflows", "as": "nobody", "times": 1},
        {"operation": "resumeWorkflow", "when": {"x-api-key": {"$absent": False}}, "times": 1},
    ]
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert [each["actual"] for each in told.body["verified"]] == [1, 2, 1, 1]
    wrong = {"operation": "resumeWorkflow", "as": "other"}
    told = admin.ask("POST", f"/sessions/{session}/verify", wrong)
    assert told.body["unmet"][0]["nearest"][0]["differs"] == "as: expected other, got default"


@pytest.mark.parametrize(
    ("when", "name"),
    [
        ({"x-api-key": "looply-key-northwind"}, "x-api-key"),
        ({"headers": {"X-Api-Key": {"$matches": "^looply"}}}, "x-api-key"),
        ({"header.authorization": "Bearer x"}, "authorization"),
        ({"query.access_token": "x"}, "query.access_token"),
    ],
)
def test_a_secret_that_the_journal_does_not_keep_is_refused(
    admin: AdminClient, session: str, when: Any, name: str
) -> None:
    body = {"operation": "resumeWorkflow", "when": when, "times": 0}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert (told.status, told.answer) == (409, "EXPECTATION_REFUSED")
    assert name in told.body["detail"]
    assert told.body["detail"].endswith("for a journal keeps no secrets")
    assert told.body["fix"] == "Say `as:` and a credential's name"


def test_a_credential_that_there_is_not_is_told(admin: AdminClient, session: str) -> None:
    body = {"operation": "resumeWorkflow", "as": "defualt"}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert (told.answer, told.body["where"]) == ("EXPECTATION_REFUSED", "/as")
    assert told.body["fix"].startswith("Did you mean `default`? There are default, other, ")


RESUMED, TERMINATED = "looply.resumeWorkflow", "looply.terminateWorkflow"


def test_calls_are_held_to_an_order(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    admin.call("GET", "/getWorkflowExecutionById/order-1001", session=session)
    admin.call("POST", "/terminateWorkflow/order-1001", session=session)
    path = f"/sessions/{session}/verify"
    body = {"order": ["resumeWorkflow", {"operation": "terminateWorkflow", "as": "default"}]}
    told = admin.ask("POST", path, body)
    target = f"{RESUMED}, then {TERMINATED}"
    assert told.body["verified"] == [
        {"operation": target, "expected": "2 in this order", "actual": 2},
    ]
    told = admin.ask("POST", path, {"order": ["terminateWorkflow", "resumeWorkflow"]})
    assert (told.status, told.answer) == (409, "NOT_VERIFIED")
    (unmet,) = told.body["unmet"]
    because = f"no {RESUMED} came after {TERMINATED}, {session}.3"
    assert unmet["because"] == because
    assert unmet["requests"] == [f"{session}.3"]
    assert unmet["nearest"] == [
        {
            "request": f"{session}.1",
            "status": 200,
            "differs": f"it came before {session}.3",
        }
    ]
    assert told.body["detail"] == f"wanted in this order: {TERMINATED}, then {RESUMED}; {because}"


def test_each_call_of_an_order_is_another_one(admin: AdminClient, session: str) -> None:
    path, body = f"/sessions/{session}/verify", {"order": ["resumeWorkflow", "resumeWorkflow"]}
    admin.resume(session=session)
    assert admin.ask("POST", path, body).body["unmet"][0]["actual"] == 1
    admin.resume(session=session)
    assert admin.ask("POST", path, body).status == 200


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        ({"order": ["resumeWorkflow", {"operation": "resumeWorkflow", "when": {"x": 1}}]},
         "/order/1/when/x", "resumeWorkflow has no parameter `x`"),
        ({"operation": "resumeWorkflow", "within": "1h"}, "/within", "`within` is 1h"),
        ({"operation": "resumeWorkflow", "times": 0, "within": "1s"}, "/within",
         "what wants no call holds at once"),
        ({"operation": "resumeWorkflow", "order": ["resumeWorkflow", "resumeWorkflow"]},
         "/order", "`order` is no key of a verification"),
        ({"order": ["resumeWorkflow", {"operation": "resumeWorkflow", "as": "nemo"}]},
         "/as", "there is no credential `nemo`"),
    ],
)  # fmt: skip
def test_what_cannot_be_waited_for_or_ordered_is_refused(
    admin: AdminClient, session: str, body: Any, where: str, what: str
) -> None:
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert (told.status, told.answer) == (409, "EXPECTATION_REFUSED")
    assert (told.body["where"], told.body["detail"]) == (where, what)


def test_times_may_be_a_whole_number_with_a_point(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    path = f"/sessions/{session}/verify"
    for times in (1.0, {"$min": 1.0, "$max": 1.0}):
        told = admin.ask("POST", path, {"operation": "resumeWorkflow", "times": times})
        assert told.body["verified"][0]["expected"] == "1"


async def together(admin: AdminClient, session: str, body: Any, calls: int) -> list[Answered]:
    """A verification, and calls of the vendor that begin after it."""

    async def later() -> Answered:
        sent = b'{"payload": {"source": "SAP"}}'
        url = f"/~{session}/looply{PATH}/resumeWorkflow/order-1001"
        answers = [await ask(admin.app, "POST", url, SENT, sent) for _ in range(calls)]
        return answers[-1]

    path = f"/__admin/sessions/{session}/verify"
    verified = ask(admin.app, "POST", path, SENT, json.dumps(body).encode())
    return list(await asyncio.gather(verified, later()))


@pytest.mark.parametrize(
    "body",
    [
        {"operation": "resumeWorkflow", "within": "20s"},
        {"operation": "resumeWorkflow", "times": 2, "within": "20s"},
        {"order": ["resumeWorkflow", "resumeWorkflow"], "within": "20s"},
        [{"operation": "terminateWorkflow", "times": 0},
         {"operation": "resumeWorkflow", "within": "20s"}],
    ],
)  # fmt: skip
def test_a_call_that_is_still_to_come_is_waited_for(
    admin: AdminClient, session: str, body: Any
) -> None:
    verified, answer = asyncio.run(together(admin, session, body, 2))
    assert answer.status == 409
    assert verified.status == 200, verified.body


@pytest.mark.parametrize(
    "body",
    [
        {"operation": "resumeWorkflow", "times": 1},
        {"operation": "terminateWorkflow", "within": "30ms"},
        [{"operation": "terminateWorkflow"}, {"operation": "resumeWorkflow", "within": "20s"}],
    ],
)
def test_what_does_not_come_is_not_waited_for_longer(
    admin: AdminClient, session: str, body: Any
) -> None:
    verified, _ = asyncio.run(together(admin, session, body, 2))
    assert json.loads(verified.body)["type"] == "urn:understudy:not-verified"


def test_more_calls_than_wanted_end_the_wait(admin: AdminClient, session: str) -> None:
    admin.resume(session=session)
    admin.resume(session=session)
    body = {"operation": "resumeWorkflow", "times": 1, "within": "20s"}
    told = admin.ask("POST", f"/sessions/{session}/verify", body)
    assert told.body["unmet"][0]["actual"] == 2


def test_each_call_is_read_once_for_all_verifications_and_others_are_answered_meanwhile(
    admin: AdminClient, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []

    def noting(body: bytes) -> Any:
        decoded.append(body)
        return decode_json(body)

    monkeypatch.setattr(past_calls, "decode_json", noting)
    monkeypatch.setattr(slices, "SLICE", 0)
    slept: list[float] = []
    sleep = asyncio.sleep

    async def noted(delay: float) -> None:
        slept.append(delay)
        await sleep(delay)

    monkeypatch.setattr(asyncio, "sleep", noted)
    for _ in range(5):
        admin.resume(session=session)
    wanted = [
        {"operation": "resumeWorkflow", "when": {"body": {"payload": {"n": n}}}, "times": 0}
        for n in range(100)
    ]
    slept.clear()
    assert admin.ask("POST", f"/sessions/{session}/verify", wanted).status == 200
    assert len(decoded) == 5
    assert slept.count(0) >= 5 * 100 / SLICE
