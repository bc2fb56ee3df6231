"""Reports as files to hand on: one self-contained HTML page, or Markdown for a CI summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from understudy import __version__
from understudy.checks.report_time import made_at
from understudy.checks.story_report import Meta, Step, Story
from understudy.errors import InputError

HTML, MARKDOWN = (".html", ".htm"), (".md", ".markdown")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~&])")


def form(file: Path, option: str) -> str:
    """`html` or `markdown`, by the file's suffix; InputError for any other."""
    suffix = file.suffix.lower()
    if suffix in HTML:
        return "html"
    if suffix in MARKDOWN:
        return "markdown"
    raise InputError(f"{file} is neither .html nor .md", where=option, fix="Name it report.html")


def about() -> Meta:
    """What a report made now says of itself."""
    return Meta(__version__, made_at().strftime("%Y-%m-%d %H:%M UTC"))


def story_page(stories: Sequence[Story], meta: Meta) -> str:
    """Stories as one HTML page that needs nothing else."""
    return page("stories.html", stories=stories, meta=meta)


def page(template: str, **values: Any) -> str:
    """A page of the templates beside this module."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("understudy.checks"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)


def story_markdown(stories: Sequence[Story], meta: Meta) -> str:
    """Stories as Markdown: a table of them, then what failed."""
    return "\n".join([*_markdown(stories, meta)]) + "\n"


def _markdown(stories: Sequence[Story], meta: Meta) -> Iterator[str]:
    bad = sum(each.verdict != "passed" for each in stories)
    yield f"## Understudy replay: {'all as expected' if not bad else f'{bad} not as expected'}"
    yield ""
    yield "| story | verdict | steps |"
    yield "|---|---|---|"
    for story in stories:
        yield f"| {plain(story.title)} | {story.verdict} | {story.summary} |"
    for story in sorted(stories, key=lambda each: each.verdict == "passed"):
        yield from (
            "",
            f"### {plain(story.title)}",
            "",
            f"{plain(story.file)}: {story.summary}, seed {story.seed}",
        )
        yield ""
        for step in story.steps:
            yield from _step(step)
        yield from (f"- {plain(note)}" for note in story.notes)
    yield from ("", f"Understudy {meta.version}, {meta.date}")


def _step(step: Step) -> Iterator[str]:
    later = f"{step.later}, " if step.later else ""
    mark = "" if step.verdict == "passed" else f" **{step.mark}**"
    yield f"{step.number}. {plain(later + step.sentence)}{mark}"
    if step.verdict == "passed":
        facts = [each for each in step.facts if each[0] in ("got", "because")]
    else:
        facts = [*step.facts]
    yield from (f"   - {name}: {code(text)}" for name, text in facts)


def plain(text: str) -> str:
    """A text that Markdown reads as nothing but text, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def code(text: str) -> str:
    """A text as a code span, however many backticks are in it."""
    line = " ".join(text.split())
    fence = "`" * (1 + max((len(each) for each in re.findall("`+", line)), default=0))
    space = " " if "`" in line[:1] + line[-1:] else ""
    return f"{fence}{space}{line}{space}{fence}"
