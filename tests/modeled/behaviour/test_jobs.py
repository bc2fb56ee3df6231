"""Asynchronous operations: 202, a job that is polled, done by time, by reads or at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.modeled.application import Client
from tests.modeled.behaviour.documents import section
from tests.modeled.documents import TEXT, at, document, many, operation, ref, thing

WHOLE = {"type": "integer"}
EXPORT = thing({"id": TEXT, "status": TEXT, "rows": WHOLE, "report_id": TEXT, "error": TEXT}, "id")
REPORT = thing({"id": TEXT, "rows": WHOLE}, "id")
SENT = thing({"rows": WHOLE})
PATHS = {
    "/exports": {
        "post": operation(202, ref("Export"), SENT, operationId="startExport"),
        "get": operation(200, many(ref("Export")), operationId="listExports"),
    },
    "/exports/{export_id}": {
        "parameters": at("export_id"),
        "get": operation(200, ref("Export"), operationId="getExport"),
    },
    "/export-now": {"post": operation(202, ref("Export"), SENT, operationId="exportNow")},
    "/reports": {"get": operation(200, many(ref("Report")), operationId="listReports")},
    "/reports/{report_id}": {
        "parameters": at("report_id"),
        "get": operation(200, ref("Report"), operationId="getReport"),
    },
}
DOCUMENT = document(PATHS, {"Export": EXPORT, "Report": REPORT})
JOBS = """
reports: { seed: 0 }
exports:
  seed: 0
  state: status
  lifecycle:
    - { event: startExport, to: running }
    - { event: exportNow, to: running }
    - event: finish
      from: running
      to: done
      after: 1m
      if: record.rows <= 1000
      else: { event: fail }
      then:
        - { make: reports, as: report, with: { rows: "${record.rows}" } }
        - { change: record, set: { report_id: "${report.id}" } }
    - { event: fail, from: running, to: failed, set: { error: "${record.rows} rows" } }
operations: { exportNow: { create: exports } }
"""


def client_of(progress: str = "") -> Client:
    text = JOBS.replace("  state: status\n", f"  state: status\n{progress}")
    return Client(DOCUMENT, section=section(text))


def status(client: Client, path: str) -> Any:
    return client.get(path).body["status"]


def test_a_job_is_accepted_polled_and_done_after_its_time() -> None:
    client = client_of()
    begun = client.post("/exports", {"rows": 7})
    assert (begun.status, begun.body["status"]) == (202, "running")
    path = f"/exports/{begun.body['id']}"
    assert begun.headers["location"].endswith(f"/orders{path}")
    assert begun.headers["retry-after"] == "60"
    client.advance(20_000)
    polled = client.get(path)
    assert (polled.body["status"], polled.headers["retry-after"]) == ("running", "40")
    client.advance(40_000)
    done = client.get(path)
    assert (done.body["status"], "retry-after" in done.headers) == ("done", False)
    assert client.get(f"/reports/{done.body['report_id']}").body["rows"] == 7


def test_a_job_is_done_after_so_many_reads() -> None:
    client = client_of("  progress: { reads: 2 }\n")
    path = f"/exports/{client.post('/exports', {'rows': 7}).body['id']}"
    told = [status(client, path) for _ in range(3)]
    assert told == ["running", "running", "done"]


def test_a_job_is_done_at_once() -> None:
    client = client_of("  progress: now\n")
    begun = client.post("/exports", {"rows": 7})
    assert begun.body["status"] == "running"
    assert status(client, f"/exports/{begun.body['id']}") == "done"


def test_a_job_takes_as_long_as_progress_says() -> None:
    client = client_of("  progress: { after: 5s }\n")
    path = f"/exports/{client.post('/exports', {'rows': 7}).body['id']}"
    client.advance(4_999)
    assert status(client, path) == "running"
    client.advance(1)
    assert status(client, path) == "done"


@pytest.mark.parametrize("operation", ["exports", "export-now"])
def test_a_job_fails_by_a_rule_and_leaves_no_result(operation: str) -> None:
    client = client_of()
    begun = client.post(f"/{operation}", {"rows": 1_001})
    path = f"/exports/{begun.body['id']}"
    assert begun.headers["location"].endswith(f"/orders{path}")
    client.advance(60_000)
    failed = client.get(path).body
    assert (failed["status"], failed["error"]) == ("failed", "1001 rows")
    assert client.get("/reports").body == []
