"""The pytest plugin: `sandbox`, a session per test, and what a suite exercised of the contracts.

It is loaded in every pytest run of everybody who has Understudy installed: so it imports nothing
but pytest until a test asks for something.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from understudy.client import Sandbox
    from understudy.plugin.config import AnySandbox, AnyServer
    from understudy.plugin.summary import Run
    from understudy.settings import Settings

    Returned = Settings | Mapping[str, Any]

MARKER = (
    'sandbox(scenario=None, seed=None, clock="frozen", vendors=(), deliberate=False): '
    "how the test's sandbox begins. scenario: a shipped name, a file beside the test, a text or a "
    'value; clock: "frozen", "real" or an instant; vendors: their names; deliberate: what the '
    "client gets wrong in this test is meant and not reported."
)

UNUSED = (
    "pytest.mark.sandbox has no effect on a test that uses no sandbox: "
    "take the fixture `sandbox` as an argument"
)
INI: tuple[tuple[str, Literal["string", "args"], str], ...] = (
    (
        "understudy_project",
        "string",
        "the project file that says what is not said here: understudy.yaml in the working folder "
        "or above it up to the repository's root, if not said; off: none",
    ),
    ("understudy_vendors", "args", "vendors that the sandbox serves; all, if not said"),
    (
        "understudy_documents",
        "args",
        "OpenAPI documents that the sandbox serves: files, or name=file",
    ),
    (
        "understudy_scenarios",
        "args",
        "files or shipped names that every test's sandbox begins with",
    ),
    ("understudy_clock", "string", '"frozen" (if not said), "real", or an instant to stand at'),
    (
        "understudy_url",
        "string",
        "a server that runs already, for every test; what it serves is its own",
    ),
    ("understudy_seed", "string", "a whole number; it decides new ids"),
)
WORKER_OUTPUT = "understudy_coverage"  # the key of what a worker gives to its controller
RUN: pytest.StashKey[Run] = pytest.StashKey()
LOST_WORKERS: pytest.StashKey[list[str]] = pytest.StashKey()  # those without an output
WORKERS_RUN: pytest.StashKey[str] = pytest.StashKey()  # xdist's id of the run
SANDBOX: pytest.StashKey[AnySandbox] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sandbox", "Understudy's sandbox")
    group.addoption(
        "--sandbox-coverage",
        nargs="?",
        const="table",
        type=_form,
        metavar="json",
        help="tell which answers and transitions of the vendors' contracts the suite exercised; "
        "=json as one line of JSON, =json:FILE into a file",
    )
    group.addoption(
        "--sandbox-coverage-fail-under",
        type=_percent,
        metavar="PERCENT",
        help="fail the run when less of the contracts was exercised",
    )
    group.addoption(
        "--sandbox-url",
        metavar="URL",
        help="use this running server (or UNDERSTUDY_URL) instead of starting one",
    )
    for name, kind, told in INI:
        parser.addini(name, type=kind, default=None if kind == "string" else [], help=told)
    parser.addini(
        "understudy_any_key",
        type="bool",
        default=None,
        help="take every key for the first credential of the sandbox's world",
    )
    parser.addini(
        "understudy_strict_names",
        type="bool",
        default=None,
        help="refuse a request that carries a name which nothing reads; else it is told at the end",
    )
    parser.addini(
        "understudy_strict_rules",
        type="bool",
        default=False,
        help="fail a test that passes though no call met a rule that it added to its sandbox",
    )


def _form(said: str) -> str:
    if said in ("table", "json") or (said.startswith("json:") and said != "json:"):
        return said
    raise ArgumentTypeError(
        f"{said!r} is neither table, json nor json:FILE; before a path write =table"
    )


def _percent(said: str) -> float:
    try:
        percent = float(said)
    except ValueError:
        percent = -1
    if not 0 <= percent <= 100:
        raise ArgumentTypeError(f"{said!r} is no number from 0 to 100")
    return percent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Files `test_*.scenario.yaml` are tests."""
    if not file_path.name.startswith("test_"):
        return None
    if not file_path.name.endswith((".scenario.yaml", ".scenario.yml")):
        return None
    from understudy.plugin.stories import StoryFile

    collector: pytest.Collector = StoryFile.from_parent(parent, path=file_path)
    return collector


@pytest.fixture(scope="session")
def sandbox_settings(pytestconfig: pytest.Config) -> Returned:
    """How `sandbox_server` is run: as the ini file says. Redefine it for what that cannot say: it
    returns Settings, or a dict of some, like `{"vendors": ["looply"], "journal": 5_000}`."""
    from understudy.plugin.config import settings

    return settings(pytestconfig)


@pytest.fixture(scope="session")
def sandbox_server(
    request: pytest.FixtureRequest, sandbox_settings: Returned
) -> Iterator[AnyServer]:
    """One real server for the whole run: on a free port, or the one that --sandbox-url names."""
    from understudy.plugin.config import server_of

    with server_of(sandbox_settings, request.config, _run(request.config)) as server:
        yield server


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, sandbox_server: AnyServer) -> Iterator[Sandbox]:
    """A session of its own for this test: `sandbox.looply.url`, `.key`, `.client()`."""
    from understudy.plugin.marker import opened

    with opened(request.node, sandbox_server) as sandbox:
        request.node.stash[SANDBOX] = sandbox
        yield sandbox


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """In a strict suite a test does not pass whose rules nobody met.

    A marker that nothing comes of is warned of.
    """
    yield
    sandbox = item.stash.get(SANDBOX, None)
    if sandbox is None:
        if any(mark.name == "sandbox" for mark in item.own_markers):
            item.warn(pytest.PytestWarning(UNUSED))
        return
    sandbox.passed = True
    if item.config.getini("understudy_strict_rules") and (idle := sandbox.unused_rules()):
        from understudy.plugin.summary import lines

        sandbox.passed = False
        told = "\n".join(list(lines(idle))[1:])  # without the test, which this is
        pytest.fail(f"no call met these rules of the sandbox:\n{told}", pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test's report tells what its session was asked, and why it was answered so."""
    report = yield
    sandbox = item.stash.get(SANDBOX, None)
    if sandbox is not None and report.failed:
        told = "\n".join(sandbox.report_lines())
        report.sections.append(("sandbox", told))
        item.user_properties.append(("sandbox", told))  # which a JUnit report has, too
    if sandbox is not None and call.when == "teardown":
        del item.stash[SANDBOX]
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over what it counted; the run fails when that is too little."""
    config = session.config
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        if RUN in config.stash:
            output[WORKER_OUTPUT] = config.stash[RUN].packed()
    elif session.exitstatus == pytest.ExitCode.OK and _below_threshold(config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _below_threshold(config: pytest.Config) -> bool:
    wants = _threshold(config)
    return wants is not None and not config.option.collectonly and not _run(config).enough(wants)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist: a worker begins; the server that it may start is to be ended with the run."""
    node.config.stash[WORKERS_RUN] = node.workerinput["testrunuid"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends what workers have started."""
    run = config.stash.get(WORKERS_RUN, None)
    if run is not None:
        from understudy.plugin.shared_server import end_all

        end_all(run)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """xdist: a worker has ended; without its output, what it counted is lost."""
    output: dict[str, Any] | None = getattr(node, "workeroutput", None)
    if output is None:
        node.config.stash.setdefault(LOST_WORKERS, []).append(node.gateway.id)
    elif WORKER_OUTPUT in output:
        _run(node.config).unpack(output[WORKER_OUTPUT])


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    form: str | None = config.option.sandbox_coverage
    if form is None and _threshold(config) is None and RUN not in config.stash:
        return
    if config.option.collectonly:
        return
    from understudy.plugin.summary import write

    lost = config.stash.get(LOST_WORKERS, [])
    write(terminalreporter, _run(config), form, _threshold(config), lost)


def _threshold(config: pytest.Config) -> float | None:
    least: float | None = config.option.sandbox_coverage_fail_under
    return least


def _run(config: pytest.Config) -> Run:
    """What this run has counted so far."""
    if RUN not in config.stash:
        from understudy.plugin.summary import Run

        config.stash[RUN] = Run()
    return config.stash[RUN]
