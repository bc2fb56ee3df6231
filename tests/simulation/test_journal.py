"""What was asked and answered, bounded by count and by bytes."""

from __future__ import annotations

import pytest

from understudy.simulation import journal as journals
from understudy.simulation.journal import Entry, Journal


def entry(journal: Journal, body: bytes = b"", status: int = 200) -> Entry:
    return Entry(
        number=journal.take_number(),
        at=0,
        vendor="looply",
        operation="resumeWorkflow",
        method="POST",
        path="/v2/workflows/resumeWorkflow/a",
        query="",
        headers={},
        body=body,
        status=status,
        answer="WORKFLOW_RESTARTED",
        by="behaviour",
        provenance="documented",
        reply_headers=[],
        reply=b"",
    )


def filled(*bodies: bytes, bound: int = 1_000) -> Journal:
    journal = Journal(bound)
    for body in bodies:
        journal.append(entry(journal, body))
    return journal


def test_entries_are_kept_in_order_and_found_by_number() -> None:
    journal = filled(b"a", b"b")
    assert [each.body for each in journal] == [b"a", b"b"]
    found = journal.get(2)
    assert found is not None
    assert found.body == b"b"
    assert [journal.get(0), journal.get(3), Journal().get(1)] == [None, None, None]


def test_the_oldest_go_when_there_are_too_many() -> None:
    journal = filled(b"1", b"2", b"3", b"4", b"5", bound=3)
    assert [each.number for each in journal] == [3, 4, 5]
    assert (len(journal), journal.dropped, journal.get(2)) == (3, 2, None)
    assert (journal.outgrown, journal.enough, journal.fork().enough) == (2, 5, 5)
    journal.clear()
    assert (journal.dropped, journal.outgrown, journal.enough) == (5, 0, 0)


def test_the_oldest_go_when_they_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "BYTES", 10)
    monkeypatch.setattr(journals, "EACH", 2)
    journal = filled(b"x" * 6, b"y" * 4, b"z", bound=3)
    assert [each.body for each in journal] == [b"y" * 4, b"z"]
    assert journal.enough == 6, "11 bytes, 2 of each"
    assert [each.body for each in filled(b"x" * 100, bound=3)] == [b"x" * 100]  # the last stays
    assert len(filled(b"x" * 6, b"y" * 4, b"z", bound=journal.enough)) == 3


def test_counts_are_of_all_that_ever_were() -> None:
    journal = filled(b"", b"", bound=1)
    journal.append(entry(journal, status=409))
    key = ("looply", "resumeWorkflow", 200, "WORKFLOW_RESTARTED", "behaviour")
    assert journal.counts == {key: 2, (*key[:2], 409, *key[3:]): 1}


def test_a_fork_goes_its_own_way() -> None:
    journal = filled(b"a")
    twin = journal.fork()
    journal.append(entry(journal, b"b"))
    twin.append(entry(twin, b"c"))
    assert [each.body for each in journal] == [b"a", b"b"]
    assert [each.body for each in twin] == [b"a", b"c"]
    assert (journal.number, twin.number) == (2, 2)
    assert sum(journal.counts.values()) == 2
