"""`sandbox` and its marker, as a user's tests have them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.plugin.pytest_runs import HEAD, QUIET, run
from understudy.plugin.marker import session_names


def test_each_test_has_a_session_of_its_own(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        @pytest.mark.parametrize("number", range(3))
        def test_first_resume(sandbox, number):
            assert resume(sandbox).status_code == 200
            assert sandbox.name == f"test_first_resume-{number}"
            assert sandbox.clock.now == "2026-01-01T00:00:00.000Z"
            assert len(sandbox.requests()) == 1
        """,
    )
    done.assert_outcomes(passed=3)


def test_one_server_serves_the_whole_run(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        urls = set()

        @pytest.mark.parametrize("number", range(3))
        def test_url(sandbox, sandbox_server, number):
            assert sandbox.looply.url == (
                f"{sandbox_server.url}/~{sandbox.name}/looply/v2/workflows"
            )
            urls.add(sandbox_server.url)

        def test_it_is_gone_where_nobody_asks(sandbox_server):
            health = httpx.get(f"{sandbox_server.url}/__admin/sessions").json()
            assert [each["name"] for each in health["sessions"]] == ["default"]
            assert urls == {sandbox_server.url}
        """,
    )
    done.assert_outcomes(passed=4)


def test_everything_a_test_needs_is_there(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        def test_time(sandbox):
            resume(sandbox)
            sandbox.clock.advance("2m")
            assert resume(sandbox).json()["code"] == "EXECUTION_IN_PROGRESS"

        def test_force(sandbox):
            sandbox.looply.force("resumeWorkflow", "MISSING_RESUME_TOKEN", times=1)
            assert [resume(sandbox).status_code for _ in range(2)] == [500, 200]

        def test_fault(sandbox):
            sandbox.looply.fault("resumeWorkflow", lose="answer", times=1)
            with pytest.raises(httpx.TransportError):
                resume(sandbox)
            assert resume(sandbox).json()["code"] == "ALREADY_RESTARTED"
            assert len(sandbox.looply.requests(operation="resumeWorkflow", status=409)) == 1
            sandbox.looply.verify("resumeWorkflow", times=2, body=SAP)

        def test_records_and_snapshots(sandbox):
            before = sandbox.snapshot()
            states = {each["id"]: each["state"] for each in sandbox.looply.records("executions")}
            resume(sandbox)
            assert {r["id"]: r["state"] for r in sandbox.looply.records("executions")} != states
            sandbox.restore(before)
            assert {r["id"]: r["state"] for r in sandbox.looply.records("executions")} == states

        def test_a_client_of_ones_own(sandbox):
            headers = {"x-api-key": sandbox.looply.key}
            url = f"{sandbox.looply.url}/resumeWorkflow/order-1001"
            assert httpx.post(url, headers=headers, json=SAP).status_code == 200

        def test_the_vendors_host(sandbox):
            with sandbox.intercept():
                url = "https://api.looply.io/v2/workflows/getOrganizationWorkflows"
                assert httpx.get(url, headers=sandbox.looply.headers).status_code == 200
        """,
    )
    done.assert_outcomes(passed=6)


def test_a_test_may_have_two_sandboxes(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        def test_two(sandbox, sandbox_server):
            with sandbox_server.sandbox(clock="2026-06-01T00:00:00Z") as other:
                assert resume(sandbox).status_code == resume(other).status_code == 200
                assert other.clock.now == "2026-06-01T00:00:00.000Z"
        """,
    )
    done.assert_outcomes(passed=1)


def test_a_fixture_of_a_wider_scope_has_its_own(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        @pytest.fixture(scope="module")
        def shared(sandbox_server):
            return sandbox_server.sandbox(name="shared")

        def test_one(shared):
            assert resume(shared).status_code == 200

        def test_two(shared):
            assert resume(shared).status_code == 409
        """,
        "--sandbox-coverage",
    )
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["looply * 2 requests to 1 of 11 operations"])


def test_an_asynchronous_test_has_it_too(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        import asyncio

        def test_async(sandbox):
            async def script():
                async with sandbox.looply.async_client() as looply:
                    return await looply.post("/resumeWorkflow/order-1001", json=SAP)

            assert asyncio.run(script()).status_code == 200
        """,
    )
    done.assert_outcomes(passed=1)


def test_a_marker_says_how_the_session_begins(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        pytestmark = pytest.mark.sandbox(clock="2026-01-05T09:00:00Z", seed=1)

        def test_module(sandbox):
            assert sandbox.clock.now == "2026-01-05T09:00:00.000Z"
            assert sandbox.ask("GET", "")["seed"] == 1

        @pytest.mark.sandbox(seed=2, vendors=["looply"])
        class TestClass:
            def test_closer_wins(self, sandbox):
                assert sandbox.clock.now == "2026-01-05T09:00:00.000Z"
                assert sandbox.ask("GET", "")["seed"] == 2
                assert sandbox.names == ("looply",)

            @pytest.mark.sandbox(scenario="looply/lost-answer", clock="frozen")
            def test_closest_wins(self, sandbox):
                assert sandbox.clock.now == "2026-01-01T00:00:00.000Z"
                title = "The answer to a resume is lost; the retry is refused"
                assert sandbox.ask("GET", "")["scenarios"] == [title]
        """,
    )
    done.assert_outcomes(passed=3)


def test_a_scenario_lies_beside_its_test_or_below_the_root(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("deep")
    rule = (
        "understudy: 1\nscenario: {}\nvendor: looply\nrules:\n"
        "  - {{ operation: resumeWorkflow, reply: {} }}\n"
    )
    (folder / "own.yaml").write_text(rule.format("Own", "ALREADY_RESTARTED"), encoding="utf-8")
    shared = pytester.mkdir("shared") / "all.yaml"
    shared.write_text(rule.format("Shared", "MISSING_RESUME_TOKEN"), encoding="utf-8")
    body = """
        @pytest.mark.sandbox(scenario="own.yaml")
        def test_own(sandbox):
            assert resume(sandbox).status_code == 409

        @pytest.mark.sandbox(scenario="shared/all.yaml")
        def test_shared(sandbox):
            assert resume(sandbox).status_code == 500
        """
    (folder / "test_deep.py").write_text(HEAD + dedent(body), encoding="utf-8")
    done = pytester.runpytest_inprocess(*QUIET, "deep")
    done.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        (
            "vendors=['acme']",
            "sandbox: this sandbox serves no vendor 'acme'. There are looply, refold, cloudflare,"
            " interactly, hydracore",
        ),
        ("vendors='looply'", "sandbox: vendors='looply' is no list. Write ['looply']"),
        (
            "scenaro='x'",
            "pytest.mark.sandbox has no 'scenaro'. There are scenario, seed, clock, vendors,"
            " deliberate",
        ),
        ("'looply'", "pytest.mark.sandbox takes names: scenario, seed, clock, vendors, deliberate"),
        ("clock='soon'", "sandbox: /clock/at must be an instant with its zone, like *"),
        ("scenario='looply/none'", "sandbox: scenario: no scenario 'looply/none' ships with *"),
        ("scenario='none.yaml'", "sandbox: */none.yaml: the scenario cannot be read: No such *"),
    ],
)
def test_a_mistake_in_a_marker_fails_its_test_in_a_line(
    pytester: pytest.Pytester, marker: str, told: str
) -> None:
    body = f"""
        @pytest.mark.sandbox({marker})
        def test_wrong(sandbox):
            pass
        """
    done = run(pytester, body)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*ERROR at setup of test_wrong*", told.replace("[", "[[]")])


def test_a_scenarios_mistake_is_told_with_file_and_line(pytester: pytest.Pytester) -> None:
    pytester.makefile(".yaml", broken="understudy: 1\nscenario: Broken\nvendor: looply\nrule: []\n")
    done = run(
        pytester,
        """
        @pytest.mark.sandbox(scenario="broken.yaml")
        def test_wrong(sandbox):
            pass
        """,
    )
    done.stdout.fnmatch_lines(
        ["sandbox: */broken.yaml:4: `rule` is no key of a scenario. Did you*"]
    )


def test_the_server_is_run_as_a_suite_wants_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest
        from understudy.settings import Settings

        @pytest.fixture(scope="session")
        def sandbox_settings():
            return Settings(vendors=("looply",), clock="2026-03-01T00:00:00Z", admin_token="mine")
        """
    )
    done = run(
        pytester,
        """
        def test_settings(sandbox):
            assert sandbox.names == ("looply",)
            assert sandbox.clock.now == "2026-03-01T00:00:00.000Z"
        """,
    )
    done.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("test", "taken", "name"),
    [
        ("test_a", [], "test_a"),
        ("test_a", ["test_a", "test_a-2"], "test_a-3"),
        ("test_a[x/y z-\u00e9]", [], "test_a-x-y-z"),
        ("..", [], "test"),
        ("t" * 80, ["t" * 60], "t" * 60 + "-2"),
        ("default", ["default"], "default-2"),
    ],
)
def test_a_session_is_named_after_its_test(test: str, taken: list[str], name: str) -> None:
    assert next(each for each in session_names(test) if each not in taken) == name


def test_the_journal_is_as_long_as_the_settings_say(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        from understudy.settings import Settings

        @pytest.fixture(scope="session")
        def sandbox_settings():
            return Settings(clock="frozen", journal=2)

        def test_three(sandbox):
            for _ in range(3):
                resume(sandbox)
            assert [each["number"] for each in sandbox.requests()] == [2, 3]
        """,
    )
    done.assert_outcomes(passed=1)


def test_settings_that_cannot_be_are_told(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        from understudy.settings import Settings

        @pytest.fixture(scope="session")
        def sandbox_settings():
            return Settings(journal=0)

        def test_one(sandbox):
            pass
        """,
    )
    done.stdout.fnmatch_lines(
        ["the sandbox cannot be served: journal: a journal of 0 requests. Say a number from *"]
    )


def test_spoilt_answers_are_what_the_fixture_says(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        def look(sandbox, **fault):
            if fault:
                sandbox.looply.fault("getOrganizationWorkflows", times=1, **fault)
            with sandbox.looply.client() as looply:
                return looply.get("/getOrganizationWorkflows?limit=2")

        def test_values(sandbox):
            whole = look(sandbox)
            half = look(sandbox, malformed=True)
            assert half.content == whole.content[: len(whole.content) // 2]
            html = look(sandbox, content_type="text/html")
            assert (html.headers["content-type"], html.content) == ("text/html", whole.content)
            drops = look(sandbox, drip={"bytes": 500, "every": "1ms"})
            assert drops.content == whole.content
            with pytest.raises(httpx.RemoteProtocolError):
                look(sandbox, truncate=10)
        """,
    )
    done.assert_outcomes(passed=1)
