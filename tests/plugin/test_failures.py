"""What a failed test tells: held against the very text, with and without xdist."""

from __future__ import annotations

import pytest

from tests.plugin.pytest_runs import run, section

FAILING = """
    def test_refused(sandbox):
        resume(sandbox)
        sandbox.clock.advance("2m")
        resume(sandbox, body={"payload": 3})
        with sandbox.looply.client() as looply:
            looply.get("/getOrganisationWorkflows")
        sandbox.looply.force("terminateWorkflow", "FORBIDDEN")
        assert resume(sandbox).status_code == 200
    """
REFUSED = """\
session test_refused at 2026-01-01T00:02:00.000Z, 4 requests
  1  POST /looply/v2/workflows/resumeWorkflow/order-1001  200 WORKFLOW_RESTARTED
  2  POST /looply/v2/workflows/resumeWorkflow/order-1001  400 BAD_REQUEST  by refusal
     because /payload must be object; got 3
  3  GET /looply/v2/workflows/getOrganisationWorkflows  404  by refusal
     because no operation has the path /v2/workflows/getOrganisationWorkflows; did you mean \
GET /v2/workflows/getOrganizationWorkflows?
  4  POST /looply/v2/workflows/resumeWorkflow/order-1001  409 EXECUTION_IN_PROGRESS  by refusal
     because it is at post_to_sap and does not wait
rule r1 'looply.terminateWorkflow: FORBIDDEN' never acted: 0 calls matched it
"""

MISSING = """
    def test_missing(sandbox):
        assert resume(sandbox, "order-9").status_code == 404
        sandbox.load(sandbox.why(1)["missing"]["yaml"])
        assert resume(sandbox, "order-9").status_code == 200
        raise ValueError
    """

UNMET = """
    def test_once(sandbox):
        resume(sandbox, "order-1002")
        resume(sandbox)
        sandbox.looply.verify("resumeWorkflow", process_id="order-9", times=1)
    """
WHOLE = """\

sandbox = <sandbox test_once at http://127.0.0.1:PORT>

    def test_once(sandbox):
        resume(sandbox, "order-1002")
        resume(sandbox)
>       sandbox.looply.verify("resumeWorkflow", process_id="order-9", times=1)
E       understudy.client.VerificationFailed: looply.resumeWorkflow came 0 times, wanted 1
E         nearly   test_once.2, answered 200: process_id: expected "order-9", got "order-1001"
E         nearly   test_once.1, answered 409: process_id: expected "order-9", got "order-1002"
E         in all   looply.resumeWorkflow 2 times

test_shop.py:14: VerificationFailed
"""
ASKED = """\
session test_once at 2026-01-01T00:00:00.000Z, 2 requests
  1  POST /looply/v2/workflows/resumeWorkflow/order-1002  409 EXECUTION_IN_PROGRESS  by refusal
     because it is at check_invoice and does not wait
  2  POST /looply/v2/workflows/resumeWorkflow/order-1001  200 WORKFLOW_RESTARTED
"""

ways = pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["plain", "xdist"])


@ways
def test_a_failed_test_tells_its_requests_and_why(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    done = run(pytester, FAILING, *options)
    done.assert_outcomes(failed=1)
    assert section(done.outlines, "sandbox") == REFUSED


def test_what_is_missing_is_told_with_what_there_is_and_a_line_that_makes_it(
    pytester: pytest.Pytester,
) -> None:
    done = run(pytester, MISSING)
    done.assert_outcomes(failed=1)
    told = section(done.outlines, "sandbox").splitlines()
    assert told[2] == "     because org-northwind has no execution of 'order-9'"
    assert told[3].startswith("     there are executions: order-1002, ")
    assert told[3].endswith(" more")
    assert told[4] == "     to have it sandbox.load(sandbox.why(1)['missing']['yaml'])"
    assert told[5].endswith("/resumeWorkflow/order-9  200 WORKFLOW_RESTARTED")


@ways
def test_a_verification_that_fails_is_all_that_is_shown(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    done = run(pytester, UNMET, *options)
    lines = [line for line in done.outlines if not line.startswith("[gw")]
    assert masked(section(lines, "test_once")) == WHOLE
    assert section(done.outlines, "sandbox") == ASKED


def masked(text: str) -> str:
    """Without the port, which is another one each time."""
    head, colon, rest = text.partition("http://127.0.0.1:")
    return f"{head}{colon}PORT{rest.lstrip('0123456789')}" if colon else text


def test_forced_answers_and_faults_are_told_as_such(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        def test_rules(sandbox):
            sandbox.looply.force("resumeWorkflow", "MISSING_RESUME_TOKEN", times=1)
            resume(sandbox)
            sandbox.looply.fault("resumeWorkflow", lose="answer", times=1)
            with pytest.raises(httpx.TransportError):
                resume(sandbox)
            assert not sandbox.requests()
        """,
    )
    told = section(done.outlines, "sandbox").splitlines()
    assert told[1].endswith("500 MISSING_RESUME_TOKEN  by rule")
    assert told[2].startswith("     because the rule 'looply.resumeWorkflow: MISSING_RESUME_TOKEN'")
    assert told[3].endswith("200 WORKFLOW_RESTARTED  by fault, answer lost")
    assert not any("never acted" in line for line in told)


def test_a_base_url_without_its_vendor_is_told(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        def test_lost(sandbox):
            url = sandbox.looply.url.replace("/looply", "")
            assert httpx.get(url + "/getOrganizationWorkflows").status_code == 200
        """,
    )
    path = "/v2/workflows/getOrganizationWorkflows"
    assert section(done.outlines, "sandbox").splitlines()[1:] == [
        f"  1  GET {path}  404  by sandbox",
        "     because The path begins with the name of no API that is served here, "
        "and the Host is none of theirs; "
        f"did you mean /looply{path}?",
    ]
    assert f"  sandbox  GET {path} -> 404" in done.outlines


def test_only_the_last_of_many_requests_are_told(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        def test_many(sandbox):
            with sandbox.looply.client() as looply:
                for _ in range(60):
                    looply.get("/getOrganizationWorkflows")
            assert False
        """,
    )
    told = section(done.outlines, "sandbox").splitlines()
    assert told[:3] == [
        "session test_many at 2026-01-01T00:00:00.000Z, 60 requests",
        "  ... the last 50 of them",
        "  11  GET /looply/v2/workflows/getOrganizationWorkflows  200 OK",
    ]
    assert len(told) == 52


def test_a_host_that_was_stopped_is_told_though_the_client_hides_it(
    pytester: pytest.Pytester,
) -> None:
    done = run(
        pytester,
        """
        def test_hidden(sandbox):
            with sandbox.intercept():
                try:
                    httpx.get("https://api.looply.com/v2")
                except Exception:
                    pass
            assert False
        """,
    )
    assert section(done.outlines, "sandbox") == (
        "session test_hidden at 2026-01-01T00:00:00.000Z, 0 requests\n"
        "stopped: a call to api.looply.com\n"
    )


@pytest.mark.parametrize("when", ["setup", "teardown"])
def test_a_fixture_that_fails_beside_it_tells_them_too(
    pytester: pytest.Pytester, when: str
) -> None:
    fails = {"setup": ("resume(sandbox); assert False", ""), "teardown": ("", "assert False")}
    before, after = fails[when]
    done = run(
        pytester,
        f"""
        @pytest.fixture
        def order(sandbox):
            {before or "pass"}
            yield
            {after or "pass"}

        def test_order(order, sandbox):
            resume(sandbox)
        """,
    )
    assert "1  POST /looply/v2/workflows/resumeWorkflow/order-1001  200" in section(
        done.outlines, "sandbox"
    )


def test_a_test_that_passes_or_uses_no_sandbox_tells_nothing(pytester: pytest.Pytester) -> None:
    done = run(
        pytester,
        """
        def test_fine(sandbox):
            resume(sandbox)

        def test_without():
            assert False
        """,
    )
    done.assert_outcomes(passed=1, failed=1)
    assert not [line for line in done.outlines if " sandbox" in line]
