"""What the README says of each vendor is what contracts and worlds say: it is generated.

`python -m tests.test_readme_vendors` writes it anew.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from understudy.cli.serve_output import Served, describe
from understudy.client import create_app
from understudy.openapi.operation import Contract, Is
from understudy.scenarios.stories.requests import build_request
from understudy.server.inprocess import InProcess
from understudy.settings import Settings
from understudy.vendor import Vendor, default_credential
from understudy.vendors import VENDORS

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- vendors: generated -->\n", "<!-- end of vendors -->\n"
KINDS: tuple[Is, ...] = ("documented", "observed", "inferred")
ORIGIN = "http://127.0.0.1:4010"


def section() -> str:
    """The table of vendors."""
    sandbox = create_app(Settings(clock="frozen")).sandbox
    served = describe(sandbox, ORIGIN)
    rows = [row(name, sandbox.contract(name), each) for name, each in served.items()]
    head = (
        "| vendor | instead of | base URL | key, in its header | operations"
        " | documented / observed / inferred |"
    )
    return "\n".join([head, "|---|---|---|---|---|---|", *rows, ""])


def row(name: str, contract: Contract, served: Served) -> str:
    operations = [each for each in contract.operations.values() if each.variant_of is None]
    answers = [answer for each in operations for answer in each.answers.values()]
    counted = Counter(answer.provenance.kind for answer in answers)
    shares = ", ".join(f"{round(100 * counted[kind] / len(answers))} %" for kind in KINDS)
    base = served.url.removeprefix(ORIGIN)
    told = f"{shares} of {len(answers)} answers"
    cells = (name, contract.servers[0], base, keys(served), str(len(operations)), told)
    return f"| {' | '.join(cells)} |"


def keys(served: Served) -> str:
    """The key in its header; of one that some operations want otherwise, the operations, too."""
    of = [f" for {way.of}" if len(served.ways) > 1 else "" for way in served.ways]
    lines = ["<br>".join(f"`{line}`" for line in way.lines) for way in served.ways]
    return "; ".join(f"{line}{whose}" for line, whose in zip(lines, of, strict=True))


def parts() -> tuple[str, str, str]:
    """The README before, between and behind the marks."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    said, _, behind = rest.partition(END)
    return before, said, behind


def test_the_readme_says_of_each_vendor_what_its_contract_says() -> None:
    _, said, _ = parts()
    assert said == section(), "write it anew: python -m tests.test_readme_vendors"


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_the_first_call_of_each_vendor_succeeds(vendor: Vendor) -> None:
    app = create_app(Settings(clock="frozen", verify_replies=True))
    credential = default_credential(app.sandbox.session("default").world(vendor.name))
    assert credential is not None
    contract = app.sandbox.contract(vendor.name)
    name, given = vendor.first_call
    headers = vendor.signed(credential, contract.operations[name])
    call = build_request(contract, contract.operations[name], given, headers, {})
    with InProcess(app) as client:
        path = f"/{vendor.name}{call.path}"
        answer = client.ask(call.method, path, call.headers, call.body)
    assert answer.status in (200, 201), answer.body


if __name__ == "__main__":
    before, _, behind = parts()
    README.write_text(before + BEGIN + section() + END + behind, encoding="utf-8")
