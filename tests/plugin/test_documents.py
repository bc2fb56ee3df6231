"""A suite whose sandbox serves documents: by its ini file, by its fixture, in stories."""

from __future__ import annotations

import json

import pytest

from tests.modeled.documents import ORDER, at, document, many, operation, ref

PATHS = {
    "/orders": {
        "get": operation(200, many(ref("Order")), operationId="listOrders"),
        "post": operation(201, ref("Order"), ref("Order"), operationId="createOrder"),
    },
    "/orders/{id}": {
        "parameters": at("id"),
        "get": operation(200, ref("Order"), operationId="getOrder"),
    },
}
TEST = """
def test_orders(sandbox):
    with sandbox.orders.client() as client:
        made = client.post("/orders", json={"customer": "ada", "total": 3})
        assert client.get(f"/orders/{made.json()['id']}").json() == made.json()
    sandbox.orders.verify("createOrder", times=1)
"""
STORY = """
understudy: 1
scenario: An order that is read back
vendor: orders
world:
  orders:
    orders:
      - { name: first, id: ord_00000001, customer: bo }
rules:
  - { operation: orders.getOrder, times: 1, reply: { status: 503, undocumented: true } }
steps:
  - call: createOrder
    with: { body: { customer: ada, total: 3 } }
    expect: { status: 201, body: { customer: ada } }
    save: { id: $.id }
  - call: orders.getOrder
    with: { id: "${id}" }
    expect: { status: 503 }
  - call: getOrder
    with: { id: ord_00000001 }
    expect: { status: 200, body: { customer: bo } }
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    value = document(PATHS, {"Order": ORDER})
    (pytester.path / "openapi.json").write_text(json.dumps(value))
    return pytester


def test_the_ini_file_names_documents(suite: pytest.Pytester) -> None:
    suite.makeini("[pytest]\nunderstudy_documents = orders=openapi.json\n")
    suite.makepyfile(TEST)
    suite.runpytest("-q").assert_outcomes(passed=1)


def test_the_fixture_returns_documents(suite: pytest.Pytester) -> None:
    suite.makeconftest(
        "import pytest\n"
        "@pytest.fixture(scope='session')\n"
        "def sandbox_settings():\n"
        "    return {'documents': {'orders': 'openapi.json'}}\n"
    )
    suite.makepyfile(TEST)
    suite.runpytest("-q").assert_outcomes(passed=1)


def test_a_story_speaks_of_a_document(suite: pytest.Pytester) -> None:
    suite.makeini("[pytest]\nunderstudy_documents = openapi.json\n")
    (suite.path / "test_orders.scenario.yaml").write_text(STORY)
    suite.runpytest("-q").assert_outcomes(passed=1)


def test_what_is_no_document_fails_in_words(suite: pytest.Pytester) -> None:
    suite.makeini("[pytest]\nunderstudy_documents = nothing.yaml\n")
    suite.makepyfile(TEST)
    result = suite.runpytest("-q")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the sandbox cannot be served: nothing.yaml: cannot be read*"])
