"""A key that is known but comes in the wrong header: the refusal says where it belongs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from understudy.client import create_app
from understudy.server.inprocess import Answered, InProcess
from understudy.settings import FROZEN, Settings

LOOPLY = "/looply/v2/workflows/getOrganizationWorkflows"
REFOLD = "/refold/api/v2/public/execution/6790000000000000000000aa"
CLOUDFLARE = "/cloudflare/client/v4/accounts/6a7d9e0c4b1f4e2d8c3b5a6f7e8d9c01/workflows"
INTERACTLY = "/interactly/workflows/v1/workflow-runs"
HYDRACORE = "/hydracore/v1/workflows"
AGENTS = "/hydracore/internal/v1/instances/bbbbbbbb-0000-4000-8000-000000000001/workflows"


@pytest.fixture
def process() -> Iterator[InProcess]:
    with InProcess(create_app(Settings(clock=FROZEN, verify_replies=True))) as process:
        yield process


def why(process: InProcess) -> str:
    told = process.ask("GET", "/__admin/sessions/default/requests/latest", ())
    because: str = json.loads(told.body)["because"]
    return because


def hint(answer: Answered) -> str:
    return dict(answer.headers).get("x-understudy-hint", "")


@pytest.mark.parametrize(
    ("path", "header", "value", "belongs"),
    [
        (LOOPLY, "authorization", "Bearer looply-key-northwind", "x-api-key"),
        (LOOPLY, "authorization", "Basic bG9vcGx5LWtleS1ub3J0aHdpbmQ6", "x-api-key"),
        (LOOPLY, "x-auth-key", "looply-key-northwind~default", "x-api-key"),
        (REFOLD, "authorization", "tk11111111-aaaa-4bbb-8ccc-000000000001", "x-api-key"),
        (REFOLD, "x-api-key", "session-of-ada-at-northwind", "authorization: Bearer KEY"),
        (CLOUDFLARE, "x-auth-key", "cf-token-northwind", "authorization: Bearer KEY"),
        (CLOUDFLARE, "authorization", "Token cf-token-northwind", "authorization: Bearer KEY"),
        (
            CLOUDFLARE,
            "authorization",
            "Bearer 4f1c0a9be27d43c68a5df0e193b7c2d84a6e5",
            "x-auth-key, beside x-auth-email",
        ),
        (INTERACTLY, "x-api-key", "interactly-key-northwind", "Authorization: Bearer KEY"),
        (INTERACTLY, "authorization", "interactly-key-northwind", "Authorization: Bearer KEY"),
        (HYDRACORE, "authorization", "Bearer hc_live_northwind", "x-api-key"),
        (HYDRACORE, "x-api-key", "hydracore-admin-northwind", "authorization: Bearer KEY"),
        (AGENTS, "x-api-key", "hydracore-proxy-lettings", "authorization: Bearer KEY"),
    ],
)
def test_a_known_key_in_the_wrong_place_is_told_where_it_belongs(
    process: InProcess, path: str, header: str, value: str, belongs: str
) -> None:
    answer = process.ask("GET", path, ((header, value),))
    assert answer.status in (400, 401, 403)
    assert hint(answer).endswith(f"; this key belongs in {belongs}")
    assert why(process) == hint(answer)
    assert value.rpartition(" ")[2] not in hint(answer), "the key is not told"


def test_a_header_that_is_sent_twice_holds_no_key(process: InProcess) -> None:
    twice = (("x-api-key", "looply-key-northwind"), ("x-api-key", "looply-key-northwind"))
    answer = process.ask("GET", LOOPLY, twice)
    assert answer.status == 403
    assert hint(answer) == (
        "the key of 'default' came as x-api-key: ... KEY; this key belongs in x-api-key, alone"
    )


def test_the_key_of_another_surface_is_told_where_that_surfaces_key_stands(
    process: InProcess,
) -> None:
    answer = process.ask("POST", AGENTS, (("authorization", "Bearer hc_live_northwind"),), b"{}")
    assert answer.status == 401
    assert hint(answer) == (
        "the key of 'default' came as authorization: Bearer KEY; createWorkflow wants another one "
        "of 'default', in authorization: `understudy show hydracore createWorkflow` tells it"
    )


@pytest.mark.parametrize(
    ("path", "header", "value", "because"),
    [
        (LOOPLY, "x-api-key", "nobody's", "no organisation has this x-api-key"),
        (HYDRACORE, "authorization", "bearer hydracore-member-northwind", "a member's token"),
        (CLOUDFLARE, "authorization", "bearer cf-token-contoso", "is of account"),
    ],
)
def test_a_key_in_its_place_and_one_that_nobody_has_stay_as_they_were(
    process: InProcess, path: str, header: str, value: str, because: str
) -> None:
    answer = process.ask("GET", path, ((header, value),))
    assert answer.status in (401, 403)
    assert hint(answer) == ""
    assert because in why(process)
