"""`understudy env`: what a client must have exported."""

from __future__ import annotations

import pytest

from understudy.cli import main


def test_url_and_key_of_the_default_session(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "looply"]) == 0
    assert capsys.readouterr().out == (
        "export LOOPLY_URL=http://127.0.0.1:4010/looply/v2/workflows\n"
        "export LOOPLY_API_KEY=looply-key-northwind\n"
    )


@pytest.mark.parametrize(
    ("vendor", "headers"),
    [
        ("looply", ["LOOPLY_API_KEY goes into the header x-api-key"]),
        ("refold", ["REFOLD_API_KEY goes into the header x-api-key"]),
        ("cloudflare", ["CLOUDFLARE_API_TOKEN goes into the header authorization: Bearer KEY"]),
        ("interactly", ["INTERACTLY_API_KEY goes into the header Authorization: Bearer KEY"]),
        (
            "hydracore",
            [
                "HYDRACORE_API_KEY goes into the header x-api-key for listWorkflows and 5 more",
                "HYDRACORE_PROXY_KEY goes into the header authorization: Bearer KEY"
                " for queryWorkflowsInternal and 5 more",
            ],
        ),
    ],
)
def test_which_header_takes_which_key_is_said_beside(
    vendor: str, headers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["env", vendor]) == 0
    assert capsys.readouterr().err.splitlines() == headers


def test_a_session_of_ones_own_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--session", "my-test", "--url", "http://127.0.0.1:8080/"]
    assert main(["env", "looply", *arguments]) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        "export LOOPLY_URL='http://127.0.0.1:8080/~my-test/looply/v2/workflows'"
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "Missing argument 'VENDOR'. There are looply, refold, "),
        (["loply"], "there is no vendor 'loply'. Did you mean looply? There are "),
        (["looply", "--session", "a b"], "'a b' is no session name. Use 1 to 64 of "),
        (["looply", "--url", "x"], "--url: 'x' is no base URL. Write http://127.0.0.1:4010"),
    ],
)
def test_what_cannot_be_exported_is_one_line(
    arguments: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["env", *arguments]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"Error: {expected}")
    assert told.count("\n") == 1
