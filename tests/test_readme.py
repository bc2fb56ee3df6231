"""The README is true: its commands are typed as they stand, and print what it says they print."""

from __future__ import annotations

import doctest
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from understudy.cli import COMMANDS
from understudy.vendors import VENDORS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
ORIGIN = "http://127.0.0.1:4010"
OWN = "http://127.0.0.1:4011"  # where the page serves a document of its own
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`]+)`")
MARK = "=== the next command of the page"
NO_PROJECT = "--no-project"  # the page begins before there is one
PATIENCE = 180  # seconds for all commands of the page


class Command(NamedTuple):
    """One command of a console block, and what the README says it prints."""

    typed: str
    printed: str


def blocks(language: str) -> list[str]:
    text = README.read_text(encoding="utf-8")
    return [body for name, body in BLOCK.findall(text) if name == language]


def in_sentences() -> list[str]:
    """What the sentences name in code, each on one line."""
    text = BLOCK.sub("", README.read_text(encoding="utf-8"))
    return [" ".join(each.split()) for each in INLINE.findall(text)]


def commands(block: str) -> Iterator[Command]:
    typed: list[str] = []
    printed: list[str] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            if typed:
                yield Command("\n".join(typed), "\n".join(printed))
            typed, printed = [line[2:]], []
        elif line.startswith(">   ") and typed and not printed:
            typed.append(line[4:])
        else:
            printed.append(line)
    yield Command("\n".join(typed), "\n".join(printed))


def file_of(body: str) -> str:
    """The file that a block is saved as: its first line says so."""
    name = body.splitlines()[0].removeprefix("# ")
    assert re.fullmatch(r"[\w.]+\.(yaml|py)", name), f"a block begins with {name!r}, no file's name"
    return name


class Sandbox(NamedTuple):
    url: str
    own: str
    folder: Path


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder = tmp_path_factory.mktemp("readme")
    for body in (*blocks("yaml"), *blocks("python")):
        (folder / file_of(body)).write_text(body, encoding="utf-8")
    with served(folder, NO_PROJECT) as url, served(folder, "orders.yaml", NO_PROJECT) as own:
        yield Sandbox(url, own, folder)


@contextmanager
def served(folder: Path, *words: str) -> Iterator[str]:
    """`understudy serve` in that folder, with its URL."""
    ready = folder / f"ready{len(words)}.json"
    command = [sys.executable, "-m", "understudy", "serve", *words, "--port", "0"]
    server = subprocess.Popen(
        [*command, "--ready-file", str(ready)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            assert server.poll() is None, "the server ended instead of starting"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        yield json.loads(ready.read_text())["url"]
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(10)


def typed(script: str, sandbox: Sandbox, *unset: str) -> str:
    """What one shell prints for a script, errors among the rest."""
    tools = str(Path(sys.executable).parent)
    no = ("PYTEST", "UNDERSTUDY_NO_PROJECT")  # a reader's project is found
    outer = {name: value for name, value in os.environ.items() if not name.startswith(no)}
    outer |= {} if "UNDERSTUDY_URL" in unset else {"UNDERSTUDY_URL": sandbox.url}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=sandbox.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        env={
            **outer,
            "PATH": tools + os.pathsep + os.environ["PATH"],
            "COLUMNS": "120",
        },
    )
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is what the README types")
def test_every_command_prints_what_the_readme_says(sandbox: Sandbox) -> None:
    told = [each for block in blocks("console") for each in commands(block)]
    assert len(told) > 10
    script = f"\necho; echo '{MARK}'\n".join(each.typed for each in told)
    script = script.replace(ORIGIN, sandbox.url).replace(OWN, sandbox.own)
    output = typed(script, sandbox).replace(sandbox.url, ORIGIN).replace(sandbox.own, OWN)
    parts = output.split(f"\n{MARK}\n")
    assert len(parts) == len(told), output
    for each, came in zip(told, parts, strict=True):
        same = doctest.OutputChecker().check_output(
            each.printed.strip() + "\n",
            came.strip() + "\n",
            doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
        )
        assert same, f"$ {each.typed}\n{came}\ninstead of\n{each.printed}"


@pytest.mark.parametrize("name", [file_of(body) for body in blocks("python")])
def test_every_piece_of_python_runs(sandbox: Sandbox, name: str) -> None:
    run = "python -W error -m pytest -q" if name.startswith("test_") else "python -W error"
    told = typed(f"{run} {name} && echo '{MARK}'", sandbox, "UNDERSTUDY_URL")
    assert told.endswith(f"{MARK}\n"), told


def test_the_setup_commands_serve_and_test_and_ci_types_the_second() -> None:
    serve, test = blocks("sh")
    assert serve.strip().endswith("&& understudy serve")
    assert "python -m pytest" in test
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert 'bash -euc "$(readme_command 2)"' in script, "CI types it as it stands"


@pytest.mark.parametrize(
    "command",
    [
        each
        for each in dict.fromkeys(in_sentences())
        if re.match(r"understudy (show|replay|\w+ --help)|python -m pydoc", each)
    ],
)
def test_a_command_in_a_sentence_runs(sandbox: Sandbox, command: str) -> None:
    told = typed(f"{command} && echo '{MARK}'", sandbox)
    assert told.endswith(f"{MARK}\n"), told


def test_every_option_in_a_sentence_is_one_of_its_command() -> None:
    named = [each.removeprefix("understudy ").split() for each in in_sentences()]
    told = [words for words in named if words[0] in COMMANDS and "--help" not in words]
    assert len(told) > 8
    for name, *words in told:
        command = import_module(f"understudy.cli.{name}").command
        known = {option for param in command.params for option in param.opts}
        assert {word for word in words if word.startswith("-")} <= known, f"{name} {words}"


def test_every_scenario_in_a_sentence_ships() -> None:
    vendors = "|".join(each.name for each in VENDORS)
    named = re.findall(rf"--scenario ((?:{vendors})/[\w-]+)", " ".join(in_sentences()))
    assert named
    assert [each for each in named if not (ROOT / "scenarios" / f"{each}.yaml").exists()] == []


def test_every_file_and_folder_it_names_exists() -> None:
    text = README.read_text(encoding="utf-8")
    named = re.findall(r"`((?:specs|src|scenarios|tests)/[\w/.-]*)`", text)
    assert len(named) >= 4
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []
