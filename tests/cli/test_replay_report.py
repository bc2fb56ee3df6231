"""`replay --report`: a page or Markdown that somebody reads who knows no YAML."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from understudy.cli import main

STORY = """
understudy: 1
scenario: An order <script>alert(1)</script> is resumed | twice
vendor: looply
clock: { at: "2026-01-05T09:00:00Z" }
seed: 7
steps:
  - call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 200 }
  - advance: { by: 1w }
  - call: resumeWorkflow
    with: { process_id: order-1001, body: { payload: { source: SAP } } }
    expect: { status: 200 }
verify: [{ operation: resumeWorkflow, times: 2 }]
"""


class Page(HTMLParser):
    """The texts of a page, and the tags that would ask for something else."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.foreign: list[tuple[str, str]] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = [tag]
        loading = [("src", tag), ("href", tag)]
        here = {name: value or "" for name, value in attrs}
        self.foreign += [
            (name, here[name])
            for name, _ in loading
            if name in here and not here[name].startswith("#")
        ]
        self.foreign += [(tag, "")] if tag in ("script", "link", "iframe", "img") else []

    def handle_data(self, data: str) -> None:
        if data.strip() and self._inside != ["style"]:
            self.texts.append(" ".join(data.split()))


@pytest.fixture
def story(tmp_path: Path) -> str:
    file = tmp_path / "story.yaml"
    file.write_text(STORY, encoding="utf-8")
    return str(file)


def test_a_page_tells_the_story_in_words_what_failed_first(story: str, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    assert main(["replay", story, "--report", str(report)]) == 1
    page = Page(report.read_text(encoding="utf-8"))
    assert page.foreign == []
    title = "An order <script>alert(1)</script> is resumed | twice"
    assert page.texts[:2] == [title, title]
    assert page.texts[2] == "1 of 1 not as expected"
    failed = page.texts[page.texts.index("What went otherwise") :]
    assert failed[1:6] == [
        f"{title}, step 3",
        "3",
        "a week later",
        "workflow order-1001 is resumed",
        "not as expected",
    ]
    told = dict(zip(failed[6:30:2], failed[7:31:2], strict=False))
    assert told["asked"] == "POST /v2/workflows/resumeWorkflow/order-1001"
    assert told["got"] == "409 NO_RESUMABLE_EXECUTION"
    assert told["because"] == "every execution of 'order-1001' is over; the newest COMPLETED"
    assert told["again"] == f"understudy replay {story} --until 3"
    whole = failed[failed.index("The whole story") :]
    assert whole[1].endswith(
        "3 of 4 steps as expected; it begins at 2026-01-05T09:00:00.000Z, seed 7"
    )
    assert "a week passes" in whole
    assert "looply.resumeWorkflow: 2 calls in all" in whole


def test_markdown_is_for_a_summary(story: str, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    assert main(["replay", story, "already", "--report", str(report)]) == 1
    lines = report.read_text(encoding="utf-8").splitlines()
    title = r"An order \<script\>alert(1)\</script\> is resumed \| twice"
    assert lines[:7] == [
        "## Understudy replay: 1 not as expected",
        "",
        "| story | verdict | steps |",
        "|---|---|---|",
        f"| {title} | failed | 3 of 4 steps as expected |",
        "| An approval is resumed twice, then too late | passed | 12 of 12 steps as expected |",
        "",
    ]
    assert "3. a week later, workflow order-1001 is resumed **not as expected**" in lines
    assert "   - got: `409 NO_RESUMABLE_EXECUTION`" in lines


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("report.pdf", "--report: {} is neither .html nor .md. Name it report.html"),
        (
            "no/report.md",
            "--report: cannot write {}. Name a file in a folder that you may write to",
        ),
    ],
)
def test_a_report_that_cannot_be_is_told_before_anything_is_played(
    name: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    assert main(["replay", "already", "--report", str(file)]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"Error: {line.format(file)}\n")
