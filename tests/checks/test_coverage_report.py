"""Coverage as a person reads it."""

from __future__ import annotations

import pytest

from understudy.checks.coverage import (
    AnswerCount,
    Coverage,
    Mistake,
    OperationCount,
    TransitionCount,
    Undocumented,
    VendorCount,
)
from understudy.checks.coverage_report import enough, mistakes, table, verdict

SHOP = VendorCount(
    "shop",
    9,
    2,
    (
        OperationCount(
            "buy",
            6,
            (
                AnswerCount("OK", 200, "documented", 3, 1, 0),
                AnswerCount("GONE", 410, "documented", 0, 0, 1),
                AnswerCount("BUSY", 429, "inferred", 1, 0, 0),
            ),
            (Undocumented(502, 1),),
        ),
        OperationCount(
            "list",
            0,
            (
                AnswerCount("OK", 200, "documented", 0, 0, 0),
                AnswerCount("DENIED", 403, "observed", 0, 0, 0),
                AnswerCount("BUSY", 429, "inferred", 0, 0, 0),
            ),
        ),
        OperationCount("quote", 0, (AnswerCount("OK", 200, "observed", 0, 0, 0),)),
    ),
    (
        TransitionCount("orders", "OPEN", "pay", "PAID", 2, 1),
        TransitionCount("orders", "PAID", "ship", "SENT", 0),
    ),
)

TABLE = """\
shop 28.5 %: 1 of 5 answers, 1 of 2 transitions; 9 requests to 1 of 3 operations
                             natural  forced  faulted
  buy     410 GONE             never       -        1
  list    all 2 answers        never       -        -
  quote   200 OK               never       -        -
  orders  PAID -ship-> SENT    never       -        -
  buy     200 OK                   3       1        -
  buy     429 BUSY                 1       -        -  inferred: not counted
  buy     502                      -       1        -  not in the contract
  orders  OPEN -pay-> PAID         2       1
  not counted: 2 answers that no page of the vendor shows
  2 of the requests meant no operation
"""

WRONG = (
    Mistake(
        "refused", "shop", "buy", "POST", "/v1/buy", 400, "BAD", "body: required",
        "/price is missing", 3, "default.2", ("test_buy.py::test_a", "test_buy.py::test_b"),
    ),
    Mistake(
        "inferred", "shop", "buy", "POST", "/v1/buy", 429, "BUSY", "429 BUSY",
        "no page of the vendor shows this answer, it is our judgement (RFC 6585)", 1, "default.9",
    ),
    Mistake(
        "unknown", "shop", None, "GET", "/v1/by", 404, "", "GET /v1/by",
        "no operation has the path /v1/by; did you mean POST /v1/buy?", 1, "default.3",
    ),
)  # fmt: skip

MISTAKES = """\
Calls to paths or methods that the API has not got (1):
  shop  GET /v1/by -> 404
      because  no operation has the path /v1/by; did you mean POST /v1/buy?
      first    default.3
Requests that the contract does not allow (1):
  shop.buy  body: required -> 400, 3 times
      because  /price is missing
      in       test_buy.py::test_a, test_buy.py::test_b
Answers your tests rely on that no page of the vendor shows (1):
  shop.buy  429 BUSY
      because  no page of the vendor shows this answer, it is our judgement (RFC 6585)
      first    default.9
"""


def test_the_table_begins_with_what_was_never_exercised() -> None:
    assert "\n".join(table(Coverage((SHOP,)))) == TABLE


def test_each_vendor_has_a_table() -> None:
    told = list(table(Coverage((SHOP, SHOP))))
    assert told == [*TABLE.splitlines(), "", *TABLE.splitlines(), ""]


def test_mistakes_are_told_with_their_explanation() -> None:
    assert "\n".join(mistakes(Coverage((), WRONG))) == MISTAKES.rstrip()
    assert list(mistakes(Coverage())) == []


def test_a_client_that_makes_every_mistake_is_not_told_all_of_them() -> None:
    many = tuple(
        Mistake("unknown", "shop", None, "GET", f"/{n}", 404, "", f"GET /{n}", "none", n, f"a.{n}")
        for n in range(1, 31)
    )
    told = list(mistakes(Coverage((), many)))
    assert told[0] == "Calls to paths or methods that the API has not got (30):"
    assert told[1] == "  shop  GET /30 -> 404, 30 times"
    assert told[-1] == "  ... and 10 more"
    assert len(told) == 1 + 20 * 3 + 1


@pytest.mark.parametrize(
    ("least", "reached", "told"),
    [
        (None, True, "Coverage of the contract: 28.5 % (2 of 7)"),
        (28.5, True, "Coverage of the contract: 28.5 % (2 of 7)"),
        (28.6, False, "Coverage of the contract: 28.5 % (2 of 7), wanted 28.6 %"),
        (80, False, "Coverage of the contract: 28.5 % (2 of 7), wanted 80 %"),
    ],
)
def test_the_verdict_says_what_was_wanted(least: float | None, reached: bool, told: str) -> None:
    coverage = Coverage((SHOP,))
    assert verdict(coverage, least) == told
    assert enough(coverage, least or 0) == reached


def test_where_nobody_was_asked_nothing_is_enough() -> None:
    assert verdict(Coverage(), 0) == "Coverage of the contract: no vendor was asked"
    assert not enough(Coverage(), 0)
