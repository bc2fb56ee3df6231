"""Which session a call names, and which names there can be."""

from __future__ import annotations

import pytest

from understudy.client import Sandbox
from understudy.errors import InputError
from understudy.server.sessions.names import (
    one_session,
    session_name,
    split_credential,
    split_session,
)


@pytest.mark.parametrize("name", ["mine", "a.b-c_D9", "...", "x" * 64])
def test_a_name_that_survives_in_a_path_is_a_sessions(name: str) -> None:
    assert session_name(name) == name
    assert split_session(f"/~{name}/looply/v2") == (name, "/looply/v2")
    assert split_credential(f"key~{name}".encode()) == (b"key", name)


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "\u00e9", "a/b", "a\n"])
def test_what_is_no_name_is_refused_with_the_rule(name: str) -> None:
    with pytest.raises(InputError, match=r"Use 1 to 64 of A-Z a-z 0-9 \. _ -") as refused:
        session_name(name)
    assert refused.value.what == f"{name!r} is no session name"


@pytest.mark.parametrize("name", [".", ".."])
def test_a_name_that_clients_cut_out_of_a_path_is_refused(name: str) -> None:
    told = f"'{name}' is no session name. Clients cut it out of a path"
    for named in (session_name, lambda name: split_session(f"/~{name}/looply")):
        with pytest.raises(InputError) as refused:
            named(name)
        assert str(refused.value) == told
    with pytest.raises(InputError):
        split_credential(f"key~{name}".encode())


@pytest.mark.parametrize("name", [".", ".."])
def test_no_call_of_a_vendor_makes_such_a_session(name: str) -> None:
    with Sandbox(vendors=["looply"], clock="frozen") as sandbox, sandbox.looply.client() as looply:
        for headers in (
            {"x-understudy-session": name},
            {"x-api-key": f"looply-key-northwind~{name}"},
        ):
            url = f"{sandbox.origin}/looply/v2/workflows/getOrganizationWorkflows"
            reply = looply.get(url, headers=headers)
            assert reply.status_code == 400
            assert reply.json()["detail"] == f"'{name}' is no session name"
        assert list(sandbox.app.sandbox.sessions) == [sandbox.name]


def test_places_that_disagree_are_told_with_the_fix() -> None:
    assert one_session("a", None, "a") == "a"
    with pytest.raises(InputError) as refused:
        one_session("b", None, "a")
    assert str(refused.value) == (
        "path, header and credential name different sessions: 'a' and 'b'. "
        "Name one, in one of these places"
    )


def test_a_key_that_only_looks_so_stays_whole() -> None:
    assert split_credential(b"a~b c") == (b"a~b c", None)
    assert split_credential(b"~mine") == (b"~mine", None)
