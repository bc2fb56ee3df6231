"""`understudy init`: what it writes is served, validated and replayed as it is."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from tests.project.folders import project_in
from understudy.cli import main
from understudy.client import Sandbox

DOCUMENTS = sorted((Path(__file__).parent.parent / "proof" / "documents").glob("*.yaml"))


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNDERSTUDY_NO_PROJECT")
    monkeypatch.chdir(tmp_path)


def ran(*words: str) -> None:
    assert main(words) == 0, words


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.stem)
def test_what_it_writes_is_taken_as_it_is(
    document: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy(document, tmp_path)
    with Sandbox(documents=[document.name]) as bare:
        (name,) = bare.names
        roles = _explained(bare)
    ran("init")
    story = f"test_{name.replace('-', '_')}.scenario.yaml"
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"understudy.yaml: {name}, ")
    assert told[1:] == [
        f"{story}: a first story",
        "Next: understudy serve",
        f"      understudy replay {story}",
    ]
    ran("validate")
    assert capsys.readouterr().out == "understudy.yaml: fine (a title)\n"
    ran("replay", story)
    assert capsys.readouterr().out.endswith(": as expected\n")
    with Sandbox() as sandbox:
        assert sandbox.names == (name,)
        assert _explained(sandbox) == roles


def _explained(sandbox: Sandbox) -> list[str]:
    """What each operation does there, and why."""
    vendors = sandbox.app.sandbox.vendors
    return [
        f"{each.id}: {vendor.explain(each)}"
        for name, vendor in vendors.items()
        for each in sandbox.app.sandbox.contract(name).operations.values()
    ]


def test_a_line_for_each_part_tells_why_it_is_there(tmp_path: Path) -> None:
    copy(DOCUMENTS[-1], tmp_path / "openapi.yaml")
    ran("init", "shop=openapi.yaml")
    text = (tmp_path / "understudy.yaml").read_text(encoding="utf-8")
    assert text.startswith("# The sandbox of this folder, found by `understudy serve`")
    assert 'serve:\n  shop: "./openapi.yaml"\n' in text
    assert "      # rule 6: " in text
    assert max(map(len, text.splitlines())) <= 80


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = project_in(tmp_path)
    before = file.read_text(encoding="utf-8")
    assert main(["init", "orders.yaml"]) == 2
    assert capsys.readouterr().err == (
        "Error: understudy.yaml: it is there already, and nothing is written over. "
        "Edit it, or name another with --project\n"
    )
    assert file.read_text(encoding="utf-8") == before
    file.unlink()
    (tmp_path / "test_orders.scenario.yaml").write_text("mine", encoding="utf-8")
    assert main(["init", "orders.yaml"]) == 2
    assert capsys.readouterr().err.startswith("Error: test_orders.scenario.yaml: it is there")
    assert not file.exists()


def test_the_vendors_that_ship_where_there_is_no_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran("init")
    assert capsys.readouterr().out.splitlines()[0] == (
        "understudy.yaml: looply, refold, cloudflare, interactly, hydracore"
    )
    ran("validate")
    ran("replay", "test_looply.scenario.yaml")
    with Sandbox() as sandbox:
        assert sandbox.names == ("looply", "refold", "cloudflare", "interactly", "hydracore")


def test_all_documents_of_the_folder_are_served_and_another_folder_may_have_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for each in DOCUMENTS[:2]:
        copy(each, tmp_path)
    (tmp_path / "api").mkdir()
    ran("init", ".", "--project", "api")
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("api/understudy.yaml: ")
    assert told[2:] == [
        "Next: understudy serve --project api/understudy.yaml",
        f"      understudy replay {told[1].partition(':')[0]} --project api/understudy.yaml",
    ]
    ran("validate", "--project", "api/understudy.yaml")
    with Sandbox(project="api") as sandbox:
        assert len(sandbox.names) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["none.yaml"], "Error: none.yaml: cannot be read: No such file"),
        (["--project", "no/where.yaml"], "Error: no/where.yaml: there is no folder no."),
        (["https://a.example/b.yaml"], "Error: https://a.example/b.yaml is a URL"),
    ],
)
def test_what_cannot_be_is_told(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", *words]) == 2
    assert capsys.readouterr().err.startswith(told)
    assert list(tmp_path.iterdir()) == []
