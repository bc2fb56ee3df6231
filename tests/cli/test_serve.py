"""`understudy serve`: from the first line it prints to the signal that ends it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.served_process import ask, serving, start
from understudy import resources
from understudy.cli import main
from understudy.cli.serve_help import READINGS

WORKFLOWS = "/getOrganizationWorkflows?limit=1"


def test_it_tells_url_and_key_in_the_file_and_to_the_reader(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        port = served.url.rpartition(":")[2]
        assert served.url == f"http://127.0.0.1:{port}"
        assert served.ready["pid"] == served.process.pid
        assert served.looply == {
            "url": f"{served.url}/looply/v2/workflows",
            "key": "looply-key-northwind",
            "headers": {"x-api-key": "looply-key-northwind"},
        }
        assert ask(served.looply["url"] + WORKFLOWS, served.looply["headers"]).status == 200
        hydracore = served.ready["vendors"]["hydracore"]
        assert hydracore["headers"] == {"x-api-key": hydracore["key"]}
        code, out, err = served.end()
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].endswith(f" on {served.url}")
    assert f"  base URL  {served.looply['url']}" in lines
    assert "  key       x-api-key: looply-key-northwind" in lines
    assert "  key       x-api-key: hc_live_northwind  (for listWorkflows and 5 more)" in lines
    agents = "authorization: Bearer hydracore-proxy-lettings  (for queryWorkflowsInternal and 5"
    assert f"            {agents} more)" in lines
    assert lines[-1] == "Ctrl-C ends it."


def test_the_line_it_prints_works_when_pasted(tmp_path: Path) -> None:
    with serving(tmp_path, "looply") as served:
        pasted = served_line(served.end)
    with serving(tmp_path, "looply") as again:
        url, headers, body = understood(pasted)
        assert url.startswith("http://127.0.0.1:")
        moved = again.url + "/" + url.split("/", 3)[3]
        answer = ask(moved, headers, body)
    assert answer.status == 200
    assert answer.body["message"] == "success"


def served_line(end: Callable[[], tuple[int, str, str]]) -> str:
    _, out, _ = end()
    return next(line for line in out.splitlines() if line.startswith("  try")).split(None, 1)[1]


def understood(line: str) -> tuple[str, dict[str, str], str]:
    """What a shell and curl make of the line."""
    words = shlex.split(line)
    assert words[:2] == ["curl", "-i"]
    headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    body = words[words.index("-d") + 1] if "-d" in words else ""
    url = next(word for word in words if word.startswith("http"))
    return url, dict(header.split(": ", 1) for header in headers), body


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_exit_code_0(by: signal.Signals, tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        code, _, err = served.end(by)
    assert (code, err) == (0, "")
    assert not (tmp_path / "ready.json").exists()


def test_a_connection_that_stays_open_does_not_keep_it(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        address = ("127.0.0.1", int(served.url.rpartition(":")[2]))
        with socket.create_connection(address, timeout=10) as held:
            held.sendall(b"GET /__admin/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
            assert held.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")
            code, _, err = served.end()
    assert (code, err) == (0, "")


@pytest.mark.parametrize("fault", ["{ hang: true }", "{ latency: 60s }"])
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_call_that_is_held_ends_with_it_and_without_an_answer(
    fault: str, by: signal.Signals, tmp_path: Path
) -> None:
    story = tmp_path / "slow.yaml"
    story.write_text(
        "understudy: 1\nscenario: slow\nvendor: looply\n"
        f"rules:\n  - {{ operation: getOrganizationWorkflows, fault: {fault} }}\n",
        encoding="utf-8",
    )
    with serving(tmp_path, "--scenario", str(story)) as served:
        address = ("127.0.0.1", int(served.url.rpartition(":")[2]))
        with socket.create_connection(address, timeout=10) as waiting:
            waiting.sendall(
                b"GET /looply/v2/workflows/getOrganizationWorkflows HTTP/1.1\r\n"
                b"host: x\r\nx-api-key: looply-key-northwind\r\n\r\n"
            )
            assert ask(f"{served.url}/__admin/health").status == 200
            code, _, err = served.end(by)
            assert waiting.recv(1000) == b""
    assert (code, err) == (0, "")


GONE = ' {"url": "http://127.0.0.1:1", "pid": 1, "vendors": {}}'  # as a killed server left it


def test_an_old_ready_file_is_gone_before_it_listens(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    ready.write_text(GONE, encoding="utf-8")
    process = start("--port", "0", "--ready-file", str(ready))
    seen: set[str] = set()
    while "{" not in "".join(seen) and process.poll() is None:
        with suppress(FileNotFoundError):
            seen.add(ready.read_text(encoding="utf-8")[:1])
    process.terminate()
    process.communicate(timeout=30)
    assert seen <= {" ", "{"}
    assert "{" in seen


SLOW = """
import os, sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in ("understudy.vendors", "understudy.server", "uvicorn", "asyncio"):
            print("OLD" if os.path.exists(os.environ["READY"]) else "GONE", name, flush=True)
sys.meta_path.insert(0, Watch())
"""


def test_an_old_ready_file_is_gone_before_anything_that_takes_its_time(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    ready.write_text(GONE, encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text(SLOW, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    options = ("looply", "--clock", "none", "--ready-file", str(ready))
    process = start(*options, PYTHONPATH=path, READY=str(ready))
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "GONE understudy.vendors" in out.splitlines()
    assert "OLD" not in out


def test_any_key_counts_as_the_default_one(tmp_path: Path) -> None:
    with serving(tmp_path, "--any-key") as served:
        answer = ask(served.looply["url"] + WORKFLOWS, {"x-api-key": "whatever I have"})
        assert answer.body["items"][0]["organization_id"] == "org-northwind"
        assert ask(served.looply["url"] + WORKFLOWS).status == 403


def test_calls_must_name_a_session_when_told_so(tmp_path: Path) -> None:
    with serving(tmp_path, "--require-session") as served:
        refused = ask(served.looply["url"] + WORKFLOWS, served.looply["headers"])
        named = served.looply["url"].replace("/looply/", "/~mine/looply/")
        taken = ask(named + WORKFLOWS, served.looply["headers"])
        _, out, _ = served.end()
    assert refused.status == 400
    assert taken.headers["x-understudy"].endswith("session=mine")
    assert "Calls must name a session: put /~NAME before /VENDOR in the path" in out
    (line,) = re.findall(r"try +curl -i '?(\S+/looply/\S+)", out)  # it works when pasted
    assert line.startswith(named)
    assert "understudy why mine.1 " in out


def test_the_admin_api_wants_its_token(tmp_path: Path) -> None:
    with serving(tmp_path, "--admin-token", "s3cret", "--host", "0.0.0.0") as served:
        assert served.url.startswith("http://127.0.0.1:")
        sessions = f"{served.url}/__admin/sessions"
        assert ask(sessions).status == 401
        assert ask(sessions, {"authorization": "Bearer s3cret"}).status == 200
        assert ask(served.looply["url"] + WORKFLOWS, served.looply["headers"]).status == 200
        _, out, _ = served.end()
    assert f" understudy why default.1 --url {served.url} --admin-token TOKEN\n" in out
    assert "s3cret" not in out


@pytest.mark.parametrize(
    ("clock", "date"),
    [
        ("frozen", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("2026-01-05T09:00:00Z", "Mon, 05 Jan 2026 09:00:00 GMT"),
    ],
)
def test_a_frozen_clock_is_on_every_answer(clock: str, date: str, tmp_path: Path) -> None:
    with serving(tmp_path, "--clock", clock) as served:
        answer = ask(served.looply["url"] + WORKFLOWS, served.looply["headers"])
    assert answer.headers["date"] == date


def test_the_seed_decides_new_ids(tmp_path: Path) -> None:
    made = []
    for seed in ("1", "1", "2"):
        with serving(tmp_path, "--seed", seed) as served:
            url = f"{served.looply['url']}/triggerworkflow/be9439c2-16b9-4de2-bb1a-9154b85af065/2"
            made.append(ask(url, served.looply["headers"], method="POST").body)
    assert made[0] == made[1]
    assert made[0] != made[2]


def test_a_scenario_starts_every_session(tmp_path: Path) -> None:
    story = tmp_path / "story.yaml"
    story.write_text(
        "understudy: 1\nscenario: mine\nvendor: looply\n"
        "rules:\n  - { operation: getOrganizationWorkflows, reply: UNAVAILABLE }\n",
        encoding="utf-8",
    )
    with serving(tmp_path, "--scenario", str(story)) as served:
        elsewhere = served.looply["url"].replace("/looply/", "/~other/looply/")
        for url in (served.looply["url"], elsewhere):
            assert ask(url + WORKFLOWS, served.looply["headers"]).status == 503


def test_pages_of_an_origin_that_is_named_may_ask(tmp_path: Path) -> None:
    page = {"origin": "https://app.example", "access-control-request-method": "GET"}
    with serving(tmp_path, "looply", "--cors", "https://app.example") as served:
        asked = ask(served.looply["url"] + WORKFLOWS, page, method="OPTIONS")
    assert asked.status == 204
    assert asked.headers["access-control-allow-origin"] == "https://app.example"


def test_a_session_keeps_so_many_requests(tmp_path: Path) -> None:
    with serving(tmp_path, "looply", "--journal", "3") as served:
        for _ in range(5):
            assert ask(served.looply["url"] + WORKFLOWS, served.looply["headers"]).status == 200
        base = f"{served.url}/__admin/sessions/default"
        kept = ask(f"{base}/requests").body
        gone = ask(f"{base}/requests/1").body
        exported = ask(f"{base}/scenario").body
    assert ([each["number"] for each in kept["requests"]], kept["dropped"]) == ([3, 4, 5], 2)
    told = "`understudy serve --journal 5` keeps"
    assert gone["fix"] == f"Its journal holds 3 to 5; {told} all"
    assert exported["notes"] == [f"the journal no longer has the first 2 requests; {told} them"]


REFUSALS = {
    "a journal that keeps nothing": (
        ["--journal", "0"],
        "--journal (or UNDERSTUDY_JOURNAL): '0' is no whole number from 1 to 100000. "
        "See understudy serve --help",
    ),
    "an unknown vendor": (
        ["lopply"],
        "there is no vendor 'lopply'. Did you mean looply? There are {vendors}",
    ),
    "a file that is not there": (
        ["my-api.yaml"],
        "my-api.yaml: cannot be read: No such file or directory. Check the path",
    ),
    "a URL instead of a file": (
        ["https://api.example/openapi.json"],
        "https://api.example/openapi.json is a URL, and nothing is fetched. "
        "Download it and name the file",
    ),
    "what is for documents, and none is served": (
        ["looply", "--no-auth"],
        "--no-auth: it is for documents, and none is served. Name one, like orders.yaml; "
        "or say --any-key",
    ),
    "a name that ships": (
        ["looply=orders.yaml"],
        "the name 'looply' is taken. Choose another, like my-looply",
    ),
    "no host at all": (
        ["--host", ""],
        "--host: an empty text is no address. Leave it out for 127.0.0.1",
    ),
    "a blank host, whoever may reach it": (
        ["--host", " ", "--admin-token", "x"],
        "--host: an empty text is no address. Leave it out for 127.0.0.1",
    ),
    "a host that others reach": (
        ["--host", "0.0.0.0"],
        "--host: 0.0.0.0 can be reached from other machines and /__admin would be open to them. "
        "Add --admin-token TOKEN",
    ),
    "a clock before clocks": (
        ["--clock", "1969-12-31T23:59:59Z"],
        "--clock: '1969-12-31T23:59:59Z' is no instant of the years 1970 to 9998. "
        "Say real, frozen or an instant like 2026-01-05T09:00:00Z",
    ),
    "a clock that is none": (
        ["--clock", "tomorrow"],
        "--clock: 'tomorrow' is no instant. "
        "Say real, frozen or an instant like 2026-01-05T09:00:00Z",
    ),
    "an empty token": (
        ["--admin-token", ""],
        "--admin-token: a token that no header can carry. Use printable ASCII",
    ),
    "an origin with a path": (
        ["--cors", "https://app.example/orders"],
        "--cors: 'https://app.example/orders' is no origin. "
        "Write it like https://app.example:8443, without a path; or * or off",
    ),
    "a scenario that is not there": (
        ["--port", "0", "--scenario", "nowhere.yaml"],
        "there is no file `nowhere.yaml`. Check the path",
    ),
    "a seed that no scenario could say": (
        ["--seed", "-1"],
        "--seed (or UNDERSTUDY_SEED): '-1' is no whole number from 0 to 9007199254740991.",
    ),
    "a scenario of a vendor that is not served": (
        ["looply", "refold", "--port", "0", "--scenario", "hydracore/audit-trail"],
        "--scenario: hydracore/audit-trail is for hydracore, too. "
        "Say understudy serve looply refold hydracore",
    ),
    "a ready file that cannot be": (
        ["--ready-file", "no/such/folder/ready.json"],
        "--ready-file: cannot write no/such/folder/ready.json. "
        "Name a file in a folder that you may write to",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_served_is_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    options, expected = REFUSALS[name]
    assert main(["serve", *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert told.err.startswith("Error: " + expected.format(vendors=vendors()))


def test_a_journal_of_the_environment_that_is_no_number_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDERSTUDY_JOURNAL", "many")
    assert main(["serve"]) == 2
    assert capsys.readouterr().err.startswith(
        "Error: --journal (or UNDERSTUDY_JOURNAL): 'many' is no whole number from 1 to 100000. "
    )


def vendors() -> str:
    from understudy.vendors import VENDORS

    return ", ".join(vendor.name for vendor in VENDORS)


def test_a_taken_port_is_one_line_and_exit_code_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("--port", str(port))
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err == (
        f"Error: --port: port {port} of 127.0.0.1 is taken. "
        "Stop what listens there, or say --port 0 for a free one\n"
    )


def test_a_broken_scenario_is_told_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("understudy: 1\nscenario: x\nruels: []\n", encoding="utf-8")
    ready = tmp_path / "ready.json"
    process = start("--port", "0", "--scenario", str(broken), "--ready-file", str(ready))
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err.startswith(f"Error: {broken}:3: ")
    assert err.count("\n") == 1
    assert not ready.exists()


def test_a_broken_contract_is_told_with_its_pointer(tmp_path: Path) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "looply.yaml").write_text("openapi: 3.0.0\npaths: {}\n", encoding="utf-8")
    process = start("looply", "--port", "0", UNDERSTUDY_HOME=str(tmp_path))
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err == (
        f"Error: {specs / 'looply.yaml'}#/openapi: openapi is 3.0.0, not 3.1. "
        "Write `openapi: 3.1.0`; older documents must be converted\n"
    )


@pytest.mark.parametrize(
    ("was", "wrong", "told"),
    [
        ("openapi: 3.1.0", "openapi: 3.0.0", "#/openapi: openapi is 3.0.0, not 3.1. "),
        ("operationId: health", "operationId: well", "#/paths: this is not the contract admin is "),
        ("paths:\n", "paths: [\n", ""),
    ],
)
def test_a_broken_contract_of_our_own_is_told_before_it_serves(
    was: str, wrong: str, told: str, tmp_path: Path
) -> None:
    shutil.copytree(resources.specs_folder(), tmp_path / "specs")
    broken = tmp_path / "specs" / "admin.yaml"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace(was, wrong, 1), encoding="utf-8")
    ready = tmp_path / "ready.json"
    options = ("looply", "--port", "0", "--ready-file", str(ready))
    process = start(*options, UNDERSTUDY_HOME=str(tmp_path))
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, ready.exists()) == (2, "", False)
    assert err.startswith(f"Error: {broken}{told}")
    assert err.count("\n") == 1


def test_a_variable_of_the_environment_that_is_wrong_is_named() -> None:
    process = start(UNDERSTUDY_PORT="none")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err.startswith("Error: --port (or UNDERSTUDY_PORT): 'none' is no whole number from 0 to")
    assert err.endswith(" See understudy serve --help\n")
    assert err.count("\n") == 1


WRONG = {
    "VENDORS": ("looply lopply", "UNDERSTUDY_VENDORS: there is no vendor 'lopply'. Did you mean"),
    "HOST": ("0.0.0.0", "UNDERSTUDY_HOST: 0.0.0.0 can be reached from other machines"),
    "SCENARIO": ("no.yaml", "UNDERSTUDY_SCENARIO: there is no file `no.yaml`. Check the path"),
    "CLOCK": ("tomorrow", "UNDERSTUDY_CLOCK: 'tomorrow' is no instant. Say real, frozen or"),
    "CORS": ("* off", "UNDERSTUDY_CORS: off and an origin exclude each other. Say one of them"),
    "SEED": ("1.5", "--seed (or UNDERSTUDY_SEED): '1.5' is no whole number from 0 to "),
    "WATCH": ("maybe", "--watch (or UNDERSTUDY_WATCH): 'maybe' is neither true nor false. "),
    "READY_FILE": ("no/such/ready.json", "UNDERSTUDY_READY_FILE: cannot write no/such/ready.json"),
    "ADMIN_TOKEN": ("t\u00f6ken", "UNDERSTUDY_ADMIN_TOKEN: a token that no header can carry. "),
}


@pytest.mark.parametrize("name", ["VENDORS", "CORS", "SCENARIO"])
def test_values_of_a_variable_are_separated_by_spaces(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"UNDERSTUDY_{name}", "looply,refold")
    assert main(["serve", "--port", "0"]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"Error: UNDERSTUDY_{name}: ")
    assert "looply,refold" in told
    assert told.endswith(". Separate several by spaces\n")


@pytest.mark.parametrize("name", WRONG)
def test_what_the_environment_says_wrongly_is_told_by_its_variable(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    value, expected = WRONG[name]
    monkeypatch.setenv(f"UNDERSTUDY_{name}", value)
    assert main(["serve", *([] if name == "HOST" else ["--port", "0"])]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"Error: {expected}")
    assert told.count("\n") == 1


UNREAD = {
    "UNDERSTUDY_PROT": "Did you mean UNDERSTUDY_PORT?",
    "UNDERSTUDY_SCENARIOS": "Did you mean UNDERSTUDY_SCENARIO?",
    "UNDERSTUDY_TOKEN": "Did you mean UNDERSTUDY_ADMIN_TOKEN?",
    "understudy_clock": "Did you mean UNDERSTUDY_CLOCK?",
    "UNDERSTUDY_X": "See understudy serve --help",
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_variable_that_nobody_reads_is_told_and_served_all_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "1")
    with serving(tmp_path, "looply") as served:
        assert ask(served.looply["url"] + WORKFLOWS, served.looply["headers"]).status == 200
        code, _, err = served.end()
    assert (code, err) == (
        0,
        f"Warning: {name} is no variable that serve reads. {UNREAD[name]}\n",
    )


def test_a_variable_that_a_story_names_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "story.yaml"
    variables = "{ key: { env: UNDERSTUDY_ORDERS_KEY }, port: { env: UNDERSTUDY_PORTS } }"
    story.write_text(f"understudy: 1\nscenario: x\nvariables: {variables}\n", encoding="utf-8")
    for name in ("ORDERS_KEY", "PORTS", "ORDERS"):
        monkeypatch.setenv(f"UNDERSTUDY_{name}", "x")
    for also in ([], ["--scenario", "nowhere.yaml"]):
        assert main(["serve", "lopply", "--scenario", str(story), *also]) == 2
        warning, refusal = capsys.readouterr().err.splitlines()
        assert warning.startswith("Warning: UNDERSTUDY_ORDERS is no variable that serve reads. ")
        assert refusal.startswith("Error: there is no vendor 'lopply'")


def test_variables_that_others_read_are_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(__file__).parents[2]
    named = {
        each
        for folder in ("src", "tests")
        for kind in ("py", "mjs", "java")
        for file in (root / folder).rglob(f"*.{kind}")
        if file != Path(__file__)
        for each in re.findall(r"UNDERSTUDY_[A-Z_]*[A-Z]", file.read_text(encoding="utf-8"))
    }
    for each in named - {"UNDERSTUDY_HOME"}:
        monkeypatch.setenv(each, "")
    assert main(["serve", "lopply"]) == 2
    assert capsys.readouterr().err.startswith("Error: there is no vendor 'lopply'")
    assert {"UNDERSTUDY_WRANGLER", "UNDERSTUDY_URL"} <= named


def test_every_option_can_be_said_by_its_variable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--help"]) == 0
    told = " ".join(capsys.readouterr().out.replace("-\n", "").split())
    options = re.findall(r" --([a-z-]+)", told.partition("Options:")[2].replace("- -", "-"))
    known = {each for each in options if each not in ("help", "admin")}
    assert {"port", "seed", "watch", "ready-file", "any-key"} <= known
    for each in known:
        assert f"env var: UNDERSTUDY_{each.upper().replace('-', '_')}" in told
    ready = tmp_path / "ready.json"
    said = {"VENDORS": "looply", "PORT": "0", "CLOCK": "frozen", "ANY_KEY": "yes"}
    said |= {"READY_FILE": str(ready), "SCENARIO": "looply/base looply/lost-answer"}
    process = start(**{f"UNDERSTUDY_{name}": value for name, value in said.items()})
    while not ready.exists():
        assert process.poll() is None
    served = json.loads(ready.read_text(encoding="utf-8"))
    (vendor,) = served["vendors"].values()
    answer = ask(vendor["url"] + WORKFLOWS, {"x-api-key": "any"})
    session = ask(f"{served['url']}/__admin/sessions/default").body
    process.terminate()
    process.communicate(timeout=30)
    assert (answer.status, answer.headers["date"][:16]) == (200, "Mon, 05 Jan 2026")
    assert len(session["scenarios"]) == 2


def test_its_help_names_scenarios_that_ship_and_say_why_in_a_comment() -> None:
    names = [
        f"{vendor}/{name}"
        for vendor, listed in re.findall(r"^  (\w+)/ +((?:.+\n?)(?: {6,}.+\n?)*)", READINGS, re.M)
        for name in re.findall(r"[\w-]+", listed)
    ]
    assert "looply/unknown-profile-refused" in names
    assert len(names) == 19
    for name in names:
        file = resources.scenario(name)
        assert file is not None, name
        text = file.read_text(encoding="utf-8")
        assert "\n# " in text, name
        assert "rules:" in text or "readings:" in text, name


def test_serving_imports_nothing_that_only_other_commands_need(tmp_path: Path) -> None:
    heavy = {"rich", "jsonschema", "schemathesis", "faker", "httpx", "hypothesis", "requests"}
    probe = tmp_path / "sitecustomize.py"
    probe.write_text(
        "import atexit, sys\n"
        "atexit.register(lambda: print('LOADED', *sorted(n for n in sys.modules if '.' not in n)))",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    ready = tmp_path / "ready.json"
    process = start("--port", "0", "--ready-file", str(ready), PYTHONPATH=path)
    while not ready.exists():
        assert process.poll() is None
    process.terminate()
    out, _ = process.communicate(timeout=30)
    loaded = set(out.rpartition("LOADED")[2].split())
    assert "uvicorn" in loaded
    assert loaded & heavy == set()
