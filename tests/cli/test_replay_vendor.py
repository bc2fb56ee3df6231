"""`understudy replay --url` at a vendor itself: its paths, and the keys that it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.served_process import serving
from tests.foreign_server import foreign_server
from understudy.cli import main


@contextmanager
def vendor() -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """A real vendor: it answers every call; its origin, and the paths and headers it was asked."""
    asked: list[tuple[str, dict[str, str]]] = []

    def answer(method: str, path: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if "__admin" in path:
            return 404, b"{}"
        keys = {name: headers[name] for name in headers if name in ("x-api-key", "authorization")}
        asked.append((path, keys))
        return 200, b"{}"

    with foreign_server(answer) as origin:
        yield origin, asked


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOPLY_API_KEY", "LOOPLY_API_KEY_OTHER", "HYDRACORE_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def story(folder: Path, vendor: str, *steps: str) -> str:
    file = folder / "story.yaml"
    lines = "".join(f"\n  - {step}" for step in steps)
    file.write_text(f"understudy: 1\nscenario: S\nvendor: {vendor}\nsteps:{lines}\n")
    return str(file)


def resume(**more: str) -> str:
    told = "".join(f", {name}: {value}" for name, value in more.items())
    given = "{ process_id: p-1, body: { payload: { source: SAP } } }"
    return f"{{ call: resumeWorkflow{told}, with: {given}, expect: {{ status: 200 }} }}"


@pytest.mark.parametrize("below", ["", "/", "/v2/workflows", "/v2/workflows/"])
def test_its_origin_and_its_whole_base_url_are_the_same(below: str, tmp_path: Path) -> None:
    with vendor() as (origin, asked):
        assert main(["replay", story(tmp_path, "looply", resume()), "--url", origin + below]) == 0
    assert [path for path, _ in asked] == ["/v2/workflows/resumeWorkflow/p-1"]


def test_keys_come_from_the_variables_of_env_and_are_never_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOPLY_API_KEY", "real-1")
    monkeypatch.setenv("LOOPLY_API_KEY_OTHER", "real-2")
    callers: tuple[dict[str, str], ...] = ({}, {"as": "default"}, {"as": "other"}, {"as": "nobody"})
    file = story(tmp_path, "looply", *(resume(**each) for each in callers))
    with vendor() as (origin, asked):
        assert main(["replay", file, "--url", origin]) == 0
    keys = [headers.get("x-api-key") for _, headers in asked]
    assert keys == ["real-1", "real-1", "real-2", None]
    told = capsys.readouterr().out
    assert [
        line.split(None, 1)[1] for line in told.splitlines() if line.startswith(f"{'':8}as ")
    ] == [
        "default: LOOPLY_API_KEY in x-api-key",
        "default: LOOPLY_API_KEY in x-api-key",
        "other: LOOPLY_API_KEY_OTHER in x-api-key",
    ]
    assert "real-" not in told


def test_each_surface_gets_its_own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYDRACORE_API_KEY", "real-1")
    monkeypatch.setenv("HYDRACORE_PROXY_KEY", "real-2")
    instance = "bbbbbbbb-0000-4000-8000-000000000001"
    inner = f"{{ call: queryWorkflowsInternal, with: {{ instance_id: {instance} }} }}"
    file = story(tmp_path, "hydracore", "{ call: listWorkflows }", inner)
    with vendor() as (origin, asked):
        assert main(["replay", file, "--url", origin]) == 0
    assert [headers for _, headers in asked] == [
        {"x-api-key": "real-1"},
        {"authorization": "Bearer real-2"},
    ]


def test_without_the_variable_it_is_told_which_one_is_lacking(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = story(tmp_path, "looply", resume(), resume(**{"as": "other"}))
    with vendor() as (origin, asked):
        assert main(["replay", file, "--url", origin]) == 1
    assert [headers for _, headers in asked] == [{}]
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert "as        nobody: LOOPLY_API_KEY is not set" in lines
    lacks = "there is no credential `other`: LOOPLY_API_KEY_OTHER is not set. Export it"
    assert f"because   {lacks}" in lines


def test_a_base_url_that_serve_prints_is_the_sandbox_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path) as served:
        code = main(["replay", "looply/lost-answer", "--url", served.looply["url"]])
        of_root = main(["replay", "hydracore/lost-answer", "--url", f"{served.url}/hydracore"])
    told = capsys.readouterr().out
    assert (code, of_root) == (0, 0), told
    assert "skip" not in told
