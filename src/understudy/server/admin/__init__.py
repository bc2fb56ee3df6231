"""Our own admin API: described by `specs/admin.yaml`, validated as the vendors' calls are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from understudy.errors import UnderstudyError
from understudy.openapi.compiler import check_handlers
from understudy.openapi.operation import Match, Operation
from understudy.openapi.request import read
from understudy.server.admin.browser_login import knows_token
from understudy.server.admin.clock import advance_clock, get_clock, list_due, set_clock
from understudy.server.admin.coverage import get_coverage
from understudy.server.admin.events import list_events, list_session_events, tell_change
from understudy.server.admin.problems import invalid, refuse, unknown_path
from understudy.server.admin.record_changes import change_record, make_record, remove_record
from understudy.server.admin.records import get_record, list_records
from understudy.server.admin.requests import clear_requests, get_request, list_requests
from understudy.server.admin.rules import (
    add_rules,
    change_rule,
    delete_rule,
    delete_rules,
    get_rule,
    list_rules,
)
from understudy.server.admin.scenarios import export_scenario, in_json, load_scenario
from understudy.server.admin.sessions import (
    create_session,
    delete_session,
    fork_session,
    get_session,
    get_snapshot,
    list_sessions,
    reset_session,
    restore_snapshot,
)
from understudy.server.admin.stories import get_story, list_stories, next_step, play_story
from understudy.server.admin.vendors import (
    get_vendor,
    get_vendor_contract,
    health,
    health_of,
    list_vendors,
)
from understudy.server.admin.verify import verify
from understudy.server.admin.violation_texts import unknown_parameters
from understudy.server.sessions.sandbox import Sandbox
from understudy.server.wire.request_limits import has_too_many_values
from understudy.server.wire.response import NONE, Response, indented, sandbox_response
from understudy.settings import Settings
from understudy.slices import InSlices, pause
from understudy.vendor import Call, Problem, Reply, Request

log = logging.getLogger("understudy")

CONTRACT = "admin"
ENDS_THE_PAST = ("resetSession", "deleteSession", "restoreSnapshot")  # waits for nothing in it
HELD = 0.002  # seconds between two looks whether a session is free again
VALUES = 250_000  # in a body that is no snapshot: a world of 20,000 records
HEALTH = "/__admin/health"  # answered whatever else is broken
SNAPSHOT = "/snapshot"  # how the path ends at which a session is put back

Handler = Callable[[Request, Sandbox], Reply | InSlices[Reply]]

HANDLERS: Mapping[str, Handler] = {
    "health": health,
    "listVendors": list_vendors,
    "getVendor": get_vendor,
    "getVendorContract": get_vendor_contract,
    "listSessions": list_sessions,
    "createSession": create_session,
    "getSession": get_session,
    "deleteSession": delete_session,
    "resetSession": reset_session,
    "forkSession": fork_session,
    "getSnapshot": get_snapshot,
    "restoreSnapshot": restore_snapshot,
    "getClock": get_clock,
    "setClock": set_clock,
    "advanceClock": advance_clock,
    "listDue": list_due,
    "exportScenario": export_scenario,
    "loadScenario": load_scenario,
    "listStories": list_stories,
    "playStory": play_story,
    "getStory": get_story,
    "playNextStep": next_step,
    "listRules": list_rules,
    "addRules": add_rules,
    "getRule": get_rule,
    "changeRule": change_rule,
    "deleteRule": delete_rule,
    "deleteRules": delete_rules,
    "listRequests": list_requests,
    "getRequest": get_request,
    "clearRequests": clear_requests,
    "verify": verify,
    "getCoverage": get_coverage,
    "listEvents": list_events,
    "listSessionEvents": list_session_events,
    "listRecords": list_records,
    "listCollection": list_records,
    "makeRecord": make_record,
    "getRecord": get_record,
    "changeRecord": change_record,
    "removeRecord": remove_record,
}


def check_contract(sandbox: Sandbox) -> None:
    """ContractError unless our own contract can be served."""
    check_handlers(sandbox.contract(CONTRACT), HANDLERS)


def answer_admin(sandbox: Sandbox, call: Call) -> InSlices[Response]:
    """The answer to a call below `/__admin`; the call's path is whole. HEAD is GET without a body,
    as HTTP has it: below the router, so that no contract needs to say so."""
    sent = yield from _sent(sandbox, call, "GET" if call.method == "HEAD" else call.method)
    if call.method == "HEAD":
        sent.body, sent.stream = b"", None
    return sent


def ask_admin(sandbox: Sandbox, call: Call) -> InSlices[Reply]:
    """What the admin API answers, as a value: for what shows it to a person."""
    contract = sandbox.contract(CONTRACT)
    found = contract.find(call.method, call.path)
    if not isinstance(found, Match):
        return refuse(unknown_path(contract, call, found.allow), None)
    return (yield from _answer(sandbox, call, found))


def _sent(sandbox: Sandbox, call: Call, method: str) -> InSlices[Response]:
    try:
        contract = sandbox.contract(CONTRACT)
    except UnderstudyError as error:
        alive = method == "GET" and call.path == HEALTH
        return sandbox_response(
            health_of(sandbox) if alive else _broken(error, None), sandbox.now()
        )
    found = contract.find(method, call.path)
    if not isinstance(found, Match):
        refused = refuse(unknown_path(contract, call, found.allow), None)
        return sandbox_response(indented(refused, call.headers), sandbox.now())
    operation = found.operation
    reply = yield from _answer(sandbox, call, found)
    named = [each for each in found.values if each in sandbox.sessions]
    session = named[0] if named and operation.path_parameters[0].name == "session" else None
    at, label = sandbox.now(session), f"{CONTRACT}.{operation.id}"
    return sandbox_response(indented(reply, call.headers), at, label, session or NONE)


def _answer(sandbox: Sandbox, call: Call, found: Match) -> InSlices[Reply]:
    operation = found.operation
    try:
        _bounded(call, body_limit(sandbox.settings, call.method, call.path, call.headers))
        _authenticate(call, operation, sandbox.settings.admin_token)
        headers, body = in_json(operation, call)
        asked = read(operation, found.values, call.query, headers, body)
        wrong = [*unknown_parameters(operation, call.query), *asked.violations]
        if wrong:
            raise invalid(wrong, operation)
        request = Request(call, operation, asked.values, asked.body, None)
        if operation.id not in ENDS_THE_PAST:
            yield from _present(request, sandbox)
        pause()
        reply = HANDLERS[operation.id](request, sandbox)
        made = reply if isinstance(reply, Reply) else (yield from reply)
        tell_change(sandbox, request, made)
        return made
    except Problem as problem:
        return refuse(problem, operation)
    except UnderstudyError as error:
        return _broken(error, operation)
    except Exception as error:
        log.exception("%s broke", operation.id)
        return refuse(Problem("internal", type(error).__name__), operation)


def _present(request: Request, sandbox: Sandbox) -> InSlices[None]:
    """Waits until the session that a call names is free, and brings it to its present."""
    name = str(request.values.get("session", ""))
    while (session := sandbox.sessions.get(name)) is not None and session.held:
        yield HELD
    if session is not None:
        yield from session.catch_up()


def _broken(error: UnderstudyError, operation: Operation | None) -> Reply:
    values = {key: each for key in ("where", "fix") if (each := getattr(error, key))}
    return refuse(Problem("internal", error.what, values=values), operation)


def body_limit(settings: Settings, method: str, path: str, headers: Mapping[str, str]) -> int:
    """How many bytes a body may have: more where a snapshot is put back by who may do so."""
    back = (
        method == "PUT"
        and path.endswith(SNAPSHOT)
        and knows_token(headers, method, settings.admin_token)
    )
    return max(settings.body_bytes, settings.snapshot_bytes) if back else settings.body_bytes


def _bounded(call: Call, most: int) -> None:
    if len(call.body) > most:
        raise Problem("too_large", f"the body has more than {most} bytes")
    if not call.path.endswith(SNAPSHOT) and has_too_many_values(
        call.body, call.headers.get("content-type", ""), VALUES
    ):
        raise Problem("too_large", f"the body has more than {VALUES} values and keys")


def _authenticate(call: Call, operation: Operation, token: str | None) -> None:
    """Wants the admin token where one is set; only what the contract leaves open is."""
    if not operation.security or knows_token(call.headers, call.method, token):
        return
    raise Problem(
        "unauthenticated",
        "this sandbox wants the admin token it was started with",
        values={
            "where": "authorization",
            "fix": "Send Authorization: Bearer <the token given to --admin-token>",
        },
    )
